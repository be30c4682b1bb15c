"""The text of a value → number, upper end and unit, as fact-schema.md says. Everything is read after NFKC, without white space."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from baoshu.facts.numerals import Numeral, read_numeral

_VARIANTS = str.maketrans({"〇": "零", "○": "零", "⁄": "/", "萬": "万", "億": "亿", "廿": "二十", "卅": "三十"})
_SPACE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")
_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_ROMAN = {word: str(i) for i, word in enumerate(["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"], 1)}
_ROMAN_GRADE = re.compile(r"(?<![A-Za-z])[IVX]+(?=[类级]|[~—–―─至到-]+[IVX]+[类级])")
_HUNDRED_MILLION = re.compile(r"(?<=[\d零一二两三四五六七八九十百千几数])个(多?)亿(?=元|$)")
_BEFORE = re.compile(
    r"^[“”\"'《‘]*(?:大约|大概|约|将近|接近|逼近|近|超过|超|逾|突破|[不未]?[高低多少大小长短]于|不[超突][过破]|[不未]到|不足|不满|不亚于|达到|达|至[少多]|最[少多高低]|起码"
    r"|合计|总计|累计|共|上(?=[十百千万亿])|好(?=几)|翻了?(?=.+倍)|劣(?=\d类)|[—–-]{2,}|[≥≤><+±])*"
)
_AFTER = re.compile(r"(?:[及或]?其?以[上下内]|之[上下内间多]|左右|上下|开外|出头|有余|\+|[”“\"'》’])+$")
_NO_NUMBER = re.compile(
    r"[\d一两双三四五六七八九多个几]位数|[十百千万亿]+元?级|[A-Z]+[级类]|过半数?|大半|[一大]?[多大小]半|零(?:突破|增长|新增|事故|发生|投诉|差评|跑腿|容忍|距离)"
    r"|亿万.*|十[之有]八九|千家万户|千千万万"
)
_PLACES = {"首位": 1, "榜首": 1, "头名": 1, "首名": 1, "魁首": 1, "冠军": 1, "亚军": 2, "季军": 3, "榜眼": 2, "探花": 3}
_POSITION = re.compile(r"倒数[第前后]?|[第前后末]|(?:top|no)\.?(?=\d)", re.IGNORECASE)
_RANGE = re.compile(r"[~〜—–―─-]+|[至到或]")
_SIGN = re.compile(r"(?:[-−–—]|负|零下)(?=[\d.零一二两三四五六七八九十百千])")
_TIMES = re.compile(r"[×✕*xX](?=\d)")
_RATIO = re.compile(r"[∶:比](?=[\d一二两三四五六七八九十])")
_FRACTION = re.compile(r"(?P<under>.+)分之(?P<over>.+)|(?P<top>\d+)/(?P<bottom>\d+)")
_DOUBLING = re.compile(r"(?:翻了?)?(?:近|约)?(?P<times>.*?)番(?P<more>多)?|翻了?倍")
_HALF = re.compile(r"一?半数?|半(?P<unit>个|成|倍|(?:个?多?(?:百分点|小时|钟头|世纪|学期|月|年|天|日)|公里|里|米|亩|公顷|吨|斤|公斤|度)多?)")
_HALF_MORE = re.compile(r"个半(?P<end>.*)|(?P<all>.{1,3})半")
_MORE = re.compile(r"个[多余](?P<end>.+)|(?P<all>.+)[多余]")
_TENTHS = re.compile(r"(?P<unit>[成块元角斤里米尺])(?P<digit>[一二三四五六七八九\d])")
_SMALLER = {
    ("年", "个月"): 12, ("天", "小时"): 24, ("天", "个小时"): 24, ("小时", "分钟"): 60, ("小时", "分"): 60, ("个小时", "分钟"): 60, ("个小时", "分"): 60,
    ("分钟", "秒"): 60, ("分", "秒"): 60, ("公里", "米"): 1000, ("千米", "米"): 1000, ("米", "厘米"): 100, ("元", "角"): 10, ("亩", "分"): 10, ("斤", "两"): 10,
    ("吨", "公斤"): 1000,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quantity:
    """A parsed value.

    ``number`` is never negative (``negative`` keeps a written sign) and the lower end of a range; None when the value
    carries no number. ``number_high`` is the upper end of a range, else None. ``unit`` is as written, without the
    multiplier. ``rank`` tells a position (第19位, 首位, 20强) from a count.
    """

    number: float | None
    number_high: float | None = None
    unit: str = ""
    rank: bool = False
    negative: bool = False

    @property
    def is_ratio(self) -> bool:
        """Whether the value is a percentage or a fraction without a unit."""
        return self.unit in ("%", "‰") or (self.unit == "" and self.number is not None and 0 < self.number < 1)


@dataclass(frozen=True, slots=True)
class _Amount:
    """A quantity in the making; ``scale`` is what it lends to the lower end of its range: 2～3万, 两到三成."""

    low: Decimal
    high: Decimal
    unit: str = ""
    scale: int = 1
    rank: bool = False
    negative: bool = False

    def times(self, factor: Decimal | int) -> _Amount:
        return replace(self, low=self.low * factor, high=self.high * factor)

    def plus(self, addend: Decimal) -> _Amount:
        return replace(self, low=self.low + addend, high=self.high + addend)

    def quantity(self) -> Quantity:
        number, number_high = float(self.low), float(self.high)
        if not math.isfinite(number_high):
            return Quantity(None)
        unit = self.unit or ("位" if self.rank and self.low >= 1 else "")
        return Quantity(number, number_high if number_high > number else None, unit, self.rank, self.negative)


@lru_cache(maxsize=10_000)
def parse_quantity(value: str) -> Quantity:
    """Read a value span, with or without modifiers (超过, 以上) around it.

    >>> parse_quantity("1600余万元")
    Quantity(number=16000000.0, number_high=17000000.0, unit='元', rank=False, negative=False)
    """
    text = _normalise(value)
    try:
        amount = _range(text) or _single(text)
    except ArithmeticError:  # more multipliers than Decimal holds
        amount = None
    return amount.quantity() if amount else Quantity(None)


def _normalise(value: str) -> str:
    text = _SPACE.sub("", unicodedata.normalize("NFKC", value.replace("，", ","))).translate(_VARIANTS)
    text = _ROMAN_GRADE.sub(lambda match: _ROMAN.get(match[0], match[0]), _SEPARATOR.sub("", text))
    return _HUNDRED_MILLION.sub(r"亿\1", text)


def _range(text: str) -> _Amount | None:
    """Read 4.5%-5%, 30万元—50万元, 3至5家, 2～3万人, 百分之三到五, 30分钟至1小时."""
    for gap in _RANGE.finditer(text):
        low, high = _single(text[: gap.start()]), _single(text[gap.end() :])
        if low and high:
            return _between(low, high)
    return None


def _between(first: _Amount, last: _Amount) -> _Amount:
    """Join two amounts: the last lends multiplier and unit to the first; of units that do not agree the first alone is kept."""
    if not first.unit and first.scale == 1 and first.low * last.scale < last.low:
        first = first.times(last.scale)
    if first.unit not in ("", "个") and last.unit and not last.unit.startswith(first.unit):
        factor = _SMALLER.get((last.unit, first.unit))
        if factor is None:
            return first
        first = first.times(1 / Decimal(factor))
    low, high = min(first.low, last.low), max(first.high, last.high)
    return replace(first, low=low, high=high, unit=last.unit or first.unit, rank=first.rank or last.rank)


def _single(text: str) -> _Amount | None:
    """Read anything but a range."""
    while (bare := _AFTER.sub("", _BEFORE.sub("", text))) != text:
        text = bare
    if _NO_NUMBER.fullmatch(text):
        return None
    if place := _PLACES.get(text):
        return _Amount(Decimal(place), Decimal(place), rank=True)
    sign = _SIGN.match(text)
    text = text[sign.end() :] if sign else text
    amount = _fraction(text) or _position(text) or _doubling(text) or _count(text)
    return replace(amount, negative=True) if amount and sign else amount


def _fraction(text: str) -> _Amount | None:
    """Read 三分之一, 1/3, 百分之八十, 千分之三, 百分百, 一半, 半小时."""
    if half := _HALF.fullmatch(text):
        return _with_unit(_Amount(Decimal("0.5"), Decimal("0.5")), half["unit"] or "", step=Decimal("0.5"))
    parts = _FRACTION.fullmatch("百分之百" if text == "百分百" else text)
    under, over = (_whole(parts["under"] or parts["bottom"]), _whole(parts["over"] or parts["top"])) if parts else (None, None)
    if parts is None or under is None or over is None or not under.low:
        return None
    unit = {"百": "%", "千": "‰"}.get(parts["under"], "")
    amount = _Amount(over.low, over.high, unit)
    return amount if unit else amount.times(1 / under.low)


def _position(text: str) -> _Amount | None:
    """Read 第19位, 第一, 前三, 后30, 前三分之一, 倒数第二, TOP10."""
    place = _POSITION.match(text)
    rest = text[place.end() :] if place else ""
    amount = (_fraction(rest) if _FRACTION.fullmatch(rest) else None) or _count(rest)
    return replace(amount, rank=True) if amount else None


def _doubling(text: str) -> _Amount | None:
    """Read 翻番, 翻倍, 翻一番, 两番多: doubling twice adds three times the start."""
    match = _DOUBLING.fullmatch(text)
    times = _whole(match["times"] or "一") if match else None
    if match is None or times is None:
        return None
    return _Amount(Decimal(2) ** times.low - 1, Decimal(2) ** (times.high + (1 if match["more"] else 0)) - 1, "倍")


def _count(text: str) -> _Amount | None:
    """Read a number with its unit, also 2×66万千瓦 and 2.3∶1; 20强 is a position."""
    numeral = read_numeral(text)
    if numeral is None:
        return None
    amount, end = _Amount(numeral.low, numeral.high, scale=numeral.scale), numeral.end
    while (times := _TIMES.match(text, end)) and (factor := read_numeral(text, times.end())):
        amount, end = replace(amount, low=amount.low * factor.low, high=amount.high * factor.high), factor.end
    if _RATIO.match(text, end):
        return amount
    unit = text[end:].lstrip("+").strip(",。、;~—-")
    step = numeral.step if numeral.scale > 1 else min(numeral.step, Decimal(1))
    return replace(_with_unit(amount, unit, step), rank=unit.startswith("强"))


def _with_unit(amount: _Amount, unit: str, step: Decimal) -> _Amount:
    """Give an amount its unit and add what stands in and behind it: 三个半小时, 3个多月, 八成五, 1小时30分钟.

    :param step: What 多 may add.
    """
    if half := _HALF_MORE.fullmatch(unit):
        amount, unit = amount.plus(Decimal("0.5")), (half["all"] or "个") + (half["end"] or "")
    elif more := _MORE.fullmatch(unit):
        amount, unit = replace(amount, high=amount.high + step), (more["all"] or "个") + (more["end"] or "")
    elif tenths := _TENTHS.fullmatch(unit):
        digit = read_numeral(tenths["digit"])
        amount, unit = amount.plus(digit.low / 10 if digit else Decimal(0)), tenths["unit"]
    elif amount.scale == 1:
        amount, unit = _with_smaller_unit(amount, unit)
    if unit == "成":
        return replace(amount.times(10), unit="%", scale=10)
    return replace(amount, unit="百分点" if unit == "个百分点" else unit)


def _with_smaller_unit(amount: _Amount, unit: str) -> tuple[_Amount, str]:
    for (larger, smaller), factor in _SMALLER.items():
        if unit.startswith(larger) and unit.endswith(smaller):
            numeral = _whole(unit[len(larger) : -len(smaller)].removeprefix("零"))
            if numeral:
                return amount.plus(numeral.low / factor), larger
    return amount, unit


def _whole(text: str) -> Numeral | None:
    """Read a text that is nothing but a numeral, maybe with 多 behind it."""
    numeral = read_numeral(text)
    return numeral if numeral and text[numeral.end :] in ("", "多") else None
