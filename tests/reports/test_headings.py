"""Numbers and words that make a heading."""

import pytest

from baoshu.reports.headings import (
    begins_bullet,
    bullet_heading,
    head_length,
    heading_level,
    is_attachment_head,
    is_glossary_head,
    is_plain_heading,
    is_salutation,
    split_heading,
)


@pytest.mark.parametrize(
    "line, level",
    [
        ("第一篇 发展基础", 1), ("第三部分 今年任务", 1), ("壹、去年", 1), ("叁　2026年重点工作", 1), ("第十二章 保障措施", 2), ("第一节 码头", 3),
        ("一、2023年工作回顾", 4), ("十二、其他", 4), ("一、一年来的工作", 4), ("（一）码头忙起来", 5), ("(十一) 山里的路", 5), ("（ 三 ）学校", 5),
        ("1.新建泊位", 6), ("12、放流鱼苗", 6), ("3．修路", 6), ("（1）网箱", 7), ("①新增学位", 7), ("2）鱼苗", 7),
        ("一、二、三产业协调发展", None), ("1.5亿元投资落地", None), ("3、4号线开通", None), ("2024年的工作", None), ("一是修路", None), ("十四五规划", None), ("第一批项目", None), ("", None),
    ],
)  # fmt: skip
def test_the_number_says_how_deep_a_heading_is(line, level):
    assert heading_level(line) == level


@pytest.mark.parametrize(
    "line, heading",
    [
        ("一、2023年工作回顾", (4, "一、2023年工作回顾")),
        ("一、2021年：在风浪里走稳第一程", (4, "一、2021年：在风浪里走稳第一程")),
        ("（一）码头忙起来了。三号泊位完成吊装。", (5, "（一）码头忙起来了")),
        ("（二）山里的路修通了：改造公路86公里。", (5, "（二）山里的路修通了")),
        ("三、主要做了以下工作：", (4, "三、主要做了以下工作")),
        ("1." + "渔" * 80 + "。", (6, "1." + "渔" * 58)),
        ("这一年，风调雨顺。", None),
    ],
)
def test_the_heading_of_a_numbered_paragraph_is_its_first_sentence(line, heading):
    assert split_heading(line) == heading


@pytest.mark.parametrize(
    "line, bullet",
    [
        ("——海塘加高加固19公里，三次台风没有一处决口。", "——海塘加高加固19公里"),
        ("——“新”的动能更强。", "——“新”的动能更强"),
        ("——是船多了：进港1.24万艘次。", "——是船多了"),
        ("--渔业增收。", "--渔业增收"),
        ("——综合实力更强", "——综合实力更强"),
        ("——2024年1月16日在临澜市第八届人民代表大会第三次会议上", None),
        ("海塘——城市的门。", None),
        ("——" + "长" * 50, None),
    ],
)
def test_the_lead_after_dashes_is_a_heading(line, bullet):
    assert bullet_heading(line) == bullet


def test_dashes_before_the_session_are_no_bullet():
    assert not begins_bullet("——2024年1月16日在临澜市第八届人民代表大会第三次会议上")
    assert not begins_bullet("----2024年1月16日闻汐市长在临澜市第八届人民代表大会第三次会议的政府工作报告")


@pytest.mark.parametrize(
    "line, is_heading",
    [("2023年工作回顾", True), ("全面加强政府自身建设", True), ("过去五年的主要成就", True), ("今年工作安排如下：", False), ("渔港扩容完工。", False), ("临澜市市长 闻汐", False), ("（草案）工作", False)],
)  # fmt: skip
def test_a_short_line_without_a_number_may_be_a_heading(line, is_heading):
    assert is_plain_heading(line) is is_heading


@pytest.mark.parametrize(
    "line, is_head",
    [
        ("名词解释", True), ("名 词 解 释", True), ("附件2 名词解释", True), ("附：有关名词解释", True), ("《政府工作报告》名词解释", True), ("（名词解释）", True), ("政府工作报告用语说明", True),
        ("2024年政府工作报告有关术语注释：", True), ("注释", True), ("附件：《政府工作报告》名词解释与说明", True),
        ("名词解释见附件。", False), ("我们对热词，作了解释", False), ("1.名词解释是本报告的附件", False), ("注意事项", False),
    ],
)  # fmt: skip
def test_the_glossary_is_known_by_its_head(line, is_head):
    assert is_glossary_head(line) is is_head


@pytest.mark.parametrize(
    "line, is_head",
    [("附件1", True), ("附件", True), ("附件2：重点项目表", True), ("附：十件实事", True), ("附件1所列项目全部开工。", False), ("附近的村子", False)],
)
def test_attachments_are_known_by_their_head(line, is_head):
    assert is_attachment_head(line) is is_head


@pytest.mark.parametrize(
    "line, is_address",
    [
        ("各位代表：", True),
        ("各位代表、同志们：", True),
        ("同志们！", True),
        ("各位代表！潮水有涨有落，撑船的人不能松桨。", False),
        ("各位代表团结一心", False),
    ],
)
def test_only_a_line_of_its_own_is_the_salutation(line, is_address):
    assert is_salutation(line) is is_address


def test_the_head_of_a_report_ends_at_the_salutation(paragraphs):
    assert head_length(paragraphs) == 3
    assert head_length(paragraphs[4:]) == 3
    assert head_length(["一行"]) == 1
