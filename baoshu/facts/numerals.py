"""Arabic, Chinese and mixed numerals → an interval of decimals: 1.36万亿, 1600余万, 三四十, 十几, 1亿2000万.

The 千 of 千瓦 千伏 千米 千克 千卡 千赫 千升 belongs to the unit, so it never multiplies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {c: i for i, c in enumerate("壹贰叁肆伍陆柒捌玖", 1)} | {"两": 2, "俩": 2, "仨": 3}
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "拾": 10, "佰": 100, "仟": 1000}
_DIGIT = "[零一二三四五六七八九壹贰叁肆伍陆柒捌玖]"
_POWER = "[十万亿拾佰仟]|百(?!分[之点])|千(?![瓦伏米克卡赫升焦帕安乏])"
_NEIGHBOURS = "|".join(f"{a}、?{b}" for a, b in [*zip("一二三四五六七八", "二三四五六七八九", strict=True), ("两", "三"), ("三", "五")])
_TOKEN = re.compile(
    rf"(?P<arabic>\d+(?:\.\d+)?|\.\d+)|(?P<pair>(?:{_NEIGHBOURS}|[一三]、?两(?!$))(?!{_DIGIT}))"
    rf"|(?P<chinese>{_DIGIT}+(?:点{_DIGIT}+)?|[两俩仨])|(?P<point>点{_DIGIT}+)"
    rf"|(?P<vague>几|数(?={_POWER}|[家个名项次种处座条所位人年天倍成]))|(?P<power>{_POWER})|(?P<rest>[余多]|来(?!自))"
)
_MAY_FOLLOW = {"power": {"", "arabic", "pair", "chinese", "point", "vague", "power", "rest"}, "point": {"power"}, "rest": {"arabic", "power"}}
_FIRST_OR_AFTER_POWER = {"", "power"}


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number from ``low`` to ``high``, the same unless the words are vague, that ends at ``end`` in the text.

    ``scale`` is what the multipliers written last stand for, 10 000 in 30万; of a Chinese coefficient only 万 and 亿 count.
    ``step`` is the place of the last digit that is not zero, 1000 in 2.3万: what 余 and 多 stand for.
    """

    low: Decimal
    high: Decimal
    end: int
    scale: int
    step: Decimal


@dataclass(frozen=True, slots=True)
class _Summand:
    """``power`` is the multiplier written last."""

    low: Decimal
    high: Decimal
    step: Decimal
    power: int = 1

    def times(self, power: int) -> _Summand:
        return _Summand(self.low * power, self.high * power, self.step * power, power)


def read_numeral(text: str, start: int = 0) -> Numeral | None:
    """Read the numeral that begins at ``start`` as far as it goes; None when none begins there.

    >>> read_numeral("12余家")
    Numeral(low=Decimal('12'), high=Decimal('13'), end=3, scale=1, step=Decimal('1'))
    """
    summands: list[_Summand] = []
    position, previous, written, scale, floor = start, "", "", 1, 10**4
    while (match := _TOKEN.match(text, position)) and previous in _MAY_FOLLOW.get(match.lastgroup or "", _FIRST_OR_AFTER_POWER):
        previous, written, position = match.lastgroup or "", match[0], match.end()
        if previous == "power":
            scale *= _POWERS[written] if _POWERS[written] >= floor else 1
            _multiply(summands, _POWERS[written])
        elif previous == "rest":
            last = summands.pop()
            summands.append(_Summand(last.low, last.high + last.step, last.step, last.power))
        else:
            scale, floor = 1, 10 if previous == "arabic" else 10**4
            summands.append(_summand(previous, written, first=not summands))
    if not summands:
        return None
    if previous == "chinese" and len(summands) > 1 and summands[-2].power >= 100 and len(written) == 1:
        summands.append(summands.pop().times(summands[-1].power // 10))
    low, high = sum((s.low for s in summands), Decimal(0)), sum((s.high for s in summands), Decimal(0))
    return Numeral(low, high, position, scale, summands[-1].step)


def _summand(kind: str, written: str, *, first: bool) -> _Summand:
    if kind == "vague":
        return _Summand(Decimal(2 if first else 1), Decimal(9), Decimal(1))
    if kind == "pair":
        low, high = sorted((_DIGITS[written[0]], _DIGITS[written[-1]]))
        return _Summand(Decimal(low), Decimal(high), Decimal(1))
    number = Decimal(written if kind == "arabic" else "".join("." if c == "点" else str(_DIGITS[c]) for c in written))
    exponent = number.normalize().as_tuple().exponent if number else 0
    return _Summand(number, number, Decimal(1).scaleb(int(exponent)))


def _multiply(summands: list[_Summand], power: int) -> None:
    """Multiply the last summand together with all smaller ones before it: 三百五十万 is 350万, 1亿2000万 is 1亿 and 2000万."""
    if not summands or summands[-1].power > power:
        summands.append(_Summand(Decimal(1), Decimal(1), Decimal(1)))
    last = summands.pop()
    while summands and summands[-1].high < power:
        before = summands.pop()
        last = _Summand(before.low + last.low, before.high + last.high, last.step)
    summands.append(last.times(power))
