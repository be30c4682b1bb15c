-- Written anew whenever a database is opened for writing. All views but the first read facts_corrected.

-- Every fact with the corrections that fit its text, the rejected ones too; SI columns are null where what they come from was corrected.
CREATE OR REPLACE VIEW facts_reviewed AS
SELECT
    f.* REPLACE (
        CASE WHEN list_contains(c.columns, 'metric_id') THEN c.metric_id ELSE f.metric_id END AS metric_id,
        CASE WHEN list_contains(c.columns, 'number') THEN c.number ELSE f.number END AS number,
        CASE WHEN list_contains(c.columns, 'number_high') THEN c.number_high ELSE f.number_high END AS number_high,
        CASE WHEN list_contains(c.columns, 'unit') THEN c.unit ELSE f.unit END AS unit,
        CASE WHEN list_contains(c.columns, 'measure') THEN c.measure ELSE f.measure END AS measure,
        CASE WHEN list_contains(c.columns, 'direction') THEN c.direction ELSE f.direction END AS direction,
        CASE WHEN list_contains(c.columns, 'bound') THEN c.bound ELSE f.bound END AS bound,
        CASE WHEN list_contains(c.columns, 'status') THEN c.status ELSE f.status END AS status,
        CASE WHEN list_contains(c.columns, 'period') THEN c.period ELSE f.period END AS period,
        CASE WHEN list_contains(c.columns, 'place') THEN c.place ELSE f.place END AS place,
        CASE WHEN list_contains(c.columns, 'places') THEN c.places ELSE f.places END AS places,
        CASE WHEN list_contains(c.columns, 'adcode') THEN c.adcode ELSE f.adcode END AS adcode,
        CASE WHEN list_has_any(c.columns, ['number', 'unit', 'measure', 'direction']) THEN NULL ELSE f.number_si END AS number_si,
        CASE WHEN list_has_any(c.columns, ['number_high', 'unit', 'measure', 'direction']) THEN NULL ELSE f.number_high_si END AS number_high_si,
        CASE WHEN list_has_any(c.columns, ['unit', 'measure', 'direction']) THEN NULL ELSE f.unit_si END AS unit_si
    ),
    c.fact_id IS NOT NULL AS corrected,
    coalesce(c.rejected, false) AS rejected,
    c.note
FROM facts AS f
LEFT JOIN corrections AS c ON c.fact_id = f.fact_id AND c."value" = f."value" AND c.subject = f.subject;

CREATE OR REPLACE VIEW facts_corrected AS
SELECT * EXCLUDE (rejected, note) FROM facts_reviewed WHERE NOT rejected;

-- Whether each correction still finds its fact; candidate: the one fact of the report that reads the same at another position.
CREATE OR REPLACE VIEW corrections_checked AS
WITH found AS (
    SELECT
        c.*,
        f.fact_id IS NOT NULL AND f."value" = c."value" AND f.subject = c.subject AS applied,
        CASE
            WHEN f.fact_id IS NULL THEN 'no fact has this id any more'
            WHEN f."value" <> c."value" OR f.subject <> c.subject THEN 'now reads ' || f.subject || ' ' || f."value"
            WHEN f.sentence <> c.sentence THEN 'its sentence changed'
        END AS reason
    FROM corrections AS c
    LEFT JOIN facts AS f ON f.fact_id = c.fact_id
),
alike AS (
    SELECT report_id, subject, "value", sentence, any_value(fact_id) AS fact_id
    FROM facts
    GROUP BY ALL
    HAVING count(*) = 1
)
SELECT
    found.* EXCLUDE (applied, reason),
    CASE WHEN applied THEN 'applied' ELSE 'orphaned' END AS state,
    reason,
    CASE
        WHEN NOT applied
        AND count(*) OVER (PARTITION BY found.report_id, found.subject, found."value", found.sentence) = 1
        AND alike.fact_id NOT IN (SELECT fact_id FROM corrections)
        THEN alike.fact_id
    END AS candidate
FROM found
LEFT JOIN alike USING (report_id, subject, "value", sentence)
ORDER BY report_id, sentence, subject, "value", found.fact_id;

-- What can be compared: a known metric with a number, a period and a place. signed_number is negative where the direction is down.
CREATE OR REPLACE VIEW metric_facts AS
SELECT
    *,
    coalesce(adcode, place) AS place_key,
    TRY_CAST(split_part(period, '/', 1) AS INTEGER) AS first_year,
    TRY_CAST(split_part(period, '/', -1) AS INTEGER) AS last_year,
    CASE WHEN direction = 'down' THEN -number ELSE number END AS signed_number
FROM facts_corrected
WHERE metric_id IS NOT NULL AND number IS NOT NULL AND period IS NOT NULL AND coalesce(adcode, place) IS NOT NULL;

