"""Scores: the named cases of span matching, links, and figures equal to an independent scorer."""

import importlib.util
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baoshu.annotate.markup import parse_markup
from baoshu.annotate.rows import annotation_to_row
from baoshu.evaluate import (
    Counts,
    bootstrap_f,
    count_annotation,
    count_exact,
    count_partial,
    format_scores,
    link_keys,
    score_names,
    score_reports,
    span_keys,
)
from baoshu.scheme import current_scheme, relation_type
from baoshu.types import Annotation, Relation, Span

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
GOLD = {(0, 4, "METRIC"), (6, 10, "VALUE")}


@pytest.mark.parametrize(
    "case, predicted, exact, partial",
    [
        ("perfect match", {(0, 4, "METRIC"), (6, 10, "VALUE")}, Counts(2, 2, 2), Counts(2, 2, 2)),
        ("missed entity", {(0, 4, "METRIC")}, Counts(1, 1, 2), Counts(1, 1, 2)),
        ("wrong label", {(0, 4, "PROJECT"), (6, 10, "VALUE")}, Counts(1, 2, 2), Counts(1, 2, 2)),
        ("wrong boundary", {(0, 3, "METRIC"), (6, 10, "VALUE")}, Counts(1, 2, 2), Counts(1.5, 2, 2)),
        ("shifted boundary", {(1, 5, "METRIC"), (6, 10, "VALUE")}, Counts(1, 2, 2), Counts(1.5, 2, 2)),
        ("extra entity", {(0, 4, "METRIC"), (6, 10, "VALUE"), (12, 14, "PLACE")}, Counts(2, 3, 2), Counts(2, 3, 2)),
        ("nothing predicted", set(), Counts(0, 0, 2), Counts(0, 0, 2)),
        ("beside, not over", {(4, 6, "METRIC"), (10, 11, "VALUE")}, Counts(0, 2, 2), Counts(0, 2, 2)),
        ("one span cut in two", {(0, 2, "METRIC"), (2, 4, "METRIC"), (6, 10, "VALUE")}, Counts(1, 3, 2), Counts(1.5, 3, 2)),
    ],
)
def test_spans_are_counted_exactly_and_partially(case, predicted, exact, partial):
    assert (count_exact(GOLD, predicted), count_partial(GOLD, predicted)) == (exact, partial)


def test_a_gold_span_lends_its_half_to_one_predicted_span_only():
    gold = {(0, 4, "METRIC"), (20, 24, "METRIC")}
    assert count_partial(gold, {(0, 2, "METRIC"), (2, 4, "METRIC")}) == Counts(0.5, 2, 2)
    assert count_partial({(0, 10, "METRIC"), (20, 24, "METRIC")}, {(0, 2, "METRIC"), (8, 21, "METRIC")}) == Counts(1, 2, 2)


@pytest.mark.parametrize(
    "counts, rates",
    [
        (Counts(1.5, 2, 3), {"p": 0.75, "r": 0.5, "f": 0.6, "gold": 3, "pred": 2}),
        (Counts(0, 0, 0), {"p": 0.0, "r": 0.0, "f": 0.0, "gold": 0, "pred": 0}),
        (Counts(0, 4, 0), {"p": 0.0, "r": 0.0, "f": 0.0, "gold": 0, "pred": 4}),
        (Counts(1, 3, 3), {"p": 0.3333, "r": 0.3333, "f": 0.3333, "gold": 3, "pred": 3}),
    ],
)
def test_rates_come_from_counts_and_are_zero_where_undefined(counts, rates):
    assert counts.rates() == rates


def test_counts_add_up_before_they_are_divided():
    pairs = {
        "a": [(parse_markup("{M1|税收}{V>M1|3亿元}"), parse_markup("{M1|税收}{V>M1|3亿元}"))],
        "b": [(parse_markup("{M1|税收}"), parse_markup("税{M1|收}")), (parse_markup("{M1|税收}"), parse_markup("税收"))],
    }
    scores = score_reports(pairs, resamples=0)
    assert scores["METRIC"] == {"p": 0.5, "r": 0.3333, "f": 0.4, "gold": 3, "pred": 2}
    assert scores["ALL"] == {"p": 0.6667, "r": 0.5, "f": 0.5714, "gold": 4, "pred": 3}
    assert scores["PARTIAL"] == {"p": 0.8333, "r": 0.625, "f": 0.7143, "gold": 4, "pred": 3}
    assert scores["LINK"]["f"] == 1.0 and scores["PROJECT"]["gold"] == 0


