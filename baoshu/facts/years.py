"""The years of a report, and the years that 五年规划 names stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

YEAR = r"(?:19|20)\d\d"
_ORDINALS = "十[一二三四五六]?"
_PLAN = re.compile(rf"[“\"「]({_ORDINALS})五[”\"」]|({_ORDINALS[:-1]})五(?=时期|期间|规划|以来|末|[，、和]?{YEAR})|第({_ORDINALS})个五年")
_FIRST_YEARS = {"十": 2001, "十一": 2006, "十二": 2011, "十三": 2016, "十四": 2021, "十五": 2026, "十六": 2031}
_WRITTEN = re.compile(r"[二一][〇零○Ｏ一二三四五六七八九]{3}(?=年)")
_WRITTEN_DIGITS = str.maketrans("〇零○Ｏ一二三四五六七八九", "0000123456789")


@dataclass(frozen=True, slots=True)
class Years:
    """The years of a report: delivered and looked back on; None when unknown."""

    delivered: int | None
    reported: int | None

    @staticmethod
    def of(delivered: int | None, reported: int | None) -> Years:
        """Fill one year from the other."""
        if reported is None and delivered is not None:
            reported = delivered - 1
        if delivered is None and reported is not None:
            delivered = reported + 1
        return Years(delivered, reported)

    @property
    def one_year(self) -> bool:
        """Whether the report looks back on the year it is delivered in (half-year summaries): 今年 tells nothing then."""
        return self.delivered is not None and self.delivered == self.reported


@dataclass(frozen=True, slots=True)
class Plan:
    """A five-year plan named in a text: “十四五” is 2021 to 2025. *Offsets:* in the text."""

    start: int
    end: int
    first: int
    last: int


def find_plans(text: str) -> Iterator[Plan]:
    """Yield the five-year plans that a text names, in order."""
    for match in _PLAN.finditer(text):
        first = _FIRST_YEARS[match[1] or match[2] or match[3]]
        yield Plan(match.start(), match.end(), first, first + 4)


def arabic_years(text: str) -> str:
    """Return the text with 二〇二四年 written 2024年; its length stays."""
    return _WRITTEN.sub(lambda match: match[0].translate(_WRITTEN_DIGITS), text)
