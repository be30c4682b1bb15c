"""Every way in which reports write a number, and the properties that hold for all of them."""

from __future__ import annotations

import doctest
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baoshu.facts import numerals, quantity
from baoshu.facts.numerals import read_numeral
from baoshu.facts.quantity import Quantity, parse_quantity

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "tests" / "data" / "quantities.tsv"


def _number(cell: str) -> float | None:
    return None if cell in ("", "-") else float(Fraction(cell))


def read_table() -> list[tuple[str, Quantity]]:
    rows = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            form, number, high, unit, mark = (line.split("\t") + [""] * 4)[:5]
            rows.append((form, Quantity(_number(number), _number(high), unit, rank=mark == "rank", negative=mark == "negative")))
    return rows


FORMS = read_table()


@pytest.mark.parametrize(("form", "expected"), FORMS, ids=[form for form, _ in FORMS])
def test_a_form_is_read_as_the_table_says(form: str, expected: Quantity) -> None:
    assert parse_quantity(form) == expected


def test_the_table_has_each_form_once_and_every_kind_of_reading() -> None:
    assert len({form for form, _ in FORMS}) == len(FORMS) > 500
    readings = [expected for _, expected in FORMS]
    assert sum(one.number is None for one in readings) > 20
    assert sum(one.number_high is not None for one in readings) > 100
    assert sum(one.rank for one in readings) > 40


