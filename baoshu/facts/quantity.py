"""The text of a value → number, upper end and unit, as fact-schema.md says.

Everything is read after NFKC. 万 亿 万亿 are expanded; the 千 of 千瓦 千伏 千米 千克 千卡 千赫 千升 belongs to the unit.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "俩": 2, "仨": 3, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9, "幺": 1}
_POWER = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000, "拾": 10, "佰": 100, "仟": 1000, "廿": 20, "卅": 30}
_CHINESE = "".join(_DIGIT) + "十百千万亿拾佰仟"
_UNIT_AFTER_THOUSAND = "瓦伏米克卡赫升焦帕安乏字比巴"
_THOUSAND = rf"千(?![{_UNIT_AFTER_THOUSAND}])"
_MULTIPLIER = rf"(?:[十百万亿]|{_THOUSAND})"
_ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?|\.\d+"
_FUZZY = "余多几来"
_NUMBER = re.compile(rf"(?:(?P<arabic>{_ARABIC})|(?P<chinese>(?:[{''.join(_DIGIT)}十百拾佰仟廿卅万亿半]|{_THOUSAND}|点(?=[{''.join(_DIGIT)}]))+))")
_RANGE = re.compile(r"\s*(?:~|—+|–|-+|−|至|到)\s*")
_MODIFIERS = re.compile(r"^(?:约|近|超过|超|逾|突破|不低于|不少于|不超过|达到|达|大约|将近|接近|高于|低于|上|≥|≤|>|<|合计|共|计)+|(?:以上|以下|以内|左右|上下|之间|开外)$")
_ROMAN = {"Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "Ⅴ": 5, "Ⅵ": 6, "Ⅶ": 7, "Ⅷ": 8, "Ⅸ": 9, "Ⅹ": 10}
_FIRST = re.compile(r"(?:首位|榜首|第一位?|头名|冠军)")
_SERIES = re.compile(r"连(?:冠|丰|增|涨|快|升|优|降|胜)")
_DOUBLINGS = re.compile(rf"翻?(?:了)?([{''.join(_DIGIT)}\d]+)?番")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A parsed value.

    ``number`` is never negative (``negative`` keeps a written sign) and the lower end of a range; it is None for a value
    without a plain number. ``number_high`` is the upper end, else None. ``unit`` is as written, without the multiplier.
    """

    number: float | None
    number_high: float | None = None
    unit: str = ""
    rank: bool = False
    fuzzy: bool = False
    negative: bool = False

    @property
    def is_ratio(self) -> bool:
        """Whether the unit is a percentage or a plain fraction."""
        return self.unit in ("%", "‰") or (self.unit == "" and self.number is not None and self.number < 1)


def parse_quantity(value: str) -> Quantity:
    """Read a value span; what carries no number comes back with ``number`` None.

    >>> parse_quantity("1600余万元")
    Quantity(number=16000000.0, number_high=17000000.0, unit='元', rank=False, fuzzy=True, negative=False)
    """
    text = _normalise(value)
    special = _special(text)
    if special is not None:
        return special
    negative = bool(re.match(r"[-−–](?=\d)|负(?=[\d零一二三四五六七八九十百])", text))
    text = text[1:] if negative else text
    rank = re.match(r"[第前后]", text)
    text = text[1:] if rank else text
    first = _Term.read(text, 0)
    if first is None:
        return Quantity(None, unit="")
    position = first.end
    terms = [first]
    while (gap := re.compile(rf"{_RANGE.pattern}|[、](?=\d)").match(text, _skip_unit(text, position))) and len(terms) < 2:
        after = _Term.read(text, gap.end())
        if after is None:
            break
        between = text[position : gap.start()]
        tail_unit = _unit_at(text, after.end)
        if between and _clean_unit(between) not in (tail_unit, "") and tail_unit:
            break
        terms.append(after)
        position = after.end
        if between and not tail_unit:
            return _range(terms, _clean_unit(between), rank is not None)
    if len(terms) == 2:
        return _range(terms, _unit_at(text, position), rank is not None)
    fraction = re.match(r"\s*/\s*(\d+)(?!\d)", text[position:])
    if fraction and first.plain and not first.multiplied and int(fraction[1]):
        number = Fraction(first.low) / int(fraction[1])
        return Quantity(float(number), unit=_clean_unit(text[position + fraction.end() :]))
    ratio = re.match(r"\s*[∶:比]\s*\d", text[position:])
    if ratio:
        return Quantity(float(first.low), unit="")
    unit = _unit_at(text, position)
    if unit == "成":
        half = re.search(r"成半$|成五$", text)
        return Quantity(float(first.low * 10 + (5 if half else 0)), _float(first.high, 10), "%", fuzzy=first.fuzzy)
    if rank is not None and not unit:
        unit = "位"
    if unit == "强" or (rank is not None and unit in ("位", "名", "个", "强", "")):
        rank_found = True
    else:
        rank_found = rank is not None
    return Quantity(float(first.low), _float(first.high), unit, rank=rank_found, fuzzy=first.fuzzy, negative=negative)


