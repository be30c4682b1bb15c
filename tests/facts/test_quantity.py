"""Every way in which reports write a number, and the properties that hold for all of them."""

from __future__ import annotations

import doctest
from decimal import Decimal
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baoshu.facts import numerals, quantity
from baoshu.facts.numerals import read_numeral
from baoshu.facts.quantity import Quantity, parse_quantity


@pytest.mark.parametrize(
    ("value", "number", "unit"),
    [
        ("15个", 15, "个"),
        ("328家", 328, "家"),
        ("310天", 310, "天"),
        ("6个月", 6, "个月"),
        ("3个小时", 3, "个小时"),
        ("1个工作日", 1, "个工作日"),
        ("5.5年", 5.5, "年"),
        ("80.2岁", 80.2, "岁"),
        ("20.4摄氏度", 20.4, "摄氏度"),
        ("36米", 36, "米"),
        ("19厘米", 19, "厘米"),
        ("2公里", 2, "公里"),
        ("61.5平方公里", 61.5, "平方公里"),
        ("0.63", 0.63, ""),
        ("71.3万", 713_000, ""),
        ("7.4万人", 74_000, "人"),
        ("120万人次", 1_200_000, "人次"),
        ("1.5亿人次", 150_000_000, "人次"),
        ("43.5万标箱", 435_000, "标箱"),
        ("446万亩", 4_460_000, "亩"),
        ("29.43亿斤", 2.943e9, "斤"),
        ("145亿公斤", 1.45e10, "公斤"),
        ("2028.6万平方米", 20_286_000, "平方米"),
        ("1.9亿立方米", 1.9e8, "立方米"),
        ("5549.8亿元", 5.5498e11, "元"),
        ("12亿美元", 1.2e9, "美元"),
        ("3.2亿元人民币", 3.2e8, "元人民币"),
        ("1.36万亿元", 1.36e12, "元"),
        ("2万亿", 2e12, ""),
        ("12000万元", 1.2e8, "元"),
        ("8600 万元", 8.6e7, "元"),
        ("12.5 %", 12.5, "%"),
        ("16.4亿件", 1.64e9, "件"),
        ("600万吨标准煤", 6e6, "吨标准煤"),
        ("148.6万头只", 1_486_000, "头只"),
        ("215人年", 215, "人年"),
        ("280万剂次", 2_800_000, "剂次"),
        ("3.2万架次", 32_000, "架次"),
        ("1260家次", 1260, "家次"),
        ("26艘次", 26, "艘次"),
        ("200台（套）", 200, "台(套)"),
        ("1.1万套（间）", 11_000, "套(间)"),
        ("30个（条）", 30, "个(条)"),
        ("6大", 6, "大"),
        ("10方面", 10, "方面"),
        ("5G基站", 5, "G基站"),
    ],
)
def test_an_arabic_number_expands_its_multipliers_and_keeps_its_unit(value: str, number: float, unit: str) -> None:
    assert parse_quantity(value) == Quantity(number, None, unit)


@pytest.mark.parametrize(
    ("value", "number", "unit"),
    [
        ("3万千瓦", 30_000, "千瓦"),
        ("6480万千瓦", 64_800_000, "千瓦"),
        ("1亿千瓦", 100_000_000, "千瓦"),
        ("1.24亿千瓦", 124_000_000, "千瓦"),
        ("2400千瓦", 2400, "千瓦"),
        ("60万千瓦时", 600_000, "千瓦时"),
        ("248.2亿千瓦时", 2.482e10, "千瓦时"),
        ("500千伏", 500, "千伏"),
        ("110千伏安", 110, "千伏安"),
        ("3万千伏安", 30_000, "千伏安"),
        ("五千米", 5, "千米"),
        ("42.195千米", 42.195, "千米"),
        ("三千克", 3, "千克"),
        ("36.5克/千克", 36.5, "克/千克"),
        ("8.6万千升", 86_000, "千升"),
        ("1200千卡", 1200, "千卡"),
        ("20千赫", 20, "千赫"),
        ("5千焦", 5, "千焦"),
        ("3千家", 3000, "家"),
        ("3千公里", 3000, "公里"),
        ("3.2兆瓦", 3.2, "兆瓦"),
        ("100兆瓦时", 100, "兆瓦时"),
        ("5吉瓦", 5, "吉瓦"),
        ("362吉瓦时", 362, "吉瓦时"),
        ("2.5EFlops", 2.5, "EFlops"),
        ("0.8EFLOPS", 0.8, "EFLOPS"),
        ("4000P", 4000, "P"),
        ("1.8万P", 18_000, "P"),
        ("2620G", 2620, "G"),
        ("10.36百亿亿次/秒", 1.036e19, "次/秒"),
        ("百亿亿次", 1e18, "次"),
        ("15毫秒", 15, "毫秒"),
        ("4.8GWh", 4.8, "GWh"),
        ("300MW", 300, "MW"),
        ("26℃", 26, "°C"),
        ("500㎡", 500, "m2"),
    ],
)
def test_the_thousand_of_a_unit_is_no_multiplier(value: str, number: float, unit: str) -> None:
    assert parse_quantity(value) == Quantity(number, None, unit)


