"""The head of a report: what it says of place, session, date and speaker, in the forms that reports use."""

from collections import Counter
from dataclasses import asdict
from functools import cache
from pathlib import Path

import pytest

from baoshu.annotate.composed import read_all_composed
from baoshu.reports.metadata import Metadata, kind_of, read_metadata

COMPOSED = Path(__file__).resolve().parents[2] / "annotations" / "composed"
CHECKED = ("kind", "place", "level", "year", "reported_year", "date", "session", "speaker")
# Four in a hundred may differ: a made-up county-level city or municipality cannot be told from a city by its name.
MAX_DIFFERENT = 0.04


def read(*head, body=("一、2023年工作回顾", "这一年，风调雨顺。", "二、2024年工作安排"), raw=()):
    return read_metadata([*head, "各位代表：", *body], raw or [*head, "各位代表："])


def test_all_is_read_from_a_usual_head(paragraphs):
    assert read_metadata(paragraphs) == Metadata(
        title="2024年临澜市政府工作报告", kind="政府工作报告", place="临澜市", adcode=None, level="市", year=2024, reported_year=2023,
        date="2024-01-16", session="临澜市第八届人民代表大会第三次会议", speaker="闻汐",
    )  # fmt: skip


@pytest.mark.parametrize(
    "line, session, place, level",
    [
        ("——2024年1月16日在郑州市第十六届人民代表大会第二次会议上", "郑州市第十六届人民代表大会第二次会议", "郑州市", "市"),
        (
            "（二〇二四年一月十六日在内蒙古自治区第十四届人民代表大会第二次会议上）",
            "内蒙古自治区第十四届人民代表大会第二次会议",
            "内蒙古自治区",
            "省",
        ),
        ("2024年3月5日在第十四届全国人民代表大会第二次会议上", "第十四届全国人民代表大会第二次会议", "中国", "国家"),
        ("2024年1月16日 天津市滨海新区第三届人民代表大会第五次会议", "天津市滨海新区第三届人民代表大会第五次会议", "天津市滨海新区", "县"),
        ("2024年1月16日在巩义市十六届人大三次会议上", "巩义市十六届人大三次会议", "巩义市", "县"),
        ("----2024年1月16日龚某市长在上海市第十六届人民代表大会第三次会议的政府工作报告", "上海市第十六届人民代表大会第三次会议", "上海市", "省"),
        ("2024年6月27日在延边朝鲜族自治州人大常委会第十二次会议上", "延边朝鲜族自治州人大常委会第十二次会议", "延边朝鲜族自治州", "市"),
        ("2024年1月9日在乌兰淖尔旗第十七届人民代表大会第三次会议上", "乌兰淖尔旗第十七届人民代表大会第三次会议", "乌兰淖尔旗", "县"),
    ],
)
def test_the_session_names_the_place(line, session, place, level):
    found = read("政府工作报告", line)
    assert (found.session, found.place, found.level) == (session, place, level)


def test_a_session_over_two_lines_is_one():
    found = read("政府工作报告", "（2024年1月16日在临澜市", "第八届人民代表大会第三次会议上）", "市长 闻汐")
    assert (found.session, found.date, found.speaker) == ("临澜市第八届人民代表大会第三次会议", "2024-01-16", "闻汐")


@pytest.mark.parametrize(
    "line, speaker",
    [
        ("临澜市市长 闻汐", "闻汐"), ("郑州市人民政府市长何某某", "何某某"), ("市　长　　闻　汐", "闻汐"), ("代市长 欧阳闻汐", "欧阳闻汐"), ("市长（代） 闻汐", "闻汐"), ("（市长 闻汐）", "闻汐"),
        ("自治区人民政府主席 阿依古丽·买买提", "阿依古丽·买买提"), ("乌兰淖尔旗人民政府旗长 乌力吉巴图", "乌力吉巴图"), ("国务院总理 闻汐", "闻汐"), ("报告人：市长 闻汐", "闻汐"),
        ("市委副书记、市长 闻汐", "闻汐"), ("闻汐", "闻汐"), ("2024年1月16日闻汐市长在临澜市第八届人民代表大会第三次会议", "闻汐"),
        ("2024年1月16日在临澜市第八届人民代表大会第三次会议上市长闻汐作政府工作报告。", "闻汐"), ("临澜日报社", None), ("（草案）", None),
    ],
)  # fmt: skip
def test_the_speaker(line, speaker):
    assert read("政府工作报告", "——2024年1月16日在临澜市第八届人民代表大会第三次会议上", line).speaker == speaker


def test_the_caption_of_a_photo_names_the_speaker_when_the_head_does_not():
    raw = ["政府工作报告", "市长闻汐代表市人民政府作报告。本报记者 王小舟 摄", "各位代表："]
    assert read("政府工作报告", raw=raw).speaker == "闻汐"


