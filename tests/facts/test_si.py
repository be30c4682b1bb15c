"""Physical units of reports in SI units; what is money, a count or a percentage has none."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baoshu.facts import si
from baoshu.facts.quantity import parse_quantity
from baoshu.facts.si import SI_COLUMNS, to_si, with_si


@pytest.mark.parametrize(
    ("value", "number", "unit"),
    [
        ("15万亩", 1e8, "m²"),
        ("1.5万公顷", 1.5e8, "m²"),
        ("860平方公里", 8.6e8, "m²"),
        ("2028.6万平方米", 20_286_000, "m²"),
        ("500㎡", 500, "m²"),
        ("3km²", 3e6, "m²"),
        ("138亿立方米", 1.38e10, "m³"),
        ("35㎥", 35, "m³"),
        ("8.6万千升", 86_000, "m³"),
        ("500毫升", 5e-4, "m³"),
        ("1238公里", 1_238_000, "m"),
        ("42.195千米", 42_195, "m"),
        ("19厘米", 0.19, "m"),
        ("200海里", 370_400, "m"),
        ("30里", 15_000, "m"),
        ("7纳米", 7e-9, "m"),
        ("715亿斤", 3.575e10, "kg"),
        ("145亿公斤", 1.45e10, "kg"),
        ("780万吨", 7.8e9, "kg"),
        ("72万担", 3.6e7, "kg"),
        ("5两", 0.25, "kg"),
        ("310天", 26_784_000, "s"),
        ("3个小时", 10_800, "s"),
        ("25分钟", 1500, "s"),
        ("15毫秒", 0.015, "s"),
        ("2周", 1_209_600, "s"),
        ("6480万千瓦", 6.48e10, "W"),
        ("0.3吉瓦", 3e8, "W"),
        ("300MW", 3e8, "W"),
        ("100马力", 73_549.875, "W"),
        ("1617亿千瓦时", 5.8212e17, "J"),
        ("4.8GWh", 1.728e13, "J"),
        ("3千瓦·时", 1.08e7, "J"),
        ("240吉瓦时", 8.64e14, "J"),
        ("600万吨标准煤", 1.758456e17, "J"),
        ("98千克标准煤", 2_872_144_800, "J"),
        ("1200千卡", 5_024_160, "J"),
        ("500千伏", 500_000, "V"),
        ("110千伏安", 110_000, "VA"),
        ("30兆帕", 3e7, "Pa"),
        ("20千赫", 20_000, "Hz"),
        ("20.4摄氏度", 293.55, "K"),
        ("-5℃", 268.15, "K"),
        ("35微克/立方米", 3.5e-8, "kg/m³"),
        ("0.12毫克/升", 1.2e-4, "kg/m³"),
        ("30μg/m³", 3e-8, "kg/m³"),
        ("600立方米/秒", 600, "m³/s"),
        ("17.28万吨/日", 2000, "kg/s"),
        ("350公里/小时", 97.2222222222, "m/s"),
        ("360立方米每小时", 0.1, "m³/s"),
        ("450公斤/亩", 0.675, "kg/m²"),
        ("18千瓦时/平方米", 6.48e7, "J/m²"),
        ("300千克标准煤/吨", 8_792_280, "J/kg"),
    ],
)  # fmt: skip
def test_a_physical_quantity_is_converted(value: str, number: float, unit: str) -> None:
    quantity = parse_quantity(value)
    assert quantity.number is not None
    found = to_si(-quantity.number if quantity.negative else quantity.number, quantity.unit)
    assert found == (pytest.approx(number, rel=1e-11), unit)


@pytest.mark.parametrize(
    "value",
    [
        "3家", "120万人次", "5549.8亿元", "12亿美元", "7.4%", "6.2‰", "0.6个百分点", "3.5倍", "第19位", "20强", "1/3", "71.3万", "43.5万标箱", "12万载重吨",
        "80.5岁", "14.6年", "6个月", "3个工作日", "3000亿度", "20分", "1万卡", "12节", "4000P", "7000PF", "2620G", "2.5EFLOPS", "5A", "4K", "3.2万元/亩", "5分/千瓦时",
        "4.5张/千人", "36/10万", "600人/平方公里", "45.6立方米/万元", "36.5克/千克", "5摄氏度/小时", "200台（套）", "Ⅱ类", "翻一番",
    ],
)  # fmt: skip
def test_money_counts_ratios_and_units_without_a_fixed_size_are_not_converted(value: str) -> None:
    quantity = parse_quantity(value)
    assert quantity.number is not None
    assert to_si(quantity.number, quantity.unit) is None


def row(value: str, measure: str = "level", direction: str | None = None) -> dict[str, object]:
    quantity = parse_quantity(value)
    numbers = {"number": quantity.number, "number_high": quantity.number_high, "unit": quantity.unit}
    return {"value": value, **numbers, "measure": measure, "direction": direction}


@pytest.mark.parametrize(
    ("fact", "added"),
    [
        (row("1.5万亩"), (1e7, None, "m²")),
        (row("2～3公里"), (2000.0, 3000.0, "m")),
        (row("20余吨"), (20_000.0, 30_000.0, "kg")),
        (row("4.6公里", "change", "down"), (4600.0, None, "m")),
        (row("20摄氏度"), (293.15, None, "K")),
        (row("零下5摄氏度", "level", "down"), (268.15, None, "K")),
        (row("1.2摄氏度", "change", "up"), (1.2, None, "K")),
        (row("0.5摄氏度", "change", "down"), (0.5, None, "K")),
        (row("3家"), (None, None, None)),
        (row("两位数"), (None, None, None)),
    ],
)
def test_a_fact_row_gets_its_si_columns_behind_its_own(fact: dict[str, object], added: tuple[object, ...]) -> None:
    found = with_si(fact)
    assert found == fact | dict(zip(SI_COLUMNS, added, strict=True))
    assert tuple(found)[-3:] == SI_COLUMNS


def test_the_example_in_the_docstring_holds() -> None:
    assert doctest.testmod(si) == (0, 1)


NAMES = st.sampled_from([*"亩米克瓦千兆每个元/·()[% 2", "平方", "立方", "瓦时", "小时", "**", "°C", "kW", "km", "per"])


@given(st.text(max_size=8) | st.lists(NAMES, max_size=5).map("".join), st.floats(0, 1e15), st.booleans())
def test_any_unit_is_converted_or_left_alone(unit: str, number: float, difference: bool) -> None:
    found = to_si(number, unit, difference=difference)
    assert found is None or (found[0] >= 0 and found[1] != "")


@given(st.sampled_from(["亩", "公里", "斤", "千瓦时", "立方米/秒", "微克/立方米"]), st.floats(1e-6, 1e12), st.floats(1e-6, 1e12))
def test_a_conversion_keeps_proportions(unit: str, first: float, second: float) -> None:
    one, two = to_si(first, unit), to_si(second, unit)
    assert one is not None and two is not None and one[1] == two[1]
    assert one[0] / two[0] == pytest.approx(first / second, rel=1e-9)