@pytest.mark.parametrize(
    ("value", "number", "unit"),
    [
        ("7.4%", 7.4, "%"),
        ("６．９％", 6.9, "%"),
        ("12.5％", 12.5, "%"),
        ("100%", 100, "%"),
        ("7.5‰", 7.5, "‰"),
        ("百分之八十", 80, "%"),
        ("百分之八十五点六", 85.6, "%"),
        ("百分之百", 100, "%"),
        ("百分之3.5", 3.5, "%"),
        ("千分之六", 6, "‰"),
        ("0.6个百分点", 0.6, "百分点"),
        ("0.6百分点", 0.6, "百分点"),
        ("1.25 个百分点", 1.25, "百分点"),
        ("3.5倍", 3.5, "倍"),
        ("1.2倍", 1.2, "倍"),
        ("两倍", 2, "倍"),
        ("三点五倍", 3.5, "倍"),
        ("一倍", 1, "倍"),
        ("一倍半", 1.5, "倍"),
        ("翻一番", 1, "倍"),
        ("翻番", 1, "倍"),
        ("翻了一番", 1, "倍"),
        ("翻了近一番", 1, "倍"),
        ("一番", 1, "倍"),
        ("翻两番", 3, "倍"),
        ("两番", 3, "倍"),
        ("翻三番", 7, "倍"),
        ("翻了3倍", 3, "倍"),
        ("八成", 80, "%"),
        ("9成", 90, "%"),
        ("9.5成", 95, "%"),
        ("七成五", 75, "%"),
        ("八成半", 85, "%"),
        ("一成半", 15, "%"),
        ("两成", 20, "%"),
        ("三分之一", 1 / 3, ""),
        ("三分之二", 2 / 3, ""),
        ("五分之三", 0.6, ""),
        ("十分之一", 0.1, ""),
        ("3分之1", 1 / 3, ""),
        ("万分之五", 0.0005, ""),
        ("1/3", 1 / 3, ""),
        ("3/4", 0.75, ""),
        ("½", 0.5, ""),
        ("一半", 0.5, ""),
        ("半数", 0.5, ""),
        ("16.3∶1", 16.3, ""),
        ("1.66:1", 1.66, ""),
        ("2.14：1", 2.14, ""),
        ("8.3∶41.4∶50.3", 8.3, ""),
        ("三比一", 3, ""),
    ],
)
def test_percentages_times_fractions_and_ratios_have_one_number(value: str, number: float, unit: str) -> None:
    assert parse_quantity(value) == Quantity(number, None, unit)


