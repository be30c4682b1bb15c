"""The text of a value → number, upper end and unit, as fact-schema.md says. Everything is read after NFKC."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from baoshu.facts.numerals import Numeral, read_numeral

_ROMAN = {c: str(i) for i, c in enumerate("ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ", 1)} | {"〇": "零", "○": "零", "，": ","}
_BEFORE = re.compile(
    r"^(?:大约|约|将近|接近|近|超过|超|逾|突破|不低于|不少于|不超过|不到|不足|达到|达|高于|低于|至少|合计|总计|累计|共|上(?=[十百千万])|翻了?(?=\d+倍)|[≥≤><+])+"
)
_AFTER = re.compile(r"(?:[及或]?以[上下内]|之[上下内间]|左右|上下|开外|有余)+$")
_NO_NUMBER = re.compile(r"[两双三四多个]位数|[十百千万亿]+级|[A-Z]+级|过半|大半|多半|零突破")
_WORDS = {"首位": 1, "榜首": 1, "头名": 1, "首名": 1, "魁首": 1, "冠军": 1, "亚军": 2, "季军": 3}
_RANGE = re.compile(r"\s*(?:[~〜—–−-]+|[至到])\s*第?(?=[\d零一二两三四五六七八九十百千万几])")
_UNIT_IN_RANGE = re.compile(r"[^\d~〜—–−至到/]{0,5}?(?=\s*(?:[~〜—–−-]|[至到]))")
_HALF = re.compile(r"(?P<unit>个?)半(?=小时|钟头|月|年|天|$)|(?P<after>[成块元角斤里年天米倍])(?:半|(?P<digit>[一二两三四五六七八九]))$")
_TENTHS = {c: i for i, c in enumerate("一二三四五六七八九", 1)} | {"两": 2}


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


def parse_quantity(value: str) -> Quantity:
    """Read a value span, with or without modifiers (超过, 以上) around it.

    >>> parse_quantity("1600余万元")
    Quantity(number=16000000.0, number_high=17000000.0, unit='元', rank=False, negative=False)
    """
    text = _normalise(value)
    if _NO_NUMBER.fullmatch(text):
        return Quantity(None)
    if text in _WORDS:
        return Quantity(float(_WORDS[text]), unit="位", rank=True)
    return _doubling(text) or _fraction(text) or _position(text) or _count(text) or Quantity(None)


def _normalise(value: str) -> str:
    text = unicodedata.normalize("NFKC", "".join(_ROMAN.get(c, c) for c in value)).replace("⁄", "/").strip().strip("“”\"'《》")
    text = re.sub(r"(?<=\d)[, ](?=\d{3}(?!\d))|(?<=[\d十百千万亿])\s+(?=\D)", "", text)
    while (bare := _AFTER.sub("", _BEFORE.sub("", text)).strip()) != text:
        text = bare
    return text


def _doubling(text: str) -> Quantity | None:
    """Read 翻番, 翻一番, 两番: doubling twice adds three times the start."""
    match = re.fullmatch(r"(?:翻了?)?(?:近|约)?(?P<times>.*?)番", text)
    times = read_numeral(match["times"]) if match else None
    if match is None or (times is None and match["times"]):
        return None
    return Quantity(float(2 ** int(times.low if times else 1) - 1), unit="倍")


def _fraction(text: str) -> Quantity | None:
    """Read 三分之一, 1/3, 百分之八十, 千分之三, 一半, 半小时."""
    if half := re.fullmatch(r"(?:一半|半数|半)|半(个?(?:小时|月|年|天))", text):
        return Quantity(0.5, unit=half[1] or "")
    if match := re.fullmatch(r"(百|千)分之(.+)", text):
        inner = _count(match[2])
        return replace(inner, unit="%" if match[1] == "百" else "‰") if inner and not inner.unit else None
    parts = re.fullmatch(r"(?P<under>.+?)分之(?P<over>.+)|(?P<top>\d+)/(?P<bottom>\d+)", text)
    under, over = (read_numeral(parts["under"] or parts["bottom"]), read_numeral(parts["over"] or parts["top"])) if parts else (None, None)
    if not under or not over or not under.low:
        return None
    return Quantity(float(Fraction(over.low) / Fraction(under.low)))


def _position(text: str) -> Quantity | None:
    """Read 第19位, 第一, 前三, 后30, 20强; the unit is 位 when none is written."""
    place = re.match(r"(?:倒数)?[第前后]", text)
    count = _count(text[place.end() :] if place else text)
    return replace(count, unit=count.unit or "位", rank=True) if count and (place or count.unit.startswith("强")) else None


def _count(text: str) -> Quantity | None:
    """Read a number or a range with its unit."""
    sign = re.match(r"[-−–负](?=[\d一二两三四五六七八九十])", text)
    start = sign.end() if sign else 0
    low = read_numeral(text, start)
    if low is None:
        return None
    end = low.end
    high, unit_of_low = _upper_end(text, end)
    number, number_high = low.low, low.high if low.high > low.low else None
    if high is not None:
        end = high.end
        lent = high.scale if low.scale == 1 and number * high.scale < high.low else 1
        number, number_high = number * lent, high.high
    unit = text[end:].strip().strip(",。、;") or unit_of_low
    if re.match(r"[∶:比](?=[\d一二两三四五六七八九十])", unit):
        return Quantity(float(number))
    number, unit = _half(number, unit)
    if minutes := re.fullmatch(r"(个?小时)零?(\d+)分钟?", unit):
        number, unit = number + Decimal(minutes[2]) / 60, minutes[1]
    if tenths := re.fullmatch("成([多余])?", unit):
        number_high = number + 1 if tenths[1] else number_high
        number, number_high, unit = number * 10, number_high and number_high * 10, "%"
    unit = "百分点" if unit == "个百分点" else unit
    return Quantity(float(number), None if number_high is None else float(number_high), unit, negative=sign is not None)


def _upper_end(text: str, end: int) -> tuple[Numeral | None, str]:
    """Return the upper end of a range that goes on at ``end``, and the unit between: 4.5%-5%, 30万元—50万元, 3至5家."""
    unit = _UNIT_IN_RANGE.match(text, end)
    gap = _RANGE.match(text, unit.end() if unit else end)
    high = read_numeral(text, gap.end()) if gap else None
    return high, unit[0].strip() if unit and high else ""


def _half(number: Decimal, unit: str) -> tuple[Decimal, str]:
    """Add what stands behind the unit: 三个半小时, 八成五, 两块五, 一成半."""
    match = _HALF.match(unit)
    if match is None:
        return number, unit
    tenths = _TENTHS[match["digit"]] if match["digit"] else 5
    return number + Decimal(tenths) / 10, (match["unit"] or match["after"] or "") + unit[match.end() :]
