"""Two invented counties over three years, annotated by hand, one report of them hostile. All figures are made up."""

from baoshu.annotate.markup import parse_markup
from baoshu.corpus.align import annotation_to_doc
from baoshu.corpus.build import character_pipeline
from baoshu.divisions import find_division
from baoshu.facts.extract import chunk_contexts, document_facts, fact_row
from baoshu.files import sha256
from baoshu.reports.chunk import split_report
from baoshu.types import Report

HOSTILE = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
REPORTS = {
    "青石县-2024": """青石县政府工作报告
一、2023年工作回顾
全县{M1|地区生产总值}186亿元、增长{V>M1|5.6%}，{M2|一般公共预算收入}达到{V>M2|9.2亿元}、增长{V>M2|4.1%}。
二、2024年工作安排
今年主要预期目标是：{M1|地区生产总值}增长{V>M1|6%}左右，{M2|一般公共预算收入}增长{V>M2|5%}以上。""",
    "青石县-2025": """青石县政府工作报告
一、2024年工作回顾
全县{M1|地区生产总值}增长{V>M1|6.2%}，{M2|一般公共预算收入}增长{V>M2|4.7%}，{M3|粮食产量}达到{V>M3|12.4万吨}。
{L1|柳河镇}{M1@L1|茶园}发展到{V>M1|1.3万亩}，{P1|青石水厂二期}日供水{V>P1|5万吨}。
二、2025年工作安排
今年主要预期目标是：{M1|地区生产总值}增长{V>M1|6%}以上，新增{M2|城镇就业}{V>M2|3000人}以上。""",
    "青石县-2026": """青石县政府工作报告
一、2025年工作回顾
全县{M1|地区生产总值}增长{V>M1|5.9%}，{M2|一般公共预算收入}{V>M2|10.1亿元}，{M3|粮食产量}{V>M3|12.6万吨}。""",
    "白河县-2025": """白河县政府工作报告
一、2024年工作回顾
全县{M1|地区生产总值}增长{V>M1|7.4%}，{M2|粮食产量}{V>M2|8.8万吨}。""",
    "a/<b>&\"'-2026": f"""{HOSTILE}
一、2025年工作回顾
{HOSTILE}全县{{M1|<b>桥梁</b>}}建成{{V>M1|=1+1座}}，{{M2|地区生产总值}}增长{{V>M2|5.1%}}。""",
}


def annotated(report_id):
    return [parse_markup(line) for line in REPORTS[report_id].split("\n")]


def report(report_id):
    text = "\n".join(one.text for one in annotated(report_id))
    place, _, year = report_id.rpartition("-")
    division = find_division(place)
    return Report(
        report_id, text, sha256(text), source=f"{report_id}.txt", title=text.split("\n")[0], kind="政府工作报告", place=place,
        adcode=division.adcode if division else None, level="县", year=int(year), reported_year=int(year) - 1,
    )  # fmt: skip


def extracted():
    """Return each report with the rows of its facts."""
    blank = character_pipeline()
    found = []
    for report_id in REPORTS:
        one = report(report_id)
        chunks = split_report(one)
        contexts = chunk_contexts(one, chunks, "hand")
        docs = [annotation_to_doc(annotation, blank)[0] for annotation in annotated(report_id)]
        found.append((one, [fact_row(fact) for doc, context in zip(docs, contexts, strict=True) for fact in document_facts(doc, context)]))
    return found