@pytest.mark.parametrize(
    ("value", "number", "unit"),
    [
        ("三家", 3, "家"),
        ("两家", 2, "家"),
        ("六所", 6, "所"),
        ("十件", 10, "件"),
        ("十五所", 15, "所"),
        ("二十一项", 21, "项"),
        ("三十座", 30, "座"),
        ("一百二十三个", 123, "个"),
        ("一百零五个", 105, "个"),
        ("一百五十户", 150, "户"),
        ("一百五", 150, ""),
        ("两百名", 200, "名"),
        ("二百家", 200, "家"),
        ("九百所", 900, "所"),
        ("三千名", 3000, "名"),
        ("三千六百人", 3600, "人"),
        ("三千六", 3600, ""),
        ("两千零八人", 2008, "人"),
        ("三万六千", 36_000, ""),
        ("三万六", 36_000, ""),
        ("二十万", 200_000, ""),
        ("二十三万五千亩", 235_000, "亩"),
        ("六百万人次", 6_000_000, "人次"),
        ("三千五百万吨", 35_000_000, "吨"),
        ("一亿三千五百万元", 135_000_000, "元"),
        ("三万亿元", 3e12, "元"),
        ("一万亿元", 1e12, "元"),
        ("1亿2000万元", 1.2e8, "元"),
        ("2亿300万元", 2.03e8, "元"),
        ("1万2千户", 12_000, "户"),
        ("3万5千人", 35_000, "人"),
        ("百家", 100, "家"),
        ("百万吨", 1e6, "吨"),
        ("千家", 1000, "家"),
        ("千万标箱", 1e7, "标箱"),
        ("千亿元", 1e11, "元"),
        ("万家", 10_000, "家"),
        ("万亩", 10_000, "亩"),
        ("万亿元", 1e12, "元"),
        ("百亿元", 1e10, "元"),
        ("十万吨", 100_000, "吨"),
        ("零", 0, ""),
        ("〇", 0, ""),
        ("二〇家", 20, "家"),
        ("十二点五", 12.5, ""),
        ("零点五", 0.5, ""),
        ("壹佰贰拾叁元", 123, "元"),
        ("伍仟万元", 5e7, "元"),
        ("三个", 3, "个"),
        ("三个半小时", 3.5, "个小时"),
        ("两个半月", 2.5, "个月"),
        ("一年半", 1.5, "年"),
        ("两块五", 2.5, "块"),
        ("半小时", 0.5, "小时"),
        ("1小时30分钟", 1.5, "小时"),
        ("2个小时15分", 2.25, "个小时"),
    ],
)
def test_a_chinese_or_mixed_numeral_is_a_number(value: str, number: float, unit: str) -> None:
    assert parse_quantity(value) == Quantity(number, None, unit)


@pytest.mark.parametrize(
    ("value", "low", "high", "unit"),
    [
        ("1600余万元", 16_000_000, 17_000_000, "元"),
        ("20余万亩", 200_000, 300_000, "亩"),
        ("260余万人次", 2_600_000, 2_700_000, "人次"),
        ("2.2万余次", 22_000, 23_000, "次"),
        ("1.5万多亩", 15_000, 16_000, "亩"),
        ("7万多只", 70_000, 80_000, "只"),
        ("30余个", 30, 40, "个"),
        ("430余家", 430, 440, "家"),
        ("1200余亩", 1200, 1300, "亩"),
        ("1000余件", 1000, 2000, "件"),
        ("105余人", 105, 106, "人"),
        ("60多个", 60, 70, "个"),
        ("3000多人", 3000, 4000, "人"),
        ("10多个", 10, 20, "个"),
        ("十余家", 10, 20, "家"),
        ("十余天", 10, 20, "天"),
        ("十多个", 10, 20, "个"),
        ("十来个", 10, 20, "个"),
        ("十余万人", 100_000, 200_000, "人"),
        ("百余项", 100, 200, "项"),
        ("千余户", 1000, 2000, "户"),
        ("万余人", 10_000, 20_000, "人"),
        ("三百多个", 300, 400, "个"),
        ("两千多名", 2000, 3000, "名"),
        ("九百余所", 900, 1000, "所"),
        ("三万多名", 30_000, 40_000, "名"),
        ("六万余名", 60_000, 70_000, "名"),
        ("八成多", 80, 90, "%"),
        ("十几个", 11, 19, "个"),
        ("二十几家", 21, 29, "家"),
        ("几十家", 20, 90, "家"),
        ("几百个", 200, 900, "个"),
        ("几百万元", 2e6, 9e6, "元"),
        ("几家", 2, 9, "家"),
        ("数十家", 20, 90, "家"),
        ("数百万人", 2e6, 9e6, "人"),
        ("两三家", 2, 3, "家"),
        ("三五家", 3, 5, "家"),
        ("三、四家", 3, 4, "家"),
        ("四五万人", 40_000, 50_000, "人"),
        ("三四十个", 30, 40, "个"),
        ("七八百人", 700, 800, "人"),
        ("十七八个", 17, 18, "个"),
        ("三百五六十户", 350, 360, "户"),
        ("三四成", 30, 40, "%"),
    ],
)
def test_a_vague_numeral_has_both_ends(value: str, low: float, high: float, unit: str) -> None:
    assert parse_quantity(value) == Quantity(low, high, unit)