@dataclass(frozen=True, slots=True)
class _Term:
    """A number with its multipliers; ``high`` is the upper end that 余 多 几 stand for."""

    low: Decimal
    high: Decimal | None
    end: int
    plain: bool
    multiplied: bool
    fuzzy: bool

    @staticmethod
    def read(text: str, start: int) -> _Term | None:
        position = start
        vague = re.compile(rf"(几|数|上)?({_MULTIPLIER}+)(几)?").match(text, position)
        if vague and (vague[1] in ("几", "数") or vague[3]):
            scale = _multiply(vague[2])
            if vague[3]:
                return _Term(Decimal(scale + 1), Decimal(scale + 9), vague.end(), False, True, True)
            return _Term(Decimal(2 * scale), Decimal(9 * scale), vague.end(), False, True, True)
        match = _NUMBER.match(text, position)
        if match is None:
            return None
        if match["arabic"]:
            written = match["arabic"].replace(",", "")
            low = Decimal(written)
            step = Decimal(1).scaleb(-len(written.partition(".")[2])) if "." in written else _round_step(int(written))
        else:
            low, step = _chinese(match["chinese"])
        position = match.end()
        fuzzy = False
        high: Decimal | None = None
        multiplied = False
        while True:
            mark = re.compile(rf"\s?[{_FUZZY}](?=\S|$)").match(text, position)
            multiplier = re.compile(rf"\s?({_MULTIPLIER}+)").match(text, position)
            if mark and not fuzzy and not text[mark.end() - 1 :].startswith("来自"):
                fuzzy, high = True, low + step
                position = mark.end()
            elif multiplier:
                scale = _multiply(multiplier[1])
                low, step = low * scale, step * scale
                high = None if high is None else high * scale
                multiplied = True
                position = multiplier.end()
                more = re.compile(rf"零?({_ARABIC})").match(text, position)
                if more and low >= 10_000:
                    rest = _Term.read(text, more.start(1))
                    if rest is not None and rest.low < low:
                        return _Term(low + rest.low, None, rest.end, False, True, rest.fuzzy)
            else:
                break
        return _Term(low, high, position, bool(match["arabic"]), multiplied, fuzzy)


def _normalise(value: str) -> str:
    kept = "".join(str(_ROMAN[c]) if c in _ROMAN else c for c in value)
    text = unicodedata.normalize("NFKC", kept).strip().replace("〇", "零").replace("○", "零").replace("，", ",")
    text = re.sub(r"(?<=\d),(?=\d{3}(?:\D|$))", "", text)
    text = re.sub(r"(?<=\d)\s+(?=[^\d\s])|(?<=[万亿千百])\s+", "", text)
    before = None
    while before != text:
        before, text = text, _MODIFIERS.sub("", text).strip()
    return text


def _special(text: str) -> Quantity | None:
    """Return the quantity of values that are words: 首位, 翻一番, 三分之一, 一半, 九连冠, 百强."""
    if _FIRST.fullmatch(text):
        return Quantity(1.0, unit="位", rank=True)
    if doubling := _DOUBLINGS.fullmatch(text):
        times = _small(doubling[1]) if doubling[1] else 1
        return Quantity(float(2**times - 1), unit="倍")
    if share := re.fullmatch(r"(?:百分之)(.+?)", text):
        inner = _Term.read(share[1], 0)
        return Quantity(float(inner.low), _float(inner.high), "%") if inner else None
    if share := re.fullmatch(rf"([{_CHINESE}\d]+)分之([{_CHINESE}\d]+)", text):
        under, over = _small(share[1]), _small(share[2])
        return Quantity(float(Fraction(over, under)), unit="") if under else None
    if re.fullmatch(r"(?:一半|半数|半)", text):
        return Quantity(0.5, unit="")
    if re.fullmatch(r"(?:过半|大半|(?:两|双)位数|[百千万亿]+级|零突破)", text):
        return Quantity(None)
    if series := re.fullmatch(rf"(?:第?)([{_CHINESE}\d]+?)({_SERIES.pattern})", text):
        return Quantity(float(_small(series[1])), unit=series[2])
    if strong := re.fullmatch(rf"([{_CHINESE}\d]+?)强", text):
        return Quantity(float(_small(strong[1])), unit="强", rank=True)
    return None


