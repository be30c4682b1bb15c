"""Lint of annotations: what is legal but most likely a slip, by the guideline."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from baoshu.types import Annotation, Span

RULES = {
    "unbalanced": "a quote or bracket opens or closes outside",
    "quotes": "the quotes around a whole name stay outside",
    "edge": "punctuation at the edge",
    "cut": "the edge cuts a number or a Latin word",
    "modifier": "超 近 约 以上 左右 stay outside of a VALUE",
    "no number": "a VALUE starts with its number, 第, 首, 前, 后 or 翻",
    "not a value": "dates, ordinals of sessions and words such as 两位数 过半 首个 are not marked",
    "verb": "a METRIC starts with its noun, not with the verb",
    "scope": "全市 全年 and the like stay outside of a METRIC",
    "predicate": "增长 下降 占 and 占比 比重 behind a METRIC stay outside",
    "project verb": "实施 推进 建设 in front of a PROJECT stay outside",
    "campaign": "专项整治 保卫战 攻坚战 试点 机制 方案 are no PROJECT",
    "general place": "全市 我省 城区 境外 and single characters are no PLACE",
    "place tail": "沿线 两岸 支流 境内 stay outside of a PLACE",
    "unlinked value": "no METRIC or PROJECT is linked (right only for a base of comparison or a bare verb)",
    "metric without value": "a METRIC is marked only when a VALUE belongs to it",
    "place across comma": "所在地 does not reach over a comma or a full stop",
    "two labels": "the same string has another label elsewhere",
}
_PAIRS = (("“", "”"), ("（", "）"), ("《", "》"), ("(", ")"))
_CUT = re.compile(r"[0-9.][0-9]|[0-9][0-9.]|[A-Za-z]{2}")
_NUMBER = "-0-9０-９〇零一二三四五六七八九十百千万亿两半数几多"
_VERB = (
    "完成|实现|达到|新增(?!劳动力|财力)|新建(?!商品|建筑)|新开工(?!项目)|签约(?!企业|项目)|引进|培育(?!钻石)|建成(?!区)|累计|投入|减征|发放|新改建|改造|"
    "兑现|争取|开展|举办|净增|接待|吸引|招引|筹集|化解|处置|获批"
)
_PATTERNS = {
    "edge": (None, re.compile(r"^[，。；、：]|[，。；、：]$")),
    "modifier": ("VALUE", re.compile(r"^(?:超|近|约|突破|不低于|达|不少于)|(?:以上|左右|以内|以下)$")),
    "no number": ("VALUE", re.compile(rf"^(?!(?:超|近|约|突破|不低于|达|不少于)?[{_NUMBER}第首前后翻Ⅰ-Ⅻ劣优A-Z“])")),
    "not a value": ("VALUE", re.compile(r"^(?:两位数|过半|零突破|首[个批]|一批|一系列|[百千万]*亿级)$|^[12][0-9]{3}年|[0-9]月|^第.+[届次]$")),
    "verb": ("METRIC", re.compile(f"^(?:{_VERB})")),
    "scope": ("METRIC", re.compile(r"^(?:全市|全省|全县|全区|我市|我省|我县|全年|年度)")),
    "predicate": ("METRIC", re.compile(r"(?:增长|下降|提高|达到|完成|占|(?<![药税])占比|比重)$")),
    "project verb": ("PROJECT", re.compile(r"^(?:大力|深入|纵深|加快|实施|推进|推动|建设|建成|开展|启动|完成|打造)")),
    "campaign": ("PROJECT", re.compile(r"(?:专项整治|保卫战|攻坚战|试点|机制|方案)$")),
    "general place": ("PLACE", re.compile(r"^(?:全[国省市县区]|我[省市县区]|主?城区|农村|城乡|境[内外]|国内)$|^.$")),
    "place tail": ("PLACE", re.compile(r"(?:沿线|两岸|支流|.境内)$")),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One likely slip. *Offsets:* code points of the chunk."""

    chunk_id: str
    rule: str
    start: int
    end: int
    value: str
    message: str


def check_chunk(annotation: Annotation) -> Iterator[Finding]:
    """Yield the findings of one chunk, span by span, then those of its links to places."""
    linked = {r.head for r in annotation.relations if r.type != "所在地"} | {r.tail for r in annotation.relations if r.type == "指标值"}
    for span in annotation.spans:
        value = annotation.value(span)
        for opening, closing in _PAIRS:
            if value.count(opening) != value.count(closing):
                yield _finding(annotation, "unbalanced", span, f"{opening}{closing} are not balanced")
        if value[0] in "“《" and value[-1] in "”》" and value.count(value[0]) == 1:
            yield _finding(annotation, "quotes", span)
        if _CUT.fullmatch(annotation.text[max(0, span.start - 1) : span.start + 1]) or _CUT.fullmatch(annotation.text[span.end - 1 : span.end + 1]):
            yield _finding(annotation, "cut", span)
        for rule, (label, pattern) in _PATTERNS.items():
            if label in (None, span.label) and pattern.search(value):
                yield _finding(annotation, rule, span)
        if span.label == "VALUE" and span.id not in linked:
            yield _finding(annotation, "unlinked value", span)
        if span.label == "METRIC" and span.id not in linked:
            yield _finding(annotation, "metric without value", span)
    for relation in annotation.relations:
        if relation.type == "所在地":
            near, far = sorted((annotation.span(relation.head), annotation.span(relation.tail)), key=lambda span: span.start)
            if re.search("[，。；]", annotation.text[near.end : far.start]):
                yield _finding(annotation, "place across comma", Span(near.id, near.label, near.start, far.end))


def check_consistency(annotations: Iterable[Annotation]) -> Iterator[Finding]:
    """Yield a finding for the rarer label of each string that is labelled two ways."""
    seen: dict[str, dict[str, list[tuple[Annotation, Span]]]] = defaultdict(lambda: defaultdict(list))
    for annotation in annotations:
        for span in annotation.spans:
            seen[annotation.value(span)][span.label].append((annotation, span))
    for labels in seen.values():
        common = max(labels, key=lambda label: len(labels[label]))
        for label, places in labels.items():
            if label != common:
                for annotation, span in places:
                    yield _finding(annotation, "two labels", span, f"{label} here, {common} {len(labels[common])} times")


def _finding(annotation: Annotation, rule: str, span: Span, message: str = "") -> Finding:
    return Finding(annotation.id, rule, span.start, span.end, annotation.value(span), message or RULES[rule])