@pytest.mark.parametrize(
    ("value", "low", "high", "unit"),
    [
        ("2～3家", 2, 3, "家"),
        ("2~3家", 2, 3, "家"),
        ("3－5家", 3, 5, "家"),
        ("30至50家", 30, 50, "家"),
        ("3到5家", 3, 5, "家"),
        ("三到五家", 3, 5, "家"),
        ("2家到3家", 2, 3, "家"),
        ("2～3万人", 20_000, 30_000, "人"),
        ("20—30亿元", 2e9, 3e9, "元"),
        ("1000—1500万元", 1e7, 1.5e7, "元"),
        ("8000—1万元", 8000, 10_000, "元"),
        ("5000万—1亿元", 5e7, 1e8, "元"),
        ("10万～15万吨", 100_000, 150_000, "吨"),
        ("30万元—50万元", 300_000, 500_000, "元"),
        ("三到五万亩", 30_000, 50_000, "亩"),
        ("三到三十家", 3, 30, "家"),
        ("4.5-5%", 4.5, 5, "%"),
        ("4.5%-5%", 4.5, 5, "%"),
        ("5%—5.5%", 5, 5.5, "%"),
        ("5％—5.5％", 5, 5.5, "%"),
        ("6%～7%", 6, 7, "%"),
        ("1～1.5个百分点", 1, 1.5, "百分点"),
        ("0.5个百分点至1个百分点", 0.5, 1, "百分点"),
        ("1.5—2倍", 1.5, 2, "倍"),
        ("两到三成", 20, 30, "%"),
        ("百分之三到五", 3, 5, "%"),
        ("20～30家", 20, 30, "家"),
        ("2小时至3小时", 2, 3, "小时"),
    ],
)
def test_a_range_keeps_both_ends_and_the_upper_end_lends_its_multiplier(value: str, low: float, high: float, unit: str) -> None:
    assert parse_quantity(value) == Quantity(low, high, unit)


@pytest.mark.parametrize(
    ("value", "number", "high", "unit"),
    [
        ("第19位", 19, None, "位"),
        ("第一位", 1, None, "位"),
        ("第一", 1, None, "位"),
        ("第三", 3, None, "位"),
        ("第4", 4, None, "位"),
        ("第2名", 2, None, "名"),
        ("第十二位", 12, None, "位"),
        ("第10个", 10, None, "个"),
        ("倒数第二", 2, None, "位"),
        ("首位", 1, None, "位"),
        ("榜首", 1, None, "位"),
        ("冠军", 1, None, "位"),
        ("亚军", 2, None, "位"),
        ("前三", 3, None, "位"),
        ("前3位", 3, None, "位"),
        ("前十", 10, None, "位"),
        ("前20", 20, None, "位"),
        ("前10%", 10, None, "%"),
        ("后30", 30, None, "位"),
        ("后20位", 20, None, "位"),
        ("后十", 10, None, "位"),
        ("20强", 20, None, "强"),
        ("十强", 10, None, "强"),
        ("百强", 100, None, "强"),
        ("500强", 500, None, "强"),
        ("百强县", 100, None, "强县"),
        ("第3—5位", 3, 5, "位"),
        ("第3位至第5位", 3, 5, "位"),
    ],
)
def test_a_position_is_a_rank(value: str, number: float, high: float | None, unit: str) -> None:
    assert parse_quantity(value) == Quantity(number, high, unit, rank=True)


