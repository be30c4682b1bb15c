-- Layout 3: corrections by hand, beside the facts and never written by an extraction.
-- "value", subject and sentence are the texts at the time; columns names what was set, so that a null can be set too.
CREATE TABLE corrections (
    fact_id VARCHAR NOT NULL,
    report_id VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    "value" VARCHAR NOT NULL,
    sentence VARCHAR NOT NULL,
    rejected BOOLEAN NOT NULL,
    columns VARCHAR[] NOT NULL,
    metric_id VARCHAR,
    number DOUBLE,
    number_high DOUBLE,
    unit VARCHAR,
    measure VARCHAR,
    direction VARCHAR,
    bound VARCHAR,
    status VARCHAR,
    period VARCHAR,
    place VARCHAR,
    places VARCHAR[],
    adcode VARCHAR,
    note VARCHAR,
    corrected_at TIMESTAMP NOT NULL
);
INSERT INTO schema VALUES (3, 'corrections');