-- The newest figure of each place, metric, measure, unit and status: of the last period, and of that from the last report.
CREATE OR REPLACE VIEW latest_facts AS
SELECT
    place, adcode, metric_id, measure, status, period, number, number_high, unit, direction, bound, "value", sentence,
    report_year, report_id, confidence, corrected, fact_id
FROM metric_facts
QUALIFY row_number() OVER (
    PARTITION BY place_key, metric_id, measure, unit, status
    ORDER BY last_year DESC, first_year DESC, report_year DESC NULLS LAST, confidence DESC, report_id, "start", fact_id
) = 1
ORDER BY place, adcode, metric_id, measure, unit, status;

-- Reported figures by period; when reports differ the later one wins, and of one report the surest. All stay visible.
CREATE OR REPLACE VIEW metric_over_years AS
SELECT
    place, adcode, metric_id, measure, period, number, number_high, unit, direction, signed_number, bound, report_year,
    row_number() OVER (
        PARTITION BY place_key, metric_id, measure, unit, period
        ORDER BY report_year DESC NULLS LAST, confidence DESC, report_id, "start", fact_id
    ) = 1 AS wins,
    "value", sentence, report_id, confidence, corrected, fact_id
FROM metric_facts
WHERE status = 'actual'
ORDER BY place, adcode, metric_id, measure, unit, last_year, first_year, wins DESC, report_year DESC, report_id, fact_id;

-- Metrics of which less is better, unless the figure itself is a decrease.
CREATE OR REPLACE VIEW metrics_kept_low AS
SELECT unnest([
    '居民消费价格', '城镇调查失业率', '城镇登记失业率', '贫困发生率', '政府债务率', '不良贷款率', '规模以上工业企业资产负债率', '国有企业资产负债率',
    '社会物流总费用与地区生产总值的比率', '单位地区生产总值能耗', '单位工业增加值能耗', '单位地区生产总值二氧化碳排放', '单位地区生产总值用水量',
    '万元工业增加值用水量', '用水总量', '弃风率', '弃光率', 'PM2.5平均浓度', 'PM10平均浓度', '重污染天数', '重污染天数比例', '劣Ⅴ类水体比例', '水土流失率',
    '化学需氧量排放量', '氨氮排放量', '氮氧化物排放量', '挥发性有机物排放量', '二氧化硫排放量', '主要污染物排放量', '城市供水管网漏损率',
    '死亡率', '婴儿死亡率', '孕产妇死亡率', '5岁以下儿童死亡率', '生产安全事故起数', '生产安全事故死亡人数', '较大及以上生产安全事故起数',
    '工矿商贸事故起数', '道路交通事故起数', '道路交通事故死亡人数', '亿元地区生产总值生产安全事故死亡率', '煤矿百万吨死亡率', '森林火灾起数',
    '电信网络诈骗发案数', '信访总量', '万人成讼率', '企业开办时间', '工程建设项目审批时限', '不动产登记时间', '进口整体通关时间', '出口整体通关时间',
    '进出口整体通关时间'
]) AS metric_id;

