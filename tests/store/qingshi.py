"""Two invented counties: their reports, and the facts that a reader finds in them. All figures are made up."""

from baoshu.facts.extract import fact_id
from baoshu.files import sha256
from baoshu.reports.chunk import split_report, split_sentences
from baoshu.types import Report

QINGSHI_2025 = """青石县政府工作报告
一、2024年工作回顾
全县地区生产总值增长5.8%，粮食产量达到12万吨。
二、2025年工作安排
今年主要预期目标是：地区生产总值增长6%以上，一般公共预算收入增长5%左右，城镇新增就业3000人以上，城镇调查失业率控制在5.5%以内，单位地区生产总值能耗下降3%。"""
QINGSHI_2026 = """青石县政府工作报告
一、2025年工作回顾
全县地区生产总值增长6.3%，一般公共预算收入增长4.8%，城镇新增就业2860人，城镇调查失业率5.7%，单位地区生产总值能耗下降3.4%。
经核定，2024年粮食产量为11.8万吨，2025年达到12.4万吨。云杉保有量达到90万株。
二、2026年工作安排
今年主要预期目标是：地区生产总值增长6%左右，云杉保有量超过100万株。"""
BAIHE_2026 = """白河县政府工作报告
一、2025年工作回顾
全县地区生产总值增长5.1%，云杉保有量达到20万株。"""


def report(report_id, text, **changes):
    values = {"source": f"{report_id}.txt", "title": text.split("\n")[0], "kind": "政府工作报告", "place": report_id.split("-")[0], "level": "县"}
    year = int(report_id.split("-")[1])
    return Report(report_id, text, sha256(text), **values | {"year": year, "reported_year": year - 1} | changes)


def fact(report, subject, value, metric_id, number, unit, measure, status, period, **changes):
    """Return the fact row of the first ``value`` behind a ``subject``, wherever the text has them."""
    subject_start = report.text.index(subject)
    while report.text.find(value, subject_start, subject_start + 40) < 0:
        subject_start = report.text.index(subject, subject_start + 1)
    start = report.text.index(value, subject_start)
    end, subject_end = start + len(value), subject_start + len(subject)
    chunk = next(one for one in split_report(report) if one.start <= start < one.end)
    sentence = next(chunk.text[a:b] for a, b in split_sentences(chunk.text) if a <= start - chunk.start < b)
    return {
        "fact_id": fact_id(report.report_id, start, end, subject_start, subject_end), "report_id": report.report_id, "report_year": report.year,
        "section": list(chunk.section), "chunk_id": chunk.id, "start": start, "end": end, "sentence": sentence, "subject": subject, "subject_type": "METRIC",
        "subject_start": subject_start, "subject_end": subject_end, "metric_id": metric_id, "value": value, "number": float(number), "number_high": None,
        "unit": unit, "measure": measure, "direction": None, "bound": "exact", "status": status, "period": period, "place": report.place, "places": [],
        "adcode": report.adcode, "confidence": 0.9, "model": "zh_baoshu-0.1.0",
    } | changes  # fmt: skip


def county(first=QINGSHI_2025, second=QINGSHI_2026, third=BAIHE_2026, *, jobs_2026="2860人"):
    """Return the reports with their facts, in the order of the text."""
    up, down = {"direction": "up"}, {"direction": "down"}
    one, two, three = report("青石县-2025", first), report("青石县-2026", second), report("白河县-2026", third)
    gdp, tax, jobs, idle, energy = "地区生产总值", "一般公共预算收入", "城镇新增就业", "城镇调查失业率", "单位地区生产总值能耗"
    return [
        (one, [
            fact(one, gdp, "5.8%", gdp, 5.8, "%", "growth", "actual", "2024", **up),
            fact(one, "粮食产量", "12万吨", "粮食总产量", 120000, "吨", "level", "actual", "2024"),
            fact(one, gdp, "6%", gdp, 6, "%", "growth", "target", "2025", bound="at_least", **up),
            fact(one, tax, "5%", tax, 5, "%", "growth", "target", "2025", bound="about", **up),
            fact(one, jobs, "3000人", jobs, 3000, "人", "increment", "target", "2025", bound="at_least", **up),
            fact(one, idle, "5.5%", idle, 5.5, "%", "level", "target", "2025", bound="at_most"),
            fact(one, energy, "3%", energy, 3, "%", "growth", "target", "2025", **down),
        ]),
        (two, [
            fact(two, gdp, "6.3%", gdp, 6.3, "%", "growth", "actual", "2025", **up),
            fact(two, tax, "4.8%", tax, 4.8, "%", "growth", "actual", "2025", **up),
            fact(two, jobs, jobs_2026, jobs, int(jobs_2026[:-1]), "人", "increment", "actual", "2025", **up),
            fact(two, idle, "5.7%", idle, 5.7, "%", "level", "actual", "2025"),
            fact(two, energy, "3.4%", energy, 3.4, "%", "growth", "actual", "2025", **down),
            fact(two, "粮食产量", "11.8万吨", "粮食总产量", 118000, "吨", "level", "actual", "2024"),
            fact(two, "粮食产量", "12.4万吨", "粮食总产量", 124000, "吨", "level", "actual", "2025"),
            fact(two, "云杉保有量", "90万株", None, 900000, "株", "level", "actual", "2025"),
            fact(two, gdp, "6%", gdp, 6, "%", "growth", "target", "2026", bound="about", **up),
            fact(two, "云杉保有量", "100万株", None, 1000000, "株", "level", "target", "2026", bound="over"),
        ]),
        (three, [
            fact(three, gdp, "5.1%", gdp, 5.1, "%", "growth", "actual", "2025", **up),
            fact(three, "云杉保有量", "20万株", None, 200000, "株", "level", "actual", "2025"),
        ]),
    ]  # fmt: skip


def ids(rows=None):
    """Return the fact_id of each fact by report, subject and value."""
    return {(fact["report_id"], fact["subject"], fact["value"]): fact["fact_id"] for _, facts in rows or county() for fact in facts}
