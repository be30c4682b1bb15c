"""Edges of found spans by the rules of the guideline that know no exception.

A metric does not begin with 全市, 全年 or 左右 nor end in 约 近 超 达, a project does not begin with the verb that carries it out, editions and batches are no
values, quotes and brackets are balanced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from baoshu.pipeline.candidates import Candidates

_PAIRS = (("“", "”"), ("《", "》"), ("（", "）"), ("(", ")"))
_METRIC_HEAD = re.compile(r"(?:(?:全|我)[省市县区州旗](?!域)|全年|左右|以上|以下|以内)(?=[\u4e00-\u9fffA-Z]{2})")
_METRIC_TAIL = re.compile(r"(?:达到|超过|突破|将近|接近|约|近|超|达|逾|仅|已)+$")
_PROJECT_HEAD = re.compile(
    r"(?:(?:大力|深入|全面|纵深|持续|加快|扎实|统筹|深化|高标准|高质量|有序|稳步|全力|加力)*(?:组织)?(?:实施|推进|开展|抓实|强化|启动|推动|打造|谋划|获批|力促|争取|筹建|开工|建成|用好|办好|抓好|建好|做强|做优)(?:建设|落实|了)?)(?=[\u4e00-\u9fff“A-Z])"
)
_EDITION = re.compile(r"第[0-9０-９一二三四五六七八九十百零〇]+(?:届|批|期|轮|次|季|集|版|代|号)(?:.*)")

LabelledSpan = tuple[int, int, str]
Entity = tuple[int, int, str, float]


def tidy_entities(texts: Sequence[str], spans: Candidates, labels: Sequence[str]) -> list[list[Entity]]:
    """Return for each text its entities as they should be, with their probabilities. *Offsets:* code points of the text, end exclusive.

    :param spans: Sorted. *Offsets:* over all texts in a row.
    """
    found: list[list[Entity]] = []
    offset = 0
    for text in texts:
        first, behind = np.searchsorted(spans.starts, [offset, offset + len(text)])
        place = slice(first, behind)
        plain = zip((spans.starts[place] - offset).tolist(), (spans.ends[place] - offset).tolist(), spans.labels[place].tolist(), strict=True)
        tidied = tidy_spans(text, [(start, end, labels[label]) for start, end, label in plain])
        probabilities = spans.probabilities[place].tolist()
        found.append([(*span, probability) for span, probability in zip(tidied, probabilities, strict=True) if span is not None])
        offset += len(text)
    return found


def tidy_spans(text: str, spans: Sequence[LabelledSpan]) -> Iterator[LabelledSpan | None]:
    """Yield for each span the span as it should be, or None when it is none; spans stay flat and in order.

    :param spans: ``(start, end, label)``, sorted. *Offsets:* code points of ``text``, end exclusive.
    """
    last = 0
    for index, span in enumerate(spans):
        start, end, label = span
        value = text[start:end]
        if label == "VALUE" and _EDITION.fullmatch(value):
            yield None
            continue
        if label == "METRIC":
            if head := _METRIC_HEAD.match(value):
                start += head.end()
            if (tail := _METRIC_TAIL.search(value)) and tail.start() > 1:
                end -= len(value) - tail.start()
        elif label == "PROJECT" and (head := _PROJECT_HEAD.match(value)) and head.end() + 3 < len(value):
            start += head.end()
        limit = spans[index + 1][0] if index + 1 < len(spans) else len(text)
        balanced = balanced_span(text, (start, end))
        if last <= balanced[0] < balanced[1] <= limit:
            start, end = balanced
        yield start, end, label
        last = end


def balanced_span(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """Return a span whose quotes and brackets are balanced.

    An opening one directly before the span, or a closing one directly behind it, is taken in; else a lone one at the edge is left out.
    """
    start, end = span
    for opening, closing in _PAIRS:
        value = text[start:end]
        if value.count(opening) == value.count(closing):
            continue
        if value.count(closing) > value.count(opening):
            if closing in "）)" and value.index(closing) <= 3:  # a list number: （2）…
                start += value.index(closing) + 1
            elif start and text[start - 1] == opening:
                start -= 1
            elif value.endswith(closing):
                end -= 1
        elif text[end : end + 1] == closing:
            start, end = (start + 1, end) if value.startswith(opening) and value.count(opening) == 1 else (start, end + 1)
        elif value.startswith(opening):
            start += 1
    return start, end