def test_a_line_of_the_body_is_no_caption():
    paragraphs = ["临澜市渔业局2023年工作总结", *(f"{numeral}、出海，归航" for numeral in "一二三四五六七"), "市长闻汐作动员"]
    assert read_metadata(paragraphs, paragraphs).speaker is None


def test_what_the_body_says_of_offices_sessions_and_dates_is_not_taken_for_the_head():
    body = ["一、2023年工作回顾", "市长热线办结率99%。", "2023年1月9日，临澜市第八届人民代表大会第二次会议确定的任务全部完成。"]
    assert read("政府工作报告", body=body) == Metadata(title="政府工作报告", kind="政府工作报告", year=2024, reported_year=2023)


@pytest.mark.parametrize(
    "head, title, kind, place",
    [
        (["政府工作报告"], "政府工作报告", "政府工作报告", None),
        (["政 府 工 作 报 告"], "政府工作报告", "政府工作报告", None),
        (["2024年临澜市政府工作报告", "政府工作报告"], "2024年临澜市政府工作报告", "政府工作报告", "临澜市"),
        (["临澜市人民政府", "工作报告"], "临澜市人民政府工作报告", "政府工作报告", "临澜市"),
        (["临澜市人民政府", "政府工作报告"], "临澜市人民政府工作报告", "政府工作报告", "临澜市"),
        (["临澜市渔业局", "2023年工作总结和2024年工作安排"], "临澜市渔业局2023年工作总结和2024年工作安排", "部门工作报告", "临澜市"),
        (["临澜市2023年国民经济和社会发展统计公报[1]"], "临澜市2023年国民经济和社会发展统计公报", "统计公报", "临澜市"),
        (["中华人民共和国2023年国民经济和社会发展统计公报"], "中华人民共和国2023年国民经济和社会发展统计公报", "统计公报", "中国"),
        (["河南省第十四个五年规划和2035年远景目标纲要"], "河南省第十四个五年规划和2035年远景目标纲要", "五年规划", "河南省"),
        (["临澜市人民政府2023年上半年工作总结"], "临澜市人民政府2023年上半年工作总结", "半年工作总结", "临澜市"),
        (["2024年河南政府工作报告"], "2024年河南政府工作报告", "政府工作报告", "河南省"),
        (["2023年国民经济和社会发展统计公报", "临澜市统计局"], "2023年国民经济和社会发展统计公报", "统计公报", "临澜市"),
        (["2024年政府工作报告——2024年1月16日在临澜市第八届人民代表大会第三次会议上"], "2024年政府工作报告", "政府工作报告", "临澜市"),
        (["关于临澜市2023年工作情况的报告"], "关于临澜市2023年工作情况的报告", "部门工作报告", "临澜市"),
        (["潮起临澜"], "潮起临澜", None, None),
    ],
)  # fmt: skip
def test_title_kind_and_place(head, title, kind, place):
    found = read(*head)
    assert (found.title, found.kind, found.place) == (title, kind, place)


def test_the_code_of_the_place_comes_from_the_table():
    assert read("2024年郑州市政府工作报告").adcode == "410100"
    assert read("2024年临澜市政府工作报告").adcode is None


def test_kinds_are_told_by_the_title():
    assert [kind_of(title) for title in ("政府工作报告", "工作要点", "决算报告")] == ["政府工作报告", "部门工作报告", None]


def test_a_text_without_a_head_has_no_metadata():
    assert read_metadata([]) == Metadata()
    assert read_metadata(["各位代表：", "风调雨顺。"]) == Metadata()
    assert read_metadata(["风调雨顺的一年过去了，渔港很忙。"]) == Metadata()


@cache
def differences():
    """Return for each key how many composed reports' front matter differs from what their text says, with the cases."""
    reports = [one.report for one in read_all_composed(COMPOSED, [])]
    cases = []
    for report in reports:
        found = asdict(read_metadata(report.text.split("\n")))
        cases += [(key, report.report_id, getattr(report, key), found[key]) for key in CHECKED if getattr(report, key) != found[key]]
    return len(reports), cases


@pytest.mark.parametrize("key", CHECKED)
def test_the_front_matter_of_the_composed_reports_is_read_back_from_their_text(key):
    total, cases = differences()
    wrong = [case for case in cases if case[0] == key]
    assert total
    assert len(wrong) <= MAX_DIFFERENT * total, wrong


def test_most_composed_reports_agree_in_everything():
    total, cases = differences()
    assert len(Counter(report_id for _, report_id, _, _ in cases)) <= 2 * MAX_DIFFERENT * total, cases
