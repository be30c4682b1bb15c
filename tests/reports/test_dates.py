"""Years and dates in both kinds of numerals, and which year a report is about."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baoshu.reports.dates import delivery_date, parse_year, read_years

CHINESE = "〇一二三四五六七八九"


def small(number):
    """Write 1 to 99 as Chinese does: 3 三, 10 十, 15 十五, 21 二十一."""
    tens, units = divmod(number, 10)
    return ("" if tens < 2 else CHINESE[tens]) + ("十" if tens else "") + (CHINESE[units] if units else "")


@given(st.dates(datetime.date(1950, 1, 1), datetime.date(2099, 12, 31)))
def test_a_date_is_read_alike_in_arabic_and_chinese(date):
    year = "".join(CHINESE[int(digit)] for digit in str(date.year))
    assert delivery_date([f"（{date.year}年{date.month}月{date.day}日）"]) == date.isoformat()
    assert delivery_date([f"——{year}年{small(date.month)}月{small(date.day)}日在临澜市第八届人民代表大会第三次会议上"]) == date.isoformat()


@pytest.mark.parametrize(
    "text, year",
    [("2024", 2024), ("二〇二四", 2024), ("二○二四", 2024), ("二０二四", 2024), ("二零二四", 2024), ("一九九八", 1998), ("24", None), ("2024年", None), ("十四", None), ("3024", None), ("", None)],
)  # fmt: skip
def test_years(text, year):
    assert parse_year(text) == year


@pytest.mark.parametrize(
    "lines, date",
    [
        (["政府工作报告", "２０２４年１月１６日"], "2024-01-16"),
        (["2024 年 1 月 16 日"], "2024-01-16"),
        (["二〇一六年元月廿三日在临澜市第八届人民代表大会第一次会议上"], "2016-01-23"),
        (["（2024.1.16）"], "2024-01-16"),
        (["（市人民政府2021年4月12日印发）"], "2021-04-12"),
        (["来源：临澜日报 2024年1月22日", "（2024年1月16日）"], "2024-01-16"),
        (["发布时间：2024年1月22日"], None),
        (["2023年2月30日"], None),
        (["去年2月3日，三号泊位在这一天完成吊装，同一天到港的还有从北方来的第一船焦煤，码头上的人都记得"], None),
        ([], None),
    ],
)
def test_the_date_of_delivery_is_told_from_others(lines, date):
    assert delivery_date(lines) == date


@pytest.mark.parametrize(
    "title, kind, date, headings, years",
    [
        pytest.param("政府工作报告", "政府工作报告", "2024-01-16", ["一、2023年工作回顾", "二、2024年工作安排"], (2024, 2023), id="date and headings"),
        pytest.param("政府工作报告", "政府工作报告", "2024-01-16", ["一、过去一年工作回顾"], (2024, 2023), id="date only"),
        pytest.param("政府工作报告", "政府工作报告", "2023-12-28", ["一、2023年工作回顾", "二、2024年工作安排"], (2023, 2023), id="given in December"),
        pytest.param("政府工作报告", "政府工作报告", "2023-12-28", [], (2023, 2023), id="given in December, no headings"),
        pytest.param("2024年临澜市政府工作报告", "政府工作报告", None, [], (2024, 2023), id="title only"),
        pytest.param("2023年临澜市政府工作报告", "政府工作报告", None, ["一、2023年工作回顾", "二、2024年工作安排"], (2024, 2023), id="title names the year looked back on"),
        pytest.param("政府工作报告", "政府工作报告", None, ["一、过去五年和2021年工作回顾", "二、今后五年目标和2022年任务"], (2022, 2021), id="headings only"),
        pytest.param("政府工作报告", "政府工作报告", None, ["一、二〇一六年工作回顾"], (2017, 2016), id="Chinese numerals in headings"),
        pytest.param("政府工作报告", "政府工作报告", "2020-06-12", ["一、2019年工作与疫情大考", "二、2020年任务"], (2020, 2019), id="heading without 回顾"),
        pytest.param("政府工作报告", "政府工作报告", "2021-01-20", ["一、“十三五”时期（2016—2020年）工作回顾"], (2021, 2020), id="a period ends in the year looked back on"),
        pytest.param("政府工作报告", "政府工作报告", "2026-01-20", ["一、过去五年的工作", "二、2026年目标任务", "三、2035年远景目标"], (2026, 2025), id="the first year is a plan"),
        pytest.param("2023年临澜市国民经济和社会发展统计公报", "统计公报", "2024-03-21", [], (2024, 2023), id="bulletin"),
        pytest.param("2023年临澜市国民经济和社会发展统计公报", "统计公报", None, [], (2024, 2023), id="bulletin without a date"),
        pytest.param("临澜市2021年上半年工作总结", "半年工作总结", "2021-07-20", [], (2021, 2021), id="half-year"),
        pytest.param("第十四个五年规划和2035年远景目标纲要", "五年规划", None, [], (2021, 2020), id="five-year plan by its number"),
        pytest.param("“十五五”规划纲要", "五年规划", None, [], (2026, 2025), id="five-year plan by its short name"),
        pytest.param("渔业局2022年工作总结和2023年工作安排", "部门工作报告", None, [], (2023, 2022), id="department, both years"),
        pytest.param("渔业局2022年工作总结", "部门工作报告", None, [], (2023, 2022), id="department, year looked back on"),
        pytest.param(None, None, None, [], (None, None), id="nothing said"),
    ],
)  # fmt: skip
def test_the_year_delivered_and_the_year_looked_back_on(title, kind, date, headings, years):
    assert read_years(title, kind, date, [], headings) == years


def test_a_line_with_year_and_month_dates_the_report():
    assert read_years("政府工作报告", "政府工作报告", None, ["（二〇二四年一月）"], []) == (2024, 2023)