-- A target beside what the report after its last year says of the same place, metric, measure, unit and period.
-- Both are compared along the direction of the target: a bounded figure is a range, and reached is null where the ranges leave it open.
CREATE OR REPLACE VIEW targets_and_actuals AS
WITH figures AS (
    SELECT
        *,
        count(*) OVER statements AS statements,
        row_number() OVER (statements ORDER BY confidence DESC, report_id, "start", fact_id) AS place_in_line
    FROM metric_facts
    WHERE report_year IS NOT NULL
    WINDOW statements AS (PARTITION BY place_key, metric_id, measure, unit, period, status, report_year)
),
surest AS (
    SELECT
        * EXCLUDE (place_in_line),
        CASE bound
            WHEN 'at_most' THEN CAST('-infinity' AS DOUBLE)
            WHEN 'under' THEN 0.95 * number
            WHEN 'over' THEN nextafter(number, CAST('infinity' AS DOUBLE))
            ELSE number
        END AS low,
        CASE bound
            WHEN 'at_least' THEN CAST('infinity' AS DOUBLE)
            WHEN 'over' THEN CAST('infinity' AS DOUBLE)
            WHEN 'under' THEN nextafter(number, CAST('-infinity' AS DOUBLE))
            ELSE coalesce(number_high, number)
        END AS high
    FROM figures
    WHERE place_in_line = 1
),
pairs AS (
    SELECT
        t AS target,
        a AS actual,
        t.bound = 'at_most' OR (
            t.bound NOT IN ('at_least', 'over')
            AND (t.measure = 'rank' OR (t.metric_id IN (FROM metrics_kept_low) AND t.direction IS DISTINCT FROM 'down'))
        ) AS keep_low,
        (t.direction IS NOT DISTINCT FROM 'down') = (a.direction IS NOT DISTINCT FROM 'down') AS same_way
    FROM surest AS t
    LEFT JOIN surest AS a
        ON a.status = 'actual' AND a.report_year = t.last_year + 1 AND a.place_key = t.place_key AND a.metric_id = t.metric_id
        AND a.measure = t.measure AND a.unit = t.unit AND a.period = t.period
    WHERE t.status = 'target'
),
bounds AS (
    SELECT
        *,
        CASE WHEN same_way THEN actual.low ELSE -actual.high END AS low,
        CASE WHEN same_way THEN actual.high ELSE -actual.low END AS high,
        CASE target.bound WHEN 'over' THEN target.low WHEN 'about' THEN 0.95 * target.number WHEN 'under' THEN target.low ELSE target.number END AS floor,
        coalesce(target.number_high, target.number) * CASE target.bound WHEN 'about' THEN 1.05 ELSE 1 END AS ceiling
    FROM pairs
)
SELECT
    target.place AS place,
    target.adcode AS adcode,
    target.metric_id AS metric_id,
    target.measure AS measure,
    target.period AS period,
    target.unit AS unit,
    target.signed_number AS target,
    target.bound AS target_bound,
    actual.signed_number AS actual,
    actual.bound AS actual_bound,
    round(actual.signed_number - target.signed_number, 6) AS difference,
    CASE
        WHEN keep_low AND high <= ceiling THEN true
        WHEN keep_low AND low > ceiling THEN false
        WHEN NOT keep_low AND low >= floor THEN true
        WHEN NOT keep_low AND high < floor THEN false
    END AS reached,
    target."value" AS target_value,
    actual."value" AS actual_value,
    target.report_year AS target_report_year,
    actual.report_year AS actual_report_year,
    target.statements AS target_statements,
    actual.statements AS actual_statements,
    target.report_id AS target_report_id,
    actual.report_id AS actual_report_id,
    target.fact_id AS target_fact_id,
    actual.fact_id AS actual_fact_id
FROM bounds
ORDER BY place, adcode, metric_id, period, measure, unit, target_report_year;

-- What each report gave.
CREATE OR REPLACE VIEW coverage AS
WITH counted AS (
    SELECT
        report_id,
        min(report_year) AS report_year,
        count(*) FILTER (NOT rejected) AS facts,
        count(*) FILTER (NOT rejected AND status = 'actual') AS actuals,
        count(*) FILTER (NOT rejected AND status = 'target') AS targets,
        count(DISTINCT metric_id) FILTER (NOT rejected) AS metrics,
        count(*) FILTER (NOT rejected AND subject_type = 'METRIC' AND metric_id IS NULL) AS unknown_metric_facts,
        count(*) FILTER (corrected AND NOT rejected) AS corrected_facts,
        count(*) FILTER (rejected) AS rejected_facts,
        round(avg(confidence) FILTER (NOT rejected), 4) AS mean_confidence,
        min(model) AS model
    FROM facts_reviewed
    GROUP BY report_id
),
cut AS (SELECT report_id, count(*) AS chunks FROM chunks GROUP BY report_id)
SELECT
    coalesce(r.report_id, counted.report_id) AS report_id,
    r.title, r.kind, r.place, r.adcode,
    coalesce(r."year", counted.report_year) AS report_year,
    length(r."text") AS characters,
    cut.chunks,
    coalesce(counted.facts, 0) AS facts,
    coalesce(actuals, 0) AS actuals,
    coalesce(targets, 0) AS targets,
    coalesce(metrics, 0) AS metrics,
    coalesce(unknown_metric_facts, 0) AS unknown_metric_facts,
    coalesce(corrected_facts, 0) AS corrected_facts,
    coalesce(rejected_facts, 0) AS rejected_facts,
    mean_confidence,
    model
FROM reports AS r
FULL JOIN counted ON counted.report_id = r.report_id
LEFT JOIN cut ON cut.report_id = r.report_id
ORDER BY 1;

-- Subjects of type METRIC that the registry does not know, the most frequent first.
CREATE OR REPLACE VIEW unknown_metrics AS
SELECT
    subject,
    count(*) AS facts,
    count(DISTINCT report_id) AS reports,
    list_sort(list(DISTINCT unit)) AS units,
    list_sort(list(DISTINCT measure)) AS measures,
    arg_min(sentence, (report_id, "start", fact_id)) AS sentence,
    arg_min(fact_id, (report_id, "start", fact_id)) AS fact_id
FROM facts_corrected
WHERE subject_type = 'METRIC' AND metric_id IS NULL
GROUP BY subject
ORDER BY facts DESC, reports DESC, subject;
