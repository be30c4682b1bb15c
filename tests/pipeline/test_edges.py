"""Edges by the guideline: balanced quotes, no verbs, no modifiers, no editions."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baoshu.pipeline.edges import balanced_span, tidy_spans


@pytest.mark.parametrize(
    "value, label, expected",
    [
        ("项目总投资约", "METRIC", "项目总投资"),
        ("发电总装机达", "METRIC", "发电总装机"),
        ("达标率", "METRIC", "达标率"),
        ("全市地区生产总值", "METRIC", "地区生产总值"),
        ("我省粮食产量约", "METRIC", "粮食产量"),
        ("全区域覆盖率", "METRIC", "全区域覆盖率"),
        ("全市域", "METRIC", "全市域"),
        ("左右关键技术攻关", "METRIC", "关键技术攻关"),
        ("以上农户", "METRIC", "农户"),
        ("获批白河核电三期", "PROJECT", "白河核电三期"),
        ("大力实施产业强链行动", "PROJECT", "产业强链行动"),
        ("纵深推进河湖治理工程", "PROJECT", "河湖治理工程"),
        ("青石推进学校", "PROJECT", "青石推进学校"),
        ("第12届", "VALUE", None),
        ("第三批", "VALUE", None),
        ("第3位", "VALUE", "第3位"),
        ("第10个", "VALUE", "第10个"),
    ],
)
def test_spans_follow_the_rules_that_know_no_exception(value, label, expected):
    text = f"我们{value}，其中"
    (found,) = tidy_spans(text, [(2, 2 + len(value), label)])
    assert (text[found[0] : found[1]] if found else None) == expected


@pytest.mark.parametrize(
    "text, span, expected",
    [
        ("实施“星火”工程", "“星火", "星火"),
        ("实施“星火”助学工程", "星火”助学工程", "“星火”助学工程"),
        ("（2）改造危桥", "2）改造危桥", "改造危桥"),
        ("推进河湖治理（二期）", "河湖治理（二期", "河湖治理（二期）"),
        ("推进河湖治理", "河湖治理", "河湖治理"),
        ("读《山河志》", "《山河志", "山河志"),
    ],
)
def test_spans_are_widened_or_narrowed_until_quotes_balance(text, span, expected):
    start = text.index(span)
    start, end = balanced_span(text, (start, start + len(span)))
    assert text[start:end] == expected


def test_a_widened_span_never_reaches_into_its_neighbour():
    text = "甲“乙丙”丁"
    assert list(tidy_spans(text, [(0, 2, "PLACE"), (2, 5, "PROJECT")])) == [(0, 2, "PLACE"), (2, 5, "PROJECT")]


@given(st.text(alphabet="“”《》（）()甲", max_size=12), st.lists(st.integers(0, 12), max_size=8))
def test_balancing_keeps_spans_flat_and_in_the_text(text, edges):
    cuts = sorted({edge for edge in edges if edge <= len(text)})
    spans = [(a, b, "PROJECT") for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    found = list(tidy_spans(text, spans))
    assert len(found) == len(spans)
    assert all(a < b for a, b, _ in found) and all(x[1] <= y[0] for x, y in itertools.pairwise(found))
