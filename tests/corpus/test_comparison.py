"""Intervals, paired differences, calibration."""

import pytest

from baoshu.annotate.markup import parse_markup
from baoshu.corpus.comparison import calibration, intervals, mean_agreement, paired_differences, wilson
from baoshu.corpus.evaluation import Prediction, Predictions
from baoshu.evaluate import Counts, score_names

GOLD = parse_markup("{M1|粮食产量}{V>M1|12万吨}")
LINK = ((4, 8, "VALUE"), (0, 4, "METRIC"))


def counts(*hits):
    return {f"r{n}": dict.fromkeys(score_names(), Counts(hit, 10, 10)) for n, hit in enumerate(hits)}


def test_scores_have_an_interval_over_reports_of_more_than_one():
    found = intervals(counts(5, 9))
    assert found["ALL"] == {"p": 0.7, "r": 0.7, "f": 0.7, "gold": 20, "pred": 20, "ci95": [0.5, 0.9]}
    assert "ci95" not in intervals(counts(5))["ALL"]


def test_a_difference_is_of_the_same_reports_drawn_for_both():
    found = paired_differences(counts(5, 7, 9), counts(6, 8, 10))["LINK"]
    assert found == {"first": 0.7, "second": 0.8, "difference": 0.1, "ci95": [0.1, 0.1]}  # every report gains the same
    assert paired_differences(counts(5, 7, 9), counts(5, 7, 9))["ALL"]["ci95"] == [0, 0]
    with pytest.raises(ValueError, match="not scored on the same reports"):
        paired_differences(counts(5), counts(5, 6))


def test_calibration_counts_links_by_what_was_said_of_them():
    wrong = parse_markup("{M1|粮食产量}{V|12万吨}")
    chunks = [
        Prediction(GOLD, GOLD, {LINK: 0.96}),
        Prediction(GOLD, GOLD, {LINK: 0.96}),
        Prediction(wrong, GOLD, {LINK: 0.96}),
        Prediction(wrong, GOLD, {LINK: 0.4}),
    ]
    found = calibration(Predictions("test", {"r": chunks}, 1.0))
    assert [(one["low"], one["high"], one["links"], one["confidence"], one["right"]) for one in found["bins"]] == [
        (0.3, 0.5, 1, 0.4, 0.0),
        (0.95, 0.99, 3, 0.96, 0.6667),
    ]
    assert (found["links"], found["ece"]) == (4, pytest.approx((0.4 + 3 * (0.96 - 2 / 3)) / 4, abs=1e-4))
    assert calibration(Predictions("test", {"r": [Prediction(GOLD, GOLD, {})]}, 1.0)) == {"bins": [], "links": 0, "ece": None}


@pytest.mark.parametrize(
    "share, count, expected", [(0.5, 10, [0.2366, 0.7634]), (0.0, 10, [0.0, 0.2775]), (1.0, 10, [0.7225, 1.0]), (0.9, 100, [0.8256, 0.9448])]
)
def test_wilson_intervals(share, count, expected):
    assert wilson(share, count) == expected


def test_agreement_over_rounds_is_weighted_by_what_was_marked():
    rounds = {
        "a": {"ALL": {"f": 0.9, "gold": 10, "pred": 10}},
        "b": {"ALL": {"f": 0.8, "gold": 30, "pred": 30}, "LINK": {"f": 1.0, "gold": 1, "pred": 1}},
    }
    assert mean_agreement(rounds) == {"ALL": 0.825, "LINK": 1.0}
