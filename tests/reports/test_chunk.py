"""Paragraphs with heading path and exact offsets, and ids that stay."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from baoshu.files import sha256
from baoshu.reports.chunk import is_glossary, split_report, split_sentences
from baoshu.types import Chunk, Report


def report(text, report_id="linlan-2024"):
    return Report(report_id, text, sha256(text), "a.txt")


def sections(*lines):
    return [chunk.section for chunk in split_report(report("\n".join(lines)))]


ANY_TEXT = st.text(st.one_of(st.characters(), st.sampled_from("一二（）、。；！？：，—\n\n1. 😀𠮷名词解释各位代表")), max_size=300)


@given(ANY_TEXT, st.integers(1, 60))
@example("😀" * 7 + "。\n" + "𠀀𠀁", 3)
def test_offsets_are_exact_and_nothing_is_lost(text, max_chars):
    chunks = split_report(report(text), max_chars=max_chars)
    assert all(text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    assert all(0 < len(chunk.text) <= max_chars for chunk in chunks)
    assert "".join(chunk.text for chunk in chunks) == text.replace("\n", "")
    assert [chunk.start for chunk in chunks] == sorted(chunk.start for chunk in chunks)


@given(ANY_TEXT)
def test_ids_are_unique(text):
    ids = [chunk.id for chunk in split_report(report(text), max_chars=20)]
    assert len(ids) == len(set(ids))


@given(st.lists(st.text("渔港路灯。", min_size=1, max_size=8), min_size=1, max_size=8), st.data())
def test_changing_one_paragraph_moves_no_other_id(lines, data):
    place = data.draw(st.integers(0, len(lines) - 1))
    changed = [*lines[:place], "全新的一段", *lines[place + 1 :]]
    before, after = split_report(report("\n".join(lines))), split_report(report("\n".join(changed)))
    same = [number for number in range(len(lines)) if number != place and lines[number] != lines[place]]
    assert [before[number].id for number in same] == [after[number].id for number in same]


def test_an_id_is_the_report_the_hash_and_a_number_among_equals():
    text = "路修通了。\n灯亮了。\n路修通了。"
    road, light = sha256("路修通了。")[:12], sha256("灯亮了。")[:12]
    assert split_report(report(text, "a__b")) == [
        Chunk(f"a__b:{road}", "a__b", (), 0, 5, "路修通了。"),
        Chunk(f"a__b:{light}", "a__b", (), 6, 10, "灯亮了。"),
        Chunk(f"a__b:{road}-2", "a__b", (), 11, 16, "路修通了。"),
    ]


@pytest.mark.parametrize(
    "line, max_chars, pieces",
    [
        ("甲甲。乙乙。丙丙。", 6, ["甲甲。乙乙。", "丙丙。"]),
        ("甲甲。乙乙，乙乙乙。", 6, ["甲甲。", "乙乙，", "乙乙乙。"]),
        ("他说：“好。”走了。", 7, ["他说：“好。”", "走了。"]),
        ("没有标点的一长串", 3, ["没有标", "点的一", "长串"]),
        ("正好。", 3, ["正好。"]),
    ],
)
def test_an_overlong_paragraph_is_cut_at_sentence_ends_then_at_commas(line, max_chars, pieces):
    assert [chunk.text for chunk in split_report(report(line), max_chars=max_chars)] == pieces


@given(st.text(st.one_of(st.characters(), st.sampled_from("。！？；”）\n渔港")), max_size=200))
def test_sentences_follow_each_other_without_loss(text):
    spans = list(split_sentences(text))
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(start < end for start, end in spans)


def test_closing_quotes_and_brackets_belong_to_the_sentence():
    text = "他说：“好！”大家笑了（都笑了。）；散会"
    assert [text[start:end] for start, end in split_sentences(text)] == ["他说：“好！”", "大家笑了（都笑了。）", "；", "散会"]


def test_numbers_build_the_heading_path(paragraphs):
    found = split_report(report("\n".join(paragraphs)))
    review, plan = "一、2023年工作回顾", "二、2024年工作安排"
    assert [chunk.section for chunk in found] == [
        *[()] * 5,
        (review,),
        (review,),
        (review, "（一）码头忙起来了"),
        (review, "（二）山里的路修通了"),
        (review, "（二）山里的路修通了", "——盐田光伏并网发电"),
        (review, "（二）山里的路修通了", "——海塘加高加固19公里"),
        (plan,),
        (plan,),
        (plan, "1.把渔业的饭碗端牢"),
        (plan, "2.把回家的路修好"),
        (plan,),
    ]


@pytest.mark.parametrize(
    "lines, last",
    [
        pytest.param(["第一篇 基础", "第二章 目标", "第一节 码头", "一、泊位", "（一）三号", "1.吊装", "（1）试车", "正文。"],
                     ("第一篇 基础", "第二章 目标", "第一节 码头", "一、泊位", "（一）三号", "1.吊装", "（1）试车"), id="all depths"),
        pytest.param(["第二章 目标", "第三节 路", "第三章 保障", "正文。"], ("第三章 保障",), id="a chapter ends the sections before it"),
        pytest.param(["一、回顾", "（一）甲。", "接着（一）的一段。"], ("一、回顾", "（一）甲"), id="paragraphs stay under their heading"),
        pytest.param(["一、回顾", "——甲事办成。", "另起一段。"], ("一、回顾",), id="a run-in lead covers its own paragraph"),
        pytest.param(["一、回顾", "——海上更忙", "另起一段。"], ("一、回顾", "——海上更忙"), id="a lead that stands alone covers what follows"),
        pytest.param(["一、回顾", "——海上更忙", "正文。", "——山里更通", "另起一段。"], ("一、回顾", "——山里更通"), id="the next lead takes over"),
        pytest.param(["一、回顾", "（一）甲", "1.乙", "各位代表！成绩来之不易。", "我们也看到不足。"], ("一、回顾",), id="addressing the meeting goes back to the chapter"),
        pytest.param(["标题", "某会", "某人", "各位代表：", "2023年工作回顾", "一、渔业", "正文。"], ("2023年工作回顾", "一、渔业"), id="chapters without a number"),
        pytest.param(["标题", "某会", "某人", "各位代表：", "2023年工作回顾", "一、渔业", "2024年工作安排", "正文。"], ("2024年工作安排",), id="next chapter without a number"),
        pytest.param(["各位代表：", "一、回顾", "（一）甲", "存在的困难情况", "正文。"], ("一、回顾", "（一）甲", "存在的困难情况"), id="heading without a number in a numbered chapter"),
        pytest.param(["各位代表：", "一、回顾", "附件1", "2024年十件民生实事", "1.修路。"], ("附件1", "2024年十件民生实事", "1.修路"), id="attachment"),
        pytest.param(["XX局2023年工作总结", "一、渔业", "正文。"], ("一、渔业",), id="a title is no chapter"),
    ],
)  # fmt: skip
def test_the_heading_path_of_a_paragraph(lines, last):
    assert sections(*lines)[-1] == last


def test_the_glossary_is_a_section_of_its_own_up_to_the_next_attachment():
    lines = [
        "各位代表：",
        "一、回顾",
        "正文。",
        "附件1：名词解释",
        "1.深水网箱：养殖设施。",
        "一、二类水质：好水。",
        "各位代表！这里不应跳出。",
        "附件2",
        "项目表。",
    ]
    found = split_report(report("\n".join(lines)))
    assert [is_glossary(chunk) for chunk in found] == [False] * 3 + [True] * 4 + [False] * 2
    assert found[4].section == ("名词解释",)
    assert found[8].section == ("附件2",)


def test_a_table_of_contents_does_not_open_the_glossary():
    lines = ["政府工作报告", "一、回顾", "名词解释", "各位代表：", "一、回顾", "正文。", "还有。", "名词解释", "1.网箱：设施。"]
    assert [is_glossary(chunk) for chunk in split_report(report("\n".join(lines)))] == [False] * 7 + [True] * 2
