-- Layout 2: the reports and their chunks beside the facts, SI columns whether or not they are asked for; one row of schema
-- for each layout the database has had.
ALTER TABLE facts ADD COLUMN IF NOT EXISTS number_si DOUBLE;
ALTER TABLE facts ADD COLUMN IF NOT EXISTS number_high_si DOUBLE;
ALTER TABLE facts ADD COLUMN IF NOT EXISTS unit_si VARCHAR;
CREATE TABLE reports (
    report_id VARCHAR,
    "text" VARCHAR,
    text_sha256 VARCHAR,
    source VARCHAR,
    title VARCHAR,
    kind VARCHAR,
    place VARCHAR,
    adcode VARCHAR,
    level VARCHAR,
    "year" BIGINT,
    reported_year BIGINT,
    "date" VARCHAR,
    session VARCHAR,
    speaker VARCHAR
);
CREATE TABLE chunks (
    id VARCHAR,
    report_id VARCHAR,
    section VARCHAR[],
    "start" BIGINT,
    "end" BIGINT,
    "text" VARCHAR
);
CREATE TABLE schema (version INTEGER, name VARCHAR);
INSERT INTO schema VALUES (1, 'facts'), (2, 'reports_and_chunks');
-- a program that knows layout 1 alone reads the version here, and refuses
DROP TABLE baoshu_schema;
CREATE VIEW baoshu_schema AS SELECT max(version) AS version FROM schema;
