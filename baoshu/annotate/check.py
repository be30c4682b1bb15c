"""Lint of annotations: what is legal but most likely a slip, by the guideline."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from baoshu.types import Annotation

_VERBS = re.compile(
    r"^(?:完成|实现|达到|新增(?!劳动力|财力)|新建(?!商品|建筑)|新开工(?!项目)|签约(?!企业|项目)|引进|培育(?!钻石)|建成(?!区)|累计|投入|减征|发放|新改建|改造|兑现|争取|开展|举办|净增|接待|吸引|招引|筹集|化解|处置|获批)"
)
_SCOPE = re.compile(r"^(?:全市|全省|全县|全区|我市|我省|我县|全年|年度)")
_MODIFIED = re.compile(r"^(?:超|近|约|突破|不低于|达|不少于)|(?:以上|左右|以内|以下)$")
_PAIRS = (("“", "”"), ("（", "）"), ("《", "》"), ("(", ")"))
_EDGE = re.compile(r"^[，。；、：]|[，。；、：]$")


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
    """Yield the findings of one chunk: edges, modifiers, verbs, scope words, values and metrics without a link."""
    linked = {r.head for r in annotation.relations if r.type != "所在地"} | {r.tail for r in annotation.relations if r.type == "指标值"}
    for span in annotation.spans:
        value = annotation.value(span)

        def finding(rule: str, message: str, span=span, value=value) -> Finding:  # type: ignore[no-untyped-def]
            return Finding(annotation.id, rule, span.start, span.end, value, message)

        for opening, closing in _PAIRS:
            if value.count(opening) != value.count(closing):
                yield finding("unbalanced", f"{opening}{closing} are not balanced")
        if value[0] in "“《" and value[-1] in "”》" and value.count(value[0]) == 1:
            yield finding("quotes", "the quotes around a whole name stay outside")
        if _EDGE.search(value):
            yield finding("edge", "punctuation at the edge")
        if span.label == "VALUE" and _MODIFIED.search(value):
            yield finding("modifier", "超 近 约 以上 左右 stay outside of a VALUE")
        if span.label == "METRIC" and _VERBS.search(value):
            yield finding("verb", "a METRIC starts with its noun, not with the verb")
        if span.label == "METRIC" and _SCOPE.search(value):
            yield finding("scope", "全市 全年 and the like stay outside of a METRIC")
        if span.label == "VALUE" and span.id not in linked:
            yield finding("unlinked value", "no METRIC or PROJECT is linked (right only for a base of comparison or a bare verb)")
        if span.label == "METRIC" and span.id not in linked:
            yield finding("metric without value", "a METRIC is marked only when a VALUE belongs to it")


def check_consistency(annotations: Iterable[Annotation]) -> Iterator[Finding]:
    """Yield a finding for the rarer label of each string that is labelled two ways."""
    seen: dict[str, dict[str, list[tuple[Annotation, int, int]]]] = defaultdict(lambda: defaultdict(list))
    for annotation in annotations:
        for span in annotation.spans:
            seen[annotation.value(span)][span.label].append((annotation, span.start, span.end))
    for value, labels in seen.items():
        if len(labels) > 1:
            common = max(labels, key=lambda label: len(labels[label]))
            for label, places in labels.items():
                if label != common:
                    for annotation, start, end in places:
                        yield Finding(annotation.id, "two labels", start, end, value, f"{label} here, {common} {len(labels[common])} times")
