"""Lint of annotations: each rule finds its slip and leaves the right form alone."""

from pathlib import Path

import pytest

from baoshu.annotate.check import RULES, Finding, check_chunk, check_consistency
from baoshu.annotate.markup import parse_markup


@pytest.mark.parametrize(
    "rule, marked, value",
    [
        ("unbalanced", "实施{P1|“青河计划}”", "“青河计划"),
        ("unbalanced", "{M1|税收（本级}）增长{V>M1|3%}", "税收（本级"),
        ("quotes", "实施{P1|“青河计划”}", "“青河计划”"),
        ("quotes", "编制{P1|《青河志》}", "《青河志》"),
        ("edge", "{M1|税收、}出口增长{V>M1|3%}", "税收、"),
        ("edge", "建成{P1|，白河水厂}", "，白河水厂"),
        ("modifier", "{M1|税收}增长{V>M1|超3%}", "超3%"),
        ("modifier", "{M1|税收}增长{V>M1|3%以上}", "3%以上"),
        ("modifier", "{M1|税收}{V>M1|达3亿元}", "达3亿元"),
        ("verb", "{M1|完成投资}{V>M1|3亿元}", "完成投资"),
        ("verb", "{M1|新增就业}{V>M1|3万人}", "新增就业"),
        ("verb", "{M1|建成道路}{V>M1|3公里}", "建成道路"),
        ("verb", "{M1|签约资金}{V>M1|3亿元}", "签约资金"),
        ("scope", "{M1|全市税收}{V>M1|3亿元}", "全市税收"),
        ("scope", "{M1|全年降水量}{V>M1|3毫米}", "全年降水量"),
        ("unlinked value", "为企业减负{V|3亿元}", "3亿元"),
        ("metric without value", "{M1|税收}稳步增长", "税收"),
        ("cut", "{M1|税收}达到1{V>M1|2亿元}", "2亿元"),
        ("cut", "{M1|税收}达到{V>M1|1.}2亿元", "1."),
        ("cut", "{M1|PM}2.5、C{M2|OD浓度}{V>M1,M2|3微克}", "OD浓度"),
        ("no number", "{M1|税收}{V>M1|增长3%}", "增长3%"),
        ("no number", "{M1|水质}达到{V>M1|良好}", "良好"),
        ("not a value", "{M1|税收}保持{V>M1|两位数}增长", "两位数"),
        ("not a value", "{M1|税收}在{V>M1|2026年}翻番", "2026年"),
        ("not a value", "{M1|人代会}举行{V>M1|第三届}", "第三届"),
        ("predicate", "{M1|税收增长}{V>M1|3%}", "税收增长"),
        ("predicate", "{M1|工业税收占比}{V>M1|3%}", "工业税收占比"),
        ("project verb", "{P1|实施白河水厂}{V>P1|3亿元}", "实施白河水厂"),
        ("campaign", "打好{P1|蓝天保卫战}", "蓝天保卫战"),
        ("general place", "{L1|全市}开工", "全市"),
        ("general place", "向{L1|沪}输电", "沪"),
        ("place tail", "{L1|青河沿线}绿化", "青河沿线"),
        ("place across comma", "{L1|青石县}开工，{M1@L1|税收}{V>M1|3亿元}", "青石县开工，税收"),
    ],
)
def test_each_rule_finds_its_slip(rule, marked, value):
    annotation = parse_markup(marked, id="r:1")
    found = list(check_chunk(annotation))
    assert [(f.rule, f.value) for f in found if f.rule != "unbalanced" or rule == "unbalanced"] == [(rule, value)]
    assert all(annotation.text[f.start : f.end] == f.value and f.chunk_id == "r:1" and f.message for f in found)


@pytest.mark.parametrize(
    "marked",
    [
        "实施“{P1|青河计划}”，推进{P2|“4+N”新材料产业园}和{P3|文化建设“八项工程”}",
        "{M1|“四上”企业}达到{V>M1|3家}",
        "{M1|税收（本级）}增长{V>M1|3%}以上，超{V>M1|3亿元}",
        "{M1|专精特新“小巨人”企业}{V>M1|3家}",
        "{M1|建成区绿化覆盖率}{V>M1|43%}，{M2|新开工项目}{V>M2|30个}，{M3|签约企业}{V>M3|8家}",
        "{M1|新建商品住宅}销售{V>M1|3万平方米}，{M2|培育钻石产能}居第{V>M2|第一}",
        "{M1|城镇新增就业}{V>M1|3万人}，{M2|全员劳动生产率}提高{V>M2|3%}",
        "{P1|白河水厂}{V>P1|3亿元}，{P2|青石大桥}开工",
        "{L1|青石县}{M1@L1|约束性指标}完成{V>M1|3项}",
        "{M1|药占比}下降{V>M1|3%}，{M2|税占比}{V>M2|八成}，{M3|PM2.5浓度}{V>M3|30微克}",
        "{M1|水质}达到{V>M1|Ⅱ类}，{M2|人口}增长{V>M2|-5.4‰}，{M3|税收}居{V>M3|前三}、{V>M3|第7位}，{M4|景区}评为{V>M4|A级}",
        "支持{P1|“千村示范、万村整治”工程}，{P2|全面振兴三年行动}，{L1|青河流域}{M1@L1|水质}{V>M1|首位}",
    ],
)
def test_right_forms_raise_no_alarm(marked):
    assert list(check_chunk(parse_markup(marked))) == []


def test_the_rarer_label_of_a_string_is_found():
    annotations = [
        parse_markup("在{L1|中心广场}、{L2|青石县}", id="r:1"),
        parse_markup("到{L1|中心广场}", id="r:2"),
        parse_markup("建成{P1|中心广场}", id="r:3"),
    ]
    assert list(check_consistency(annotations)) == [Finding("r:3", "two labels", 2, 6, "中心广场", "PROJECT here, PLACE 2 times")]


def test_strings_labelled_one_way_raise_no_alarm():
    assert list(check_consistency([parse_markup("{M1|税收}{V>M1|3亿元}"), parse_markup("{M1|税收}{V>M1|4亿元}")])) == []


def test_every_rule_is_explained_in_the_guide():
    guide = (Path(__file__).resolve().parents[2] / "docs" / "rounds.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1].strip() for line in guide.partition("## Check")[2].splitlines() if line.startswith("| `")]
    assert rows == [f"`{rule}`" for rule in RULES]


def test_the_composed_reports_have_no_finding_but_values_without_a_link(composed):
    from baoshu.annotate.read import read_sources

    (annotations,) = read_sources(composed[0].parents[1], []).values()
    found = {f.rule for a in annotations for f in check_chunk(a)}
    assert found == {"unlinked value"}
