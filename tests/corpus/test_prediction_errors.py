"""Differences between gold and prediction: each kind, counted once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baoshu.annotate.markup import parse_markup
from baoshu.corpus.errors import boundary_errors, confusion, find_errors, match_spans
from baoshu.evaluate import span_keys
from baoshu.scheme import current_scheme

GOLD = "全县{M1|粮食产量}达到{V>M1|12万吨}，{P1|水厂}日供水{V>P1|5万吨}。"


@pytest.mark.parametrize(
    "predicted, expected",
    [
        (GOLD, []),
        ("全县粮食产量达到{V|12万吨}，{P1|水厂}日供水{V>P1|5万吨}。", [("missed", "METRIC", "粮食产量", None, None)]),
        ("{L1|全县}{M1|粮食产量}达到{V>M1|12万吨}，{P1|水厂}日供水{V>P1|5万吨}。", [("spurious", "PLACE", None, "全县", None)]),
        ("{M1|全县粮食产量}达到{V>M1|12万吨}，{P1|水厂}日供水{V>P1|5万吨}。", [("boundary", "METRIC", "粮食产量", "全县粮食产量", None)]),
        ("全县{M1|粮食产量}达到{V>M1|12万吨}，{M2|水厂}日供水{V>M2|5万吨}。", [("type", "PROJECT", "水厂", "水厂", None)]),
        ("全县{M1|粮食产量}达到{V>M1|12万吨}，{M2|水厂日供水}{V>M2|5万吨}。", [("both", "PROJECT", "水厂", "水厂日供水", None)]),
        ("全县{M1|粮食产量}达到{V>M1|12万吨}，{P1|水厂}日供水{V|5万吨}。", [("link_missed", "PROJECT", "5万吨", None, "水厂")]),
        (
            "全县{M1|粮食产量}达到{V>M1|12万吨}，{P1|水厂}日供水{V>M1|5万吨}。",
            [("link_missed", "PROJECT", "5万吨", None, "水厂"), ("link_spurious", "METRIC", None, "5万吨", "粮食产量")],
        ),
    ],
)
def test_each_difference_has_its_kind(predicted, expected):
    gold, other = parse_markup(GOLD), parse_markup(predicted)
    assert gold.text == other.text

    def words(span):
        return gold.text[span[0] : span[1]] if span else None

    assert [(e.kind, e.label, words(e.gold), words(e.predicted), words(e.other)) for e in find_errors(gold, other)] == expected


def test_confusion_counts_every_span_once_whatever_its_edges():
    gold, predicted = parse_markup(GOLD), parse_markup("{L1|全县}{M1|粮食}产量达到{V>M1|12万吨}，{M2|水厂日供水}5万吨。")
    matrix = confusion([(gold, predicted)])
    assert {(row, column): n for row, columns in matrix.items() for column, n in columns.items() if n} == {
        ("METRIC", "METRIC"): 1, ("VALUE", "VALUE"): 1, ("PROJECT", "METRIC"): 1, ("VALUE", "-"): 1, ("-", "PLACE"): 1,
    }  # fmt: skip


def test_wrong_edges_are_counted_by_side():
    gold, predicted = parse_markup(GOLD), parse_markup("{M1|全县粮食}产量达到{V>M1|12万}吨，{P1|水厂}日供{V>P1|水5万吨}。")
    none = dict.fromkeys(("starts_early", "starts_late", "ends_early", "ends_late"), 0)
    assert boundary_errors([(gold, predicted)]) == {
        "METRIC": none | {"starts_early": 1, "ends_early": 1}, "VALUE": none | {"starts_early": 1, "ends_early": 1}, "PROJECT": none, "PLACE": none,
    }  # fmt: skip


spans = st.sets(
    st.tuples(st.integers(0, 20), st.integers(1, 6), st.sampled_from(current_scheme().labels)).map(lambda s: (s[0], s[0] + s[1], s[2])), max_size=8
)


@given(spans, spans)
def test_matching_uses_every_span_once(gold, predicted):
    pairs = match_spans(gold, predicted)
    assert sorted(g for g, _ in pairs if g) == sorted(gold) and sorted(p for _, p in pairs if p) == sorted(predicted)


def test_matching_a_text_with_itself_finds_no_error():
    assert all(g == p for g, p in match_spans(span_keys(parse_markup(GOLD)), span_keys(parse_markup(GOLD))))
