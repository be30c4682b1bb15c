"""Lines to paragraphs: what is dropped, what is joined, and that nothing else changes."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baoshu.reports.clean import clean_lines, split_lines
from baoshu.reports.join import columns


def wrap(text, width, measure, first=""):
    """Cut a paragraph into lines of at most ``width``, the first one indented."""
    lines, line = [], first
    for character in text:
        if measure(line + character) > width:
            lines.append(line)
            line = ""
        line += character
    return [*lines, line]


@pytest.mark.parametrize("mark", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_kind_of_line_break_parts_lines(mark):
    assert split_lines(f"甲{mark}乙") == ["甲", "乙"]


def test_a_clean_report_comes_back_as_it_is(paragraphs):
    assert clean_lines(paragraphs) == paragraphs


@pytest.mark.parametrize("edge", ["　　", "\u3000", " \t", "\xa0\xa0", "\u2003\u2003", "\u200b", "\ufeff", "\u2002\u2009"])
def test_blanks_at_the_edges_go_and_blanks_inside_stay(edge):
    assert clean_lines([f"{edge}市长　闻汐 ，　到会。{edge}", edge]) == ["市长　闻汐 ，　到会。"]


def test_furniture_before_within_and_after_the_report_is_dropped(paragraphs):
    page = ["下载", "打印", "【字号：", "加大", "还原", "减小", "】", "", *paragraphs[:2], "来源：临澜日报", "时间：2024-02-09", *paragraphs[2:]]
    page[12:12] = ["市长闻汐作政府工作报告。本报记者 王小舟 摄"]
    page[18:18] = ["更多数据尽在某某网（http://www.example.com/list）", "", "关注公众号【某某数据】"]
    assert clean_lines([*page, "相关报道：", "市政府召开常务会议", "海塘加固工程开工"]) == paragraphs


def test_a_list_of_other_articles_does_not_take_the_glossary_with_it(paragraphs):
    glossary = ["名词解释", "1.深水网箱：设在离岸海域的养殖设施。"]
    assert clean_lines([*paragraphs, "相关链接：", "海塘加固工程开工", *glossary])[-2:] == glossary


def test_a_head_that_repeats_stands_once(paragraphs):
    assert clean_lines([paragraphs[0], *paragraphs]) == paragraphs
    assert clean_lines([*paragraphs[:3], paragraphs[0], *paragraphs[3:]]) == paragraphs


def test_a_running_head_is_dropped_and_the_sentence_it_cut_is_joined(paragraphs):
    cut = [*paragraphs[:6]]
    for paragraph in paragraphs[6:9]:
        cut += [paragraph[:40], "- 3 -", paragraphs[0], paragraph[40:]]
    assert clean_lines([*cut, *paragraphs[9:]]) == paragraphs


def test_a_running_head_is_dropped_on_every_page_of_a_long_report(paragraphs):
    body = [f"第{number}天，{paragraphs[6]}" for number in range(40)]
    pages = [line for number, paragraph in enumerate(body) for line in (paragraph, *([paragraphs[0]] if number % 10 == 9 else []))]
    assert clean_lines([*paragraphs[:5], *pages]) == [*paragraphs[:5], *body]


def test_a_line_that_repeats_without_standing_at_the_head_is_kept(paragraphs):
    lines = [line for number in range(8) for line in (f"（{'一二三四五六七八'[number]}）第{number}项办成了。", "责任落实到人")]
    assert clean_lines([*paragraphs, *lines]) == [*paragraphs, *lines]


def test_lines_of_page_numbers_are_dropped_and_lines_of_values_are_not(paragraphs):
    def with_lines(numbers):
        return [line for number, paragraph in zip(numbers, paragraphs[5:], strict=False) for line in (paragraph, number)]

    assert clean_lines(with_lines(["1", "2", "3", "4"])) == paragraphs[5:9]
    assert clean_lines(with_lines(["86", "120", "42", "7"])) == with_lines(["86", "120", "42", "7"])


@pytest.mark.parametrize("seed", range(10))
def test_a_paragraph_broken_in_mid_sentence_is_joined(paragraphs, seed):
    chance = random.Random(seed)
    broken = []
    for paragraph in paragraphs:
        places = [place for place in range(45, len(paragraph) - 5) if paragraph[place - 1] not in "。；：！”）"]
        cuts = sorted(chance.sample(places, min(len(places), 2)))
        broken += [paragraph[start:end] for start, end in zip([0, *cuts], [*cuts, len(paragraph)], strict=True)]
    assert clean_lines(broken) == paragraphs


@pytest.mark.parametrize(
    "lines, expected",
    [
        (["全市新增泊位，", "新增库容。"], ["全市新增泊位，新增库容。"]),
        (["全市新增泊位", "，新增库容。"], ["全市新增泊位，新增库容。"]),
        (["渔民说“好”。", "”大家笑了。"], ["渔民说“好”。”大家笑了。"]),
        (["一、2023年工作回顾", "这一年，风调雨顺。"], ["一、2023年工作回顾", "这一年，风调雨顺。"]),
        (["主要做了以下工作：", "新增泊位。"], ["主要做了以下工作：", "新增泊位。"]),
        (["甲项完成。乙项在建", "（二）丙项"], ["甲项完成。乙项在建", "（二）丙项"]),
        (["他说：“开工了。”", "第二天下雨。"], ["他说：“开工了。”", "第二天下雨。"]),
        (["指标\t数值", "货运量\t31.8"], ["指标\t数值", "货运量\t31.8"]),
        (["渔业，林业，矿业，盐业\t数值", "货运量"], ["渔业，林业，矿业，盐业\t数值", "货运量"]),
        (["新建学校20所", "改建医院3家"], ["新建学校20所", "改建医院3家"]),
        (["3.实现产值9亿元，其中加工产值5亿元：第一批", "项目建成投产。"], ["3.实现产值9亿元，其中加工产值5亿元：第一批", "项目建成投产。"]),
    ],
)
def test_only_a_sentence_that_goes_on_is_joined(lines, expected):
    head = ["政府工作报告", "市长 闻汐", "各位代表：", "现在报告工作。"]
    assert clean_lines([*head, *lines]) == [*head, *expected]


@pytest.mark.parametrize("measure, width", [*((len, width) for width in range(26, 46)), *((columns, width) for width in range(56, 86, 3))])
@pytest.mark.parametrize("first, gap", [("　　", []), ("", [""]), ("　　", [""])])
def test_a_hard_wrapped_file_is_joined(paragraphs, measure, width, first, gap):
    paragraphs[5:6] = ["2023年的工作和一些难忘的事"]
    lines = [line for paragraph in paragraphs for line in (*wrap(paragraph, width, measure, first), *gap)]
    assert clean_lines(lines) == paragraphs


def test_a_hard_wrapped_file_without_any_mark_is_joined_but_for_a_full_last_line(paragraphs):
    found = clean_lines([line for paragraph in paragraphs for line in wrap(paragraph, 33, len)])
    assert "".join(found) == "".join(paragraphs)
    assert len(set(found) & set(paragraphs)) >= len(paragraphs) - 2


LINES = st.lists(st.text(st.sampled_from("渔港一二（）。，；：“”——1.2 　\t附件名词解释各位代表报告"), max_size=30), max_size=40)


@given(LINES)
def test_inside_a_paragraph_every_character_stays(lines):
    """Cleaning drops lines, trims edges and joins: its text is made of whole trimmed lines, in order."""
    text = "".join(clean_lines(lines))
    reached = {0}
    for line in (line.strip(" \t\u3000") for line in lines):
        reached |= {offset + len(line) for offset in reached if text.startswith(line, offset)}
    assert len(text) in reached


@given(LINES)
def test_paragraphs_are_trimmed_and_never_empty(lines):
    assert all(paragraph and paragraph == paragraph.strip() for paragraph in clean_lines(lines))
