"""Find instances of the guideline's 疑难判例 in the composed reports and write annotations/hard_cases.jsonl."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import typer

from baoshu.annotate.composed import read_all_composed
from baoshu.files import write_jsonl
from baoshu.types import Annotation

Finder = Callable[[Annotation], Iterator[tuple[int, int, str | None]]]
_MODIFIED_PLACE = r"(?:美丽|平安|法治|健康|富强|幸福|数字|活力|大美|新时代|现代化|新|和美|富美|诗画|魅力)$"


def _spans(*labels: str, value: str = "", before: str = "", after: str = "") -> Finder:
    def find(annotation: Annotation) -> Iterator[tuple[int, int, str | None]]:
        for span in annotation.spans:
            if labels and span.label not in labels:
                continue
            text = annotation.text
            if re.search(value, annotation.value(span)) and re.search(before, text[: span.start]) and re.match(after, text[span.end :]):
                yield span.start, span.end, span.label

    return find


def _unmarked(pattern: str) -> Finder:
    def find(annotation: Annotation) -> Iterator[tuple[int, int, str | None]]:
        for match in re.finditer(pattern, annotation.text):
            if not any(span.start < match.end() and match.start() < span.end for span in annotation.spans):
                yield match.start(), match.end(), None

    return find


def _many_subjects(annotation: Annotation) -> Iterator[tuple[int, int, str | None]]:
    links = Counter(r.head for r in annotation.relations if r.type != "所在地")
    for span in annotation.spans:
        if links[span.id] > 1 or (span.label == "METRIC" and re.search("、(?!.*行动)", annotation.value(span))):
            yield span.start, span.end, span.label


def _bare_verb(annotation: Annotation) -> Iterator[tuple[int, int, str | None]]:
    linked = {r.head for r in annotation.relations}
    for span in annotation.spans:
        if (
            span.label == "VALUE"
            and span.id not in linked
            and re.search("减|降|让利|纾困|节约|增收|脱贫|帮", annotation.text[max(0, span.start - 12) : span.start])
        ):
            yield span.start, span.end, span.label


_IN_A_REPORT = 6
CASES: dict[str, tuple[Finder, ...]] = {
    "引号": (_spans(before="“$", after="”"), _spans(value="“.*”")),
    "施政活动": (_spans("PROJECT", value="(?:行动|工程|计划)$"), _unmarked("专项整治|保卫战|攻坚战|一带一路|双碳|枫桥经验|不见面开标|揭榜挂帅|普查")),
    "机场、港口、景区": (_spans("PLACE", "PROJECT", value="机场|港|景区|口岸|古城|遗址|石窟"),),
    "实验室、研究院、医疗中心、创新中心": (
        _spans("PROJECT", value="实验室|研究院|医疗中心|创新中心|医院|研究中心"),
        _unmarked("实验室|研究院|医疗中心|创新中心|人民医院"),
    ),
    "未加引号的地名修饰语": (_spans("PLACE", before=_MODIFIED_PLACE), _spans("PLACE", after="大地|儿女|人民|精神|故事")),
    "一个数管几个并列名词": (_many_subjects,),
    "占比、比重、贡献": (_spans("METRIC", after="(?:占|比重)"), _spans("METRIC", value="(?:率|比例|强度|涨幅|比重)$")),
    "等级作结果": (_spans("VALUE", value="类$|^[AＡ]+级"), _unmarked("[二三]级(?:甲等)?(?:医院|医疗|养老)|三级网络")),
    "N大": (_spans("VALUE", value="大$"), _unmarked("[三四五六七八九十]大(?:流域|片区|转型|重点|行动|领域|任务|方面|板块|产业|集群)")),
    "特殊数值": (
        _spans("VALUE", value="^[百千万]|强$|连|番|成$|半|首|^[百千万]分|分之"),
        _unmarked("两位数|双位数|过半|大半|零突破|[百千万]亿级|首个|个方面工作"),
    ),
    "只有动词可连的数值": (_bare_verb,),
}


def main(
    annotations: Path = typer.Argument(Path("annotations"), help="Annotations folder."),
    out: Path = typer.Option(Path("annotations/hard_cases.jsonl"), "--out", help="JSONL file to write."),
) -> None:
    """Write one row an instance, at most six of each case in a report: case, report, paragraph (from 0), start, end, text, label (null: rightly not marked).

    Example: python scripts/hard_cases.py annotations"""
    rows = []
    seen: Counter[tuple[str, str]] = Counter()
    for one in read_all_composed(annotations / "composed"):
        for paragraph, annotation in enumerate(one.annotations):
            for case, finders in CASES.items():
                found = sorted({span for finder in finders for span in finder(annotation)}, key=lambda span: span[:2])
                found = found[: max(_IN_A_REPORT - seen[case, one.report.report_id], 0)]
                seen[case, one.report.report_id] += len(found)
                for start, end, label in found:
                    rows.append({"case": case, "report": one.report.report_id, "paragraph": paragraph, "start": start, "end": end, "text": annotation.text[start:end], "label": label})  # fmt: skip
    write_jsonl(out, rows)
    reports: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        reports[str(row["case"])].add(str(row["report"]))
    for name, count in Counter(str(row["case"]) for row in rows).items():
        typer.echo(f"{name}: {count} in {len(reports[name])} reports")


if __name__ == "__main__":
    typer.run(main)
