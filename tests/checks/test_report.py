"""The checks: for each kind a report that has it and one that only looks like it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_fact import PLAIN, fact_in

from baoshu.checks.finding import KINDS, Finding, finding_row
from baoshu.checks.report import check_facts, check_report
from baoshu.types import BOUNDS, MEASURES, STATUSES

GROWS = {"measure": "growth", "direction": "up"}
FALLS = {"measure": "growth", "direction": "down"}
PRODUCT, REVENUE = "地区生产总值", "一般公共预算收入"


def said(sentence, subject, *values, at=100, **columns):
    """Facts of one subject in one sentence; a value may be a pair of value and columns."""
    pairs = [(value, {}) if isinstance(value, str) else value for value in values]
    return [fact_in(sentence, subject, value, at=at, **(columns | own)) for value, own in pairs]


def report(*groups):
    return [fact for group in groups for fact in group]


BEFORE = {"period": "2024"}
CASES = [
    # share and ratio
    ("share_over_100", said("税收占财政收入120%。", "税收", "120%", measure="share")),
    (None, said("税收占财政收入100%。", "税收", "100%", measure="share")),
    ("share_over_100", said("税收占财政收入3/2。", "税收", "3/2", measure="share")),
    ("ratio_over_100", said("自来水普及率达到120%。", "自来水普及率", "120%")),
    (None, said("工业产销率达到102%。", "工业产销率", "102%")),
    (None, said("小学毛入学率达到101.5%。", "小学毛入学率", "101.5%")),
    # growth
    ("decline_over_100", said("产量下降130%。", "产量", "130%", **FALLS)),
    ("implausible_growth", said("产量增长1200%。", "产量", "1200%", **GROWS)),
    ("implausible_growth", said("产量增长29倍。", "产量", "29倍", **GROWS)),
    (None, said("产量增长9倍。", "产量", "9倍", **GROWS)),
    # numbers and units
    ("number_missing", said("产量几百吨。", "产量", "几百吨", number=None)),
    ("upper_end_below_lower", said("新建学校5～3所。", "学校", "5～3所", number=5.0, number_high=3.0)),
    (None, said("新建学校3～5所。", "学校", "3～5所")),
    ("unit_against_metric", said(f"{REVENUE}9个县。", REVENUE, "9个")),
    ("unit_against_metric", said(f"{REVENUE}达到6.5%。", REVENUE, "6.5%")),
    (None, said(f"{REVENUE}增长6.5%。", REVENUE, "6.5%", **GROWS)),
    (None, said(f"{REVENUE}恢复到上年的96%。", REVENUE, "96%")),
    (None, said(f"{REVENUE}达到12亿元。", REVENUE, "12亿元")),
    # status and period
    ("status_against_period", said("税收12亿元。", "税收", "12亿元", period="2027")),
    ("status_against_period", said("税收12亿元。", "税收", "12亿元", status="target", period="2024")),
    (None, said("税收12亿元。", "税收", "12亿元", status="target", period="2026/2030")),
    (None, said("补贴从12元提高到15元。", "补贴", "12元", status="target", period="2025")),
    (None, said("税收12亿元。", "税收", "12亿元", period="2026")),
    (None, said("税收12亿元。", "税收", "12亿元", period="2027", report_year=None)),
    # words
    ("words_against_reading", said("失业率下降0.3个百分点。", "失业率", "0.3个百分点", measure="change", direction="up")),
    (None, said("失业率下降0.3个百分点。", "失业率", "0.3个百分点", measure="change", direction="down")),
    ("words_against_reading", said("青石指数增长超过12%。", "青石指数", "12%")),
    ("words_against_reading", said("覆盖率提高到62%。", "覆盖率", "62%", **GROWS)),
    (None, said("税收增速回升到6.3%。", "税收", "6.3%", **GROWS)),
    (None, said("税收负增长2%。", "税收", "2%", **FALLS)),
    (None, said("税收增长-2%。", "税收", "-2%", **FALLS)),
    (None, said("改造提升12个小区。", "小区", "12个")),
    # ranks
    ("rank_without_scope", said("经济总量居第3位。", "经济总量", "第3位", measure="rank")),
    ("rank_without_scope", said("经济总量连续三年保持第3位。", "经济总量", "第3位", measure="rank")),
    (None, said("经济总量居全市第3位。", "经济总量", "第3位", measure="rank")),
    (None, said("经济总量居18个城市第3位。", "经济总量", "第3位", measure="rank")),
    (None, said("经济总量位列苏北第3位。", "经济总量", "第3位", measure="rank")),
    (None, said("三家企业入选百强。", "企业", "百强", measure="rank")),
    # one subject, several values
    ("subject_with_two_values", said("城镇、农村居民收入分别达到4.5万元、2.1万元。", "农村居民收入", "4.5万元", "2.1万元")),
    (None, said("税收突破12亿元、达到12.3亿元。", "税收", ("12亿元", {"bound": "over"}), "12.3亿元")),
    (None, said("税收由10亿元增加到12亿元。", "税收", ("10亿元", BEFORE), "12亿元")),
    (None, said("税收由一季度下降2%转为全年增长3%。", "税收", ("2%", FALLS), ("3%", GROWS))),
    (None, said("项目12个，其中开工5个。", "项目", "12个", "5个")),
    ("metric_with_two_values", report(said(f"{PRODUCT}增长6.1%。", PRODUCT, "6.1%", **GROWS), said(f"{PRODUCT}年均增长6.8%。", PRODUCT, "6.8%", at=200, **GROWS))),
    ("metric_with_two_values", report(said(f"{PRODUCT}增长6.1%。", PRODUCT, "6.1%", **GROWS), said("GDP下降6.1%。", "GDP", "6.1%", at=200, **FALLS))),
    ("metric_with_two_values", report(said("全县茶叶种植面积达到12万亩。", "茶叶种植面积", "12万亩"), said("茶叶种植面积15万亩。", "茶叶种植面积", "15万亩", at=200))),
    (None, report(said(f"{PRODUCT}达到1.36万亿元。", PRODUCT, "1.36万亿元"), said(f"{PRODUCT}13600亿元。", PRODUCT, "13600亿元", at=200))),
    (None, report(said(f"{PRODUCT}增长6.1%。", PRODUCT, "6.1%", **GROWS), said(f"{PRODUCT}增长5.8%。", PRODUCT, "5.8%", at=200, **GROWS, **BEFORE))),
    (None, report(said(f"{PRODUCT}增长6.1%。", PRODUCT, "6.1%", **GROWS), said(f"{PRODUCT}增长6.8%。", PRODUCT, "6.8%", at=200, **GROWS, place="河东镇"))),
    (None, report(said(f"{PRODUCT}增长6.1%。", PRODUCT, "6.1%", **GROWS), said(f"上半年{PRODUCT}增长4.8%。", PRODUCT, "4.8%", at=200, **GROWS))),
    (None, report(said("项目12个。", "项目", "12个"), said("项目5个。", "项目", "5个", at=200))),
    # changes
    ("change_against_levels", said("失业率由5.2%提高到4.8%。", "失业率", ("5.2%", BEFORE), "4.8%")),
    ("change_against_levels", said("失业率由4.8%下降到5.2%。", "失业率", ("4.8%", BEFORE), "5.2%")),
    (None, said("水质由Ⅳ类提升到Ⅲ类。", "水质", ("Ⅳ类", BEFORE), "Ⅲ类")),
    (None, said("税收由第9位提升到第3位，全省领先。", "税收", ("第9位", BEFORE | {"measure": "rank"}), ("第3位", {"measure": "rank"}))),
    ("change_against_levels", said("城镇化率由60%提高到62%、提高5个百分点。", "城镇化率", ("60%", BEFORE), "62%", ("5个百分点", {"measure": "change", "direction": "up"}))),
    (None, said("城镇化率由60%提高到62%、提高2个百分点。", "城镇化率", ("60%", BEFORE), "62%", ("2个百分点", {"measure": "change", "direction": "up"}))),
    ("change_against_levels", said("税收由100亿元增加到120亿元，增长12%。", "税收", ("100亿元", BEFORE), "120亿元", ("12%", GROWS))),
    (None, said("税收由100亿元增加到120亿元，增长20%。", "税收", ("100亿元", BEFORE), "120亿元", ("20%", GROWS))),
    (None, said("税收由100亿元增加到140亿元，年均增长7%。", "税收", ("100亿元", {"period": "2020"}), "140亿元", ("7%", GROWS))),
    ("change_against_levels", said("税收110亿元、增加10亿元、增长20%。", "税收", "110亿元", ("10亿元", {"measure": "change", "direction": "up"}), ("20%", GROWS))),
    (None, said("税收110亿元、增加10亿元、增长10%。", "税收", "110亿元", ("10亿元", {"measure": "change", "direction": "up"}), ("10%", GROWS))),
    (None, said("税收90亿元、减少10亿元、下降10%。", "税收", "90亿元", ("10亿元", {"measure": "change", "direction": "down"}), ("10%", FALLS))),
    # between sentences
    (
        "growth_against_levels",
        report(said(f"2024年{PRODUCT}100亿元。", PRODUCT, "100亿元", **BEFORE), said(f"{PRODUCT}150亿元，增长6%。", PRODUCT, "150亿元", ("6%", GROWS), at=200)),
    ),
    (None, report(said(f"2024年{PRODUCT}100亿元。", PRODUCT, "100亿元", **BEFORE), said(f"{PRODUCT}109亿元，增长6%。", PRODUCT, "109亿元", ("6%", GROWS), at=200))),
    ("increment_over_level", report(said("新增养老床位900张。", "养老床位", "900张", measure="increment"), said("养老床位总数达到600张。", "养老床位", "600张", at=200))),
    (None, report(said("新增养老床位900张。", "养老床位", "900张", measure="increment"), said("养老床位总数达到6000张。", "养老床位", "6000张", at=200))),
    (None, report(said("新开工项目96个。", "项目", "96个", measure="increment"), said("项目竣工58个。", "项目", "58个", at=200))),
    (
        "target_far_from_actual",
        report(said(f"{REVENUE}120亿元。", REVENUE, "120亿元"), said(f"{REVENUE}50亿元以上。", REVENUE, "50亿元", at=200, status="target", period="2026", bound="at_least")),
    ),
    (
        "target_far_from_actual",
        report(said(f"{REVENUE}120亿元。", REVENUE, "120亿元"), said(f"{REVENUE}1200亿元。", REVENUE, "1200亿元", at=200, status="target", period="2026")),
    ),
    (None, report(said("建成高标准农田9万亩。", "高标准农田", "9万亩"), said("建设高标准农田4万亩。", "高标准农田", "4万亩", at=200, status="target", period="2026"))),
    (None, report(said(f"{REVENUE}120亿元。", REVENUE, "120亿元"), said(f"{REVENUE}110亿元以上。", REVENUE, "110亿元", at=200, status="target", period="2026", bound="at_least"))),
]  # fmt: skip


@pytest.mark.parametrize(
    "kind, facts", CASES, ids=[f"{kind or 'nothing'}: {' '.join(dict.fromkeys(f.sentence for f in facts))}" for kind, facts in CASES]
)
def test_each_kind_is_found_where_it_is_and_nowhere_else(kind, facts):
    assert [one.kind for one in check_report(facts)] == ([kind] if kind else [])


def test_every_kind_has_a_case():
    assert {kind for kind, _ in CASES if kind} == set(KINDS)


def test_a_finding_names_its_facts_in_the_order_of_the_text():
    facts = said("城镇、农村居民收入分别达到4.5万元、2.1万元。", "农村居民收入", "4.5万元", "2.1万元")
    expected = Finding(
        report_id="qingshi-2026", kind="subject_with_two_values", severity="warning",
        message="同一处“农村居民收入”带着不同的数：4.5万元、2.1万元。可能是“分别”没有对上、数连错了名称，或一个名称合指几件事。",
        fact_ids=(facts[0].fact_id, facts[1].fact_id), spans=((113, 118), (119, 124)), sentences=(facts[0].sentence,),
    )  # fmt: skip
    assert check_report(reversed(facts)) == [expected]
    assert finding_row(expected) == {
        "report_id": "qingshi-2026", "kind": "subject_with_two_values", "severity": "warning", "message": expected.message,
        "fact_ids": [facts[0].fact_id, facts[1].fact_id], "spans": [{"start": 113, "end": 118}, {"start": 119, "end": 124}], "sentences": [facts[0].sentence],
    }  # fmt: skip


def test_subjects_that_share_the_same_values_make_one_finding():
    sentence = "入园率、巩固率、升学率分别为93%、98%、64%。"
    facts = report(*(said(sentence, subject, "93%", "98%", "64%") for subject in ("入园率", "巩固率", "升学率")))
    (found,) = check_report(facts)
    assert len(found.fact_ids) == 9 and "“入园率”“巩固率”“升学率”" in found.message and found.sentences == (sentence,)


def test_reports_are_checked_apart_and_in_the_order_of_their_ids():
    one = said("税收占财政收入120%。", "税收", "120%", measure="share")
    other = [replace(fact, report_id="a-2026", number=130.0) for fact in one]
    assert [found.report_id for found in check_facts([*one, *other])] == ["a-2026", "qingshi-2026"]
    growth = said(f"{PRODUCT}增长6.1%。", PRODUCT, "6.1%", **GROWS)
    assert list(check_facts([*growth, *(replace(fact, report_id="a-2026", number=9.0, value="9.0%", sentence="9.0%") for fact in growth)])) == []


@given(
    st.lists(
        st.builds(
            lambda number, **columns: replace(PLAIN, number=number, number_high=None, fact_id=repr((number, sorted(columns.items(), key=str))), **columns),
            number=st.none() | st.floats(0, 1e9), measure=st.sampled_from(MEASURES), bound=st.sampled_from(BOUNDS), status=st.sampled_from(STATUSES),
            direction=st.sampled_from(["up", "down", None]), unit=st.sampled_from(["%", "元", "", "倍", "位"]), period=st.sampled_from([None, "2024", "2025", "2021/2025"]),
        ),
        max_size=6,
    )
)  # fmt: skip
def test_any_facts_can_be_checked_and_findings_are_of_known_kinds_and_of_these_facts(facts):
    found = check_report(facts)
    ids = {fact.fact_id for fact in facts}
    for one in found:
        assert one.severity == KINDS[one.kind][0] and set(one.fact_ids) <= ids and len(one.spans) == len(one.fact_ids) and one.message.endswith("。")
