"""The stretches of a sentence that say what a value means: its list, the words before it, the words that open its list.

*Offsets:* all positions are in the paragraph's text; values and subjects are given by their place in ``spans``, which is sorted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from baoshu.types import Span

_CLAUSE_END = "。；！？：\n"
_MODIFIER = r"(?:以上|以下|以内|左右|上下|各|均|共|分别|近|约|超过?|突破|逾|不低于|不少于|不超过|不足|不到)*"
_BETWEEN_VALUES = re.compile(rf"{_MODIFIER}(?:[、和及与]|以及){_MODIFIER}")
_BETWEEN_ITEMS = re.compile(rf"”?{_MODIFIER}(?:[、和及与的了]|以及|等(?:地|国家)?(?:的)?)?{_MODIFIER}“?")
_FROM = re.compile(r"(?:由|从)[^，、由从]{0,20}$")
_BRACKETS = re.compile(r"（[^（）]*）|\([^()]*\)")
_ARRIVAL = re.compile(r"，?[^，。；]{0,8}(?:到|至|为|成|达|突破|迈上|跃上|跨上)[^，。；]{0,14}")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A value among its neighbours.

    ``first`` and ``last`` bound the 、 list it stands in; ``left`` are the words between the last entity (or clause
    start) and the list; ``is_start`` and ``is_end`` tell the X and the Y of 由X提高到Y.
    """

    text: str
    spans: Sequence[Span]
    value: int
    first: int
    last: int
    left: str
    is_start: bool
    is_end: bool

    @staticmethod
    def of(text: str, spans: Sequence[Span], value: int) -> Phrase:
        """Read the surroundings of ``spans[value]``."""
        first, last = value_list(text, spans, value)
        left = words_before(text, spans, first)
        opening = _opening_of_change(text, spans, first)
        is_start = bool(_FROM.search(left)) and _next_value_arrives(text, spans, last)
        return Phrase(text, spans, value, first, last, left if opening is None else opening + left.lstrip("，"), is_start, opening is not None)

    @property
    def predicate(self) -> str:
        """The last part of ``left``, behind the comma, without what stands in brackets."""
        return re.split(r"[，,]", _BRACKETS.sub("", self.left))[-1]

    def surface(self, index: int) -> str:
        """Return the characters of a span."""
        return self.text[self.spans[index].start : self.spans[index].end]

    def lead(self, subject: int) -> tuple[str, bool]:
        """Return the words that open the list of items the value stands in (新增 in 新增甲3个、乙5个).

        :returns: The words, and whether another value stands between them and this one.
        """
        index = min(subject, self.first)
        if any(span.label == "VALUE" for span in self.spans[subject + 1 : self.first]):
            index = self.first
        passed = False
        while index and _BETWEEN_ITEMS.fullmatch(self.text, self.spans[index - 1].end, self.spans[index].start):
            index -= 1
            passed = passed or self.spans[index].label == "VALUE"
        start = self.spans[index].start
        begin = max(clause_start(self.text, start), self.text.rfind("，", 0, start) + 1, self.spans[index - 1].end if index else 0)
        return self.text[begin:start].rstrip("“"), passed


def clause_start(text: str, position: int) -> int:
    """Return where the clause of ``position`` begins: behind 。；！？： or at 0."""
    return max(text.rfind(mark, 0, position) for mark in _CLAUSE_END) + 1


def words_before(text: str, spans: Sequence[Span], index: int) -> str:
    """Return the words from the last entity that is no place, or the clause start, up to ``spans[index]``."""
    entity = next((span.end for span in reversed(spans[:index]) if span.label != "PLACE"), 0)
    return text[max(clause_start(text, spans[index].start), entity) : spans[index].start]


def value_list(text: str, spans: Sequence[Span], value: int) -> tuple[int, int]:
    """Return first and last place of the values that only 、 和 and modifiers part from each other."""
    first = last = value
    while first and spans[first - 1].label == "VALUE" and _BETWEEN_VALUES.fullmatch(text, spans[first - 1].end, spans[first].start):
        first -= 1
    while last + 1 < len(spans) and spans[last + 1].label == "VALUE" and _BETWEEN_VALUES.fullmatch(text, spans[last].end, spans[last + 1].start):
        last += 1
    return first, last


def _next_value_arrives(text: str, spans: Sequence[Span], last: int) -> bool:
    following = next((span for span in spans[last + 1 :] if span.label != "PLACE"), None)
    return following is not None and following.label == "VALUE" and bool(_ARRIVAL.fullmatch(text, spans[last].end, following.start))


def _opening_of_change(text: str, spans: Sequence[Span], first: int) -> str | None:
    """Return the words before the X when the list is the Y of 由X提高到Y, else None."""
    before = next((i for i in range(first - 1, -1, -1) if spans[i].label != "PLACE"), None)
    if before is None or spans[before].label != "VALUE" or not _ARRIVAL.fullmatch(text, spans[before].end, spans[first].start):
        return None
    opening = words_before(text, spans, value_list(text, spans, before)[0])
    return opening if _FROM.search(opening) else None