def _range(terms: list[_Term], unit: str, rank: bool) -> Quantity:
    low, high = terms[0].low, terms[1].low
    if not terms[0].multiplied and terms[1].multiplied and low < high:
        # 2～3万: the multiplier of the upper end counts for both
        scale = 1
        while low * scale * 10 <= high and terms[1].low / (scale * 10) >= 1 and scale < 10**12:
            scale *= 10
        scale = _written_scale(terms[1])
        low = low * scale
    if unit == "成":
        low, high, unit = low * 10, high * 10, "%"
    if rank and not unit:
        unit = "位"
    return Quantity(float(min(low, high)), float(max(low, high)), unit, rank=rank)


def _written_scale(term: _Term) -> int:
    scale = 1
    for candidate in (10**12, 10**8, 10**4, 1000, 100):
        if term.low >= candidate and term.low % candidate == 0 or term.low / candidate >= 1:
            scale = candidate
            break
    return scale


def _skip_unit(text: str, position: int) -> int:
    """Return the position behind a unit that stands before a range sign (4.5%-5%, 30万元—50万元)."""
    match = re.compile(r"(?:个百分点|百分点|%|‰|[\u4e00-\u9fff]{1,3}?)(?=\s*(?:~|—|–|-|−|至|到))").match(text, position)
    return match.end() if match else position


def _unit_at(text: str, position: int) -> str:
    return _clean_unit(text[position:])


def _clean_unit(unit: str) -> str:
    unit = unit.strip().strip("\"“”,，。")
    unit = re.sub(r"^[余多几来]", "", unit)
    return "百分点" if unit == "个百分点" else unit


def _multiply(written: str) -> int:
    """Return what a run of multipliers stands for: 万亿 → 10^12, 百万 → 10^6, 百亿亿 → 10^18."""
    product = 1
    for character in written:
        product *= _POWER[character]
    return product


def _round_step(number: int) -> Decimal:
    """Return the place of the last digit that is not zero: 1600 → 100, 22 → 1, 0 → 1."""
    step = 1
    while number and number % (step * 10) == 0:
        step *= 10
    return Decimal(step)


def _chinese(written: str) -> tuple[Decimal, Decimal]:
    """Return the number a Chinese numeral stands for, and the place of its last digit."""
    if written == "半":
        return Decimal("0.5"), Decimal("0.5")
    whole, point, decimals = written.partition("点")
    if point:
        digits = "".join(str(_DIGIT.get(c, 0)) for c in decimals)
        return Decimal(_chinese_integer(whole)) + Decimal(int(digits or 0)).scaleb(-len(digits)), Decimal(1).scaleb(-len(digits))
    half = whole.endswith("半")
    number = Decimal(_chinese_integer(whole.rstrip("半"))) + (Decimal("0.5") if half else 0)
    step = 1
    while number and number % (step * 10) == 0:
        step *= 10
    return number, Decimal(step)


def _chinese_integer(written: str) -> int:
    if all(c in _DIGIT for c in written):
        return int("".join(str(_DIGIT[c]) for c in written) or 0)
    total = section = digit = 0
    for character in written:
        if character in _DIGIT:
            digit = _DIGIT[character]
        elif character in ("廿", "卅"):
            section += _POWER[character]
        elif character in ("万", "亿"):
            section += digit
            total = (total + section or 1) * _POWER[character]
            section = digit = 0
        else:
            section += (digit or 1) * _POWER[character]
            digit = 0
    return total + section + digit


def _small(written: str) -> int:
    return int(written) if written.isdigit() else _chinese_integer(written)


def _float(value: Decimal | None, factor: int = 1) -> float | None:
    return None if value is None else float(value * factor)