@pytest.mark.parametrize(
    "predicted, link, place_link",
    [
        ("{L1|青石县}{M1@L1|粮食产量}{V>M1|12万吨}", Counts(1, 1, 1), Counts(1, 1, 1)),
        ("{L1|青石县}{M1|粮食产量}{V|12万吨}", Counts(0, 0, 1), Counts(0, 0, 1)),
        ("{L1|青石县}{P1@L1|粮食产量}{V>P1|12万吨}", Counts(0, 1, 1), Counts(0, 1, 1)),
        ("{L1|青石县}粮食{M1@L1|产量}{V>M1|12万吨}", Counts(0, 1, 1), Counts(0, 1, 1)),
    ],
)
def test_a_link_is_right_when_both_spans_and_labels_are(predicted, link, place_link):
    counts = count_annotation(parse_markup("{L1|青石县}{M1@L1|粮食产量}{V>M1|12万吨}"), parse_markup(predicted))
    assert (counts["LINK"], counts["PLACE_LINK"]) == (link, place_link)


def random_annotation(draw, text, *, id):
    """A legal annotation with random flat spans and links."""
    cuts = sorted(draw.sample(range(len(text) + 1), draw.randrange(2, min(16, len(text)))))
    spans = [Span(n, draw.choice(current_scheme().labels), a, b) for n, (a, b) in enumerate(zip(cuts[::2], cuts[1::2], strict=False))]
    pairs = [Relation(a.id, b.id, kind) for a in spans for b in spans if (kind := relation_type(a.label, b.label))]
    return Annotation(text, tuple(spans), tuple(draw.sample(pairs, draw.randrange(len(pairs) + 1))), id)


def random_pairs(seed, reports=5, chunks=6):
    """Gold and a prediction that shares about half of it, by report."""
    draw = random.Random(seed)
    pairs = {}
    for report in range(reports):
        pairs[f"r{report}"] = []
        for chunk in range(chunks):
            gold = random_annotation(draw, f"{report}:{chunk}" + "粮食产量增长" * draw.randrange(3, 8), id=f"r{report}:{chunk}")
            predicted = gold if draw.random() < 0.4 else random_annotation(draw, gold.text, id=gold.id)
            pairs[f"r{report}"].append((gold, predicted))
    return pairs


@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
@pytest.mark.parametrize("seed", range(5))
def test_scores_equal_those_of_the_scorer_of_the_benchmark(seed):
    spec = importlib.util.spec_from_file_location("score", SHARED / "bench" / "score.py")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    pairs = random_pairs(seed)
    gold, predicted = ([annotation_to_row(pair[side]) for chunks in pairs.values() for pair in chunks] for side in (0, 1))
    theirs = scorer.score(gold, predicted)
    ours = score_reports(pairs, resamples=0)
    names = score_names()[:-1]  # it knows no links to places
    assert {name: ours[name] for name in names} == {name: theirs[name] for name in names}


@pytest.mark.parametrize("seed", range(4))
def test_the_interval_holds_the_score_and_is_the_same_each_time(seed):
    scores = score_reports(random_pairs(seed), resamples=300)
    for name in ("ALL", "LINK"):
        low, high = scores[name]["ci95"]
        assert 0 <= low <= scores[name]["f"] <= high <= 1 and low < high
    assert scores == score_reports(random_pairs(seed), resamples=300)


def test_the_interval_is_wider_where_reports_differ_more():
    alike = bootstrap_f([Counts(50, 100, 100)] * 8, 200, 0)
    apart = bootstrap_f([Counts(10, 100, 100), Counts(90, 100, 100)] * 4, 200, 0)
    assert alike == [0.5, 0.5] and apart[0] < 0.4 and apart[1] > 0.6


def test_one_report_has_no_interval():
    assert "ci95" not in score_reports(random_pairs(0, reports=1))["ALL"]


@given(st.integers(0, 10_000))
def test_an_annotation_scored_against_itself_is_perfect_and_order_does_not_matter(seed):
    draw = random.Random(seed)
    one, other = (random_annotation(draw, "粮食产量增长" * 4, id="r:1") for _ in range(2))
    counts = count_annotation(one, one)
    assert all(c.hit == c.predicted == c.gold for c in counts.values())
    ahead, back = count_annotation(one, other), count_annotation(other, one)
    for name in ahead:
        assert ahead[name].hit == back[name].hit <= min(ahead[name].predicted, ahead[name].gold)
    assert ahead["ALL"].hit <= ahead["PARTIAL"].hit
    assert span_keys(one) >= {key for pair in link_keys(one) | link_keys(one, places=True) for key in pair}


def test_rows_are_handed_out_labels_first():
    rows = []
    format_scores(score_reports(random_pairs(0), resamples=0), lambda name, row: rows.append(name))
    assert rows == ["METRIC", "VALUE", "PROJECT", "PLACE", "ALL", "PARTIAL", "LINK", "PLACE_LINK"]