@pytest.mark.parametrize(
    ("value", "number", "unit"),
    [
        ("Ⅱ类", 2, "类"),
        ("Ⅴ类", 5, "类"),
        ("二类", 2, "类"),
        ("四级", 4, "级"),
        ("4A级", 4, "A级"),
        ("九连冠", 9, "连冠"),
        ("十八连丰", 18, "连丰"),
        ("22连丰", 22, "连丰"),
        ("5分/千瓦时", 5, "分/千瓦时"),
        ("3.2万元/亩", 32_000, "元/亩"),
        ("9.8万元/人", 98_000, "元/人"),
        ("448公斤/亩", 448, "公斤/亩"),
        ("35微克/立方米", 35, "微克/立方米"),
        ("29微克／立方米", 29, "微克/立方米"),
        ("36/10万", 36, "/10万"),
        ("4.5张/千人", 4.5, "张/千人"),
        ("1,234.5万元", 12_345_000, "元"),
        ("12,345,678元", 12_345_678, "元"),
        ("１２３家", 123, "家"),
        ("12 345户", 12_345, "户"),
        ("近百家", 100, "家"),
        ("上百家", 100, "家"),
        ("约3000人", 3000, "人"),
        ("超过500亿元", 5e10, "元"),
        ("不低于95%", 95, "%"),
        ("≥98%", 98, "%"),
        ("100个以上", 100, "个"),
        ("5%左右", 5, "%"),
        ("3天以内", 3, "天"),
        ("“三成”", 30, "%"),
    ],
)
def test_grades_rates_and_written_forms_around_a_number(value: str, number: float, unit: str) -> None:
    assert parse_quantity(value) == Quantity(number, None, unit)


@pytest.mark.parametrize("value", ["-0.3%", "−0.3%", "－0.3%", "负0.3%"])
def test_a_sign_is_kept_apart_from_the_number(value: str) -> None:
    assert parse_quantity(value) == Quantity(0.3, None, "%", negative=True)


@pytest.mark.parametrize("value", ["两位数", "双位数", "过半", "大半", "千亿级", "百亿级", "零突破", "A级", "AAA级", "", "若干"])
def test_what_carries_no_plain_number_has_none(value: str) -> None:
    assert parse_quantity(value) == Quantity(None)


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


@given(DECIMALS, MULTIPLIERS, UNITS)
def test_what_is_written_is_read_back(number: Decimal, multiplier: tuple[str, int], unit: str) -> None:
    written, factor = multiplier
    assert parse_quantity(f"{number:f}{written}{unit}") == Quantity(float(number * factor), None, unit)


@given(st.integers(0, 10**9), UNITS)
def test_full_width_digits_and_thousands_separators_change_nothing(number: int, unit: str) -> None:
    plain = parse_quantity(f"{number}{unit}")
    assert parse_quantity(f"{number:,}{unit}") == plain
    assert parse_quantity(f"{number}{unit}".translate(str.maketrans("0123456789%", "０１２３４５６７８９％"))) == plain


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


@given(st.integers(0, 10**12 - 1))
def test_a_chinese_numeral_of_any_size_is_read_back(number: int) -> None:
    assert parse_quantity(in_chinese(number) + "个") == Quantity(number, None, "个")


@given(st.integers(1, 9999), st.integers(1, 9999), st.sampled_from(["～", "—", "-", "至", "到"]), MULTIPLIERS)
def test_a_range_is_ordered_as_written(low: int, width: int, sign: str, multiplier: tuple[str, int]) -> None:
    written, factor = multiplier
    found = parse_quantity(f"{low}{written}{sign}{low + width}{written}元")
    assert (found.number, found.number_high, found.unit) == (float(low * factor), float((low + width) * factor), "元")


@given(st.integers(1, 99), st.sampled_from([("余", True), ("多", True), ("", False)]), MULTIPLIERS)
def test_more_than_a_number_reaches_up_to_the_next_round_one(number: int, more: tuple[str, bool], multiplier: tuple[str, int]) -> None:
    word, vague = more
    written, factor = multiplier
    found = parse_quantity(f"{number}{word}{written}家")
    step = 10 if number % 10 == 0 else 1
    assert (found.number, found.number_high) == (float(number * factor), float((number + step) * factor) if vague else None)


@given(st.text(alphabet="0123456789.,，%‰成倍番一二三两十百千万亿零半余多几第前后首位强分之点比∶/～—-至到元家个瓦 超约以上Ⅱ", max_size=12))
def test_no_text_breaks_the_reader_and_no_number_is_negative(value: str) -> None:
    found = parse_quantity(value)
    assert found.number is None or found.number >= 0
    assert found.number_high is None or (found.number is not None and found.number_high >= 0)