def test_numbers_and_units_of_the_gold_facts_are_read() -> None:
    rows = [json.loads(line) for path in sorted((ROOT / "annotations" / "facts").glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    expected = {(row["value"], row["number"], row["number_high"], row["unit"]) for row in rows}
    found = {(value, one.number, one.number_high, one.unit) for value in {row["value"] for row in rows} for one in [parse_quantity(value)]}
    rounded = {(value, number and round(number, 4), high, unit) for value, number, high, unit in found}
    assert len(rows) > 900 and rounded == expected


@pytest.mark.parametrize(
    "value", ["", "   ", "亿" * 2000, "9" * 400, "翻九亿亿番", "百分之" * 50, "1至" * 50, "分之" * 50, "零分之一", "1/0/0", "第", "-"]
)
def test_odd_texts_are_read_without_an_error(value: str) -> None:
    found = parse_quantity(value)
    assert found.number is None or 0 <= found.number <= 1


@pytest.mark.parametrize(
    ("value", "is_ratio"),
    [("7.4%", True), ("6‰", True), ("八成", True), ("1/3", True), ("一半", True), ("3倍", False), ("0.5天", False), ("71.3万", False), ("零", False)],
)
def test_percentages_and_bare_fractions_are_ratios(value: str, is_ratio: bool) -> None:
    assert parse_quantity(value).is_ratio is is_ratio


@pytest.mark.parametrize("module", [numerals, quantity])
def test_the_examples_in_the_docstrings_hold(module: ModuleType) -> None:
    failed, tried = doctest.testmod(module)
    assert (failed, tried) == (0, 1)


def test_a_numeral_stops_where_it_stops() -> None:
    assert read_numeral("完成3万千瓦", 2) is not None
    assert read_numeral("千瓦") is None
    numeral = read_numeral("1600余万元")
    assert numeral is not None
    assert (numeral.low, numeral.high, numeral.end, numeral.scale) == (Decimal(16_000_000), Decimal(17_000_000), 6, 10_000)


UNITS = st.sampled_from(["元", "人次", "个", "元/亩", "%", "公里", "千瓦时", "标箱", "平方米", ""])
DECIMALS = st.decimals(min_value=0, max_value=99_999, places=2, allow_nan=False, allow_infinity=False)
MULTIPLIERS = st.sampled_from([("", 1), ("万", 10**4), ("亿", 10**8), ("万亿", 10**12)])
SPACES = st.sampled_from([" ", "\u3000", "\u00a0", "\n", "\t", "\u200b", "\ufeff"])
FULL_WIDTH = str.maketrans("0123456789%.-/:", "０１２３４５６７８９％．－／：")


@given(DECIMALS, MULTIPLIERS, UNITS)
def test_what_is_written_is_read_back(number: Decimal, multiplier: tuple[str, int], unit: str) -> None:
    written, factor = multiplier
    assert parse_quantity(f"{number:f}{written}{unit}") == Quantity(float(number * factor), None, unit)


@given(DECIMALS, MULTIPLIERS, UNITS)
def test_full_width_digits_and_thousands_separators_change_nothing(number: Decimal, multiplier: tuple[str, int], unit: str) -> None:
    plain = parse_quantity(f"{number:f}{multiplier[0]}{unit}")
    grouped = f"{number:,.2f}{multiplier[0]}{unit}"
    assert parse_quantity(grouped) == plain
    assert parse_quantity(grouped.replace(",", "，")) == plain
    assert parse_quantity(grouped.replace(",", " ")) == plain
    assert parse_quantity(grouped.translate(FULL_WIDTH)) == plain


@given(st.sampled_from(FORMS), st.data())
def test_stray_spaces_change_nothing(row: tuple[str, Quantity], data: st.DataObject) -> None:
    form, expected = row
    for place in sorted(data.draw(st.sets(st.integers(0, len(form)), max_size=3)), reverse=True):
        form = form[:place] + data.draw(SPACES) + form[place:]
    assert parse_quantity(form) == expected


def in_chinese(number: int) -> str:
    """Write a number below 10^12 the way reports do: 一百零五, 十五, 三千五百万."""
    if number == 0:
        return "零"
    words = ""
    for power, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part, number = divmod(number, power)
        if part:
            gap = "零" if words and part < 1000 else ""
            words += gap + _below_ten_thousand(part) + name
    return words[1:] if words.startswith("一十") else words


def _below_ten_thousand(number: int) -> str:
    digits = "零一二三四五六七八九"
    words, pending = "", False
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, power)
        if digit:
            words += ("零" if pending and words else "") + digits[digit] + name
            pending = False
        elif words:
            pending = True
    return words


def point_in_chinese(digits: str) -> str:
    return "点" + "".join("零一二三四五六七八九"[int(digit)] for digit in digits)


@given(st.integers(0, 10**12 - 1))
def test_a_chinese_numeral_of_any_size_is_read_back(number: int) -> None:
    assert parse_quantity(in_chinese(number) + "个") == Quantity(number, None, "个")


@given(st.integers(0, 9999), st.text("0123456789", min_size=1, max_size=3), MULTIPLIERS)
def test_a_chinese_decimal_is_read_back(whole: int, digits: str, multiplier: tuple[str, int]) -> None:
    written, factor = multiplier
    number = Decimal(f"{whole}.{digits}")
    assert parse_quantity(f"{in_chinese(whole)}{point_in_chinese(digits)}{written}吨") == Quantity(float(number * factor), None, "吨")
    assert parse_quantity(f"百分之{in_chinese(whole)}{point_in_chinese(digits)}") == Quantity(float(number), None, "%")


@given(st.integers(2, 9999), st.integers(1, 9999))
def test_a_fraction_is_the_same_in_digits_and_in_words(under: int, over: int) -> None:
    expected = pytest.approx(over / under)
    for written in (f"{over}/{under}", f"{under}分之{over}", f"{in_chinese(under)}分之{in_chinese(over)}"):
        found = parse_quantity(written)
        assert (found.number, found.unit) == (expected, "")


RANGE_SIGNS = st.sampled_from(["～", "~", "—", "-", "－", "–", "至", "到"])


@given(st.integers(1, 9999), st.integers(1, 9999), RANGE_SIGNS, MULTIPLIERS, UNITS)
def test_a_range_is_read_whether_its_ends_share_the_unit_or_not(low: int, width: int, sign: str, multiplier: tuple[str, int], unit: str) -> None:
    written, factor = multiplier
    expected = Quantity(float(low * factor), float((low + width) * factor), unit)
    assert parse_quantity(f"{low}{written}{unit}{sign}{low + width}{written}{unit}") == expected
    assert parse_quantity(f"{low}{written}{sign}{low + width}{written}{unit}") == expected
    assert parse_quantity(f"{low}{sign}{low + width}{written}{unit}") == expected


@given(st.integers(1, 999), st.integers(1, 999), RANGE_SIGNS)
def test_a_range_of_percentages_or_tenths_is_the_same_in_words(low: int, width: int, sign: str) -> None:
    high = low + width
    expected = Quantity(float(low), float(high), "%")
    for written in (f"百分之{in_chinese(low)}{sign}{in_chinese(high)}", f"{low}%{sign}{high}%", f"{low}{sign}{high}％"):
        assert parse_quantity(written) == expected


@given(st.integers(1, 99), st.sampled_from(["余", "多", ""]), MULTIPLIERS)
def test_more_than_a_number_reaches_up_to_the_next_round_one(number: int, more: str, multiplier: tuple[str, int]) -> None:
    written, factor = multiplier
    step = 10 if number % 10 == 0 else 1
    high = float((number + step) * factor) if more else None
    assert parse_quantity(f"{number}{more}{written}家") == Quantity(float(number * factor), high, "家")
    assert parse_quantity(f"{number}{written}{more}家") == Quantity(float(number * factor), high, "家")


@given(st.integers(1, 9999), st.sampled_from(["第{}位", "前{}位", "后{}位", "第{}", "前{}", "后{}", "倒数第{}位"]))
def test_a_position_is_the_same_in_digits_and_in_words(number: int, pattern: str) -> None:
    expected = Quantity(float(number), None, "位", rank=True)
    assert parse_quantity(pattern.format(number)) == expected
    assert parse_quantity(pattern.format(in_chinese(number))) == expected


@given(DECIMALS, DECIMALS, st.sampled_from(["∶", ":", "：", "比"]))
def test_a_ratio_keeps_its_first_number(first: Decimal, second: Decimal, sign: str) -> None:
    assert parse_quantity(f"{first:f}{sign}{second:f}") == Quantity(float(first))


@given(
    st.text(max_size=20)
    | st.text(alphabet="0123456789.，,%‰成倍番一二三两十百千万亿零半余多几个第前后首位强劣分之点比∶/×～—-至到或元家瓦 超约以上ⅡI", max_size=16)
)
def test_no_text_breaks_the_reader_and_no_number_is_negative(value: str) -> None:
    found = parse_quantity(value)
    assert found.number is None or found.number >= 0
    assert found.number_high is None or (found.number is not None and found.number_high > found.number)
