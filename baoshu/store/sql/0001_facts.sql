-- Layout 1: facts alone, with the version beside them.
CREATE TABLE baoshu_schema (version INTEGER);
INSERT INTO baoshu_schema VALUES (1);
CREATE TABLE facts (
    fact_id VARCHAR,
    report_id VARCHAR,
    report_year BIGINT,
    section VARCHAR[],
    chunk_id VARCHAR,
    "start" BIGINT,
    "end" BIGINT,
    sentence VARCHAR,
    subject VARCHAR,
    subject_type VARCHAR,
    subject_start BIGINT,
    subject_end BIGINT,
    metric_id VARCHAR,
    "value" VARCHAR,
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
    confidence DOUBLE,
    model VARCHAR
);
