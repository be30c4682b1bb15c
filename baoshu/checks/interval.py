"""What a value allows its number to be: written digits, bound and direction as an interval."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from baoshu.types import Fact

_DIGITS = re.compile(r"\d[\d,]*(?:\.(\d+))?")
_ABOUT = 0.05
_BEYOND = 2.0


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers from ``low`` to ``high``, both included."""

    low: float
    high: float

    def meets(self, other: Interval) -> bool:
        """Tell whether a number lies in both."""
        slack = 1e-9 * max(abs(self.high), abs(other.high), 1.0)
        return self.low <= other.high + slack and other.low <= self.high + slack

    def widened(self, by: float) -> Interval:
        """Return the interval with ``by`` more on both sides."""
        return Interval(self.low - by, self.high + by)


def interval(fact: Fact) -> Interval | None:
    """Return what a fact allows, below zero for ``down``; None when it carries no number.

    Half of the last written digit is left open (1.36万亿 is 13550亿 to 13650亿); 约 opens 5 %, 超过 and 以上 up to twice the
    number, 近 and 以内 down to half of it.
    """
    if fact.number is None:
        return None
    half = written_step(fact) / 2
    low, high = fact.number - half, max(fact.number, fact.number_high or fact.number) + half
    if fact.bound in ("over", "at_least"):
        high = max(high, _BEYOND * fact.number)
    elif fact.bound in ("under", "at_most"):
        low = min(low, fact.number / _BEYOND)
    elif fact.bound == "about":
        low, high = low - _ABOUT * fact.number, high + _ABOUT * fact.number
    return Interval(-high, -low) if fact.direction == "down" else Interval(low, high)


def written_step(fact: Fact) -> float:
    """Return what one more in the last written digit is worth: 1.36万亿 → 10⁸·100; 八成 → 10; 0 where no digit is written."""
    text = unicodedata.normalize("NFKC", fact.value)
    found = _DIGITS.search(text)
    if found is None:
        return 10.0 if "成" in text else 0.0
    written = float(found[0].replace(",", ""))
    places = len(found[1] or "")
    return (fact.number or 0.0) / written * 10.0**-places if written else 10.0**-places


def contradict(facts: Iterable[Fact]) -> bool:
    """Tell whether two of the facts allow no common number."""
    allowed = [found for fact in facts if (found := interval(fact)) is not None]
    return any(not one.meets(other) for i, one in enumerate(allowed) for other in allowed[i + 1 :])
