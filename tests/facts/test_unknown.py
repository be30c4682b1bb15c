"""Frequent metrics that the registry does not know."""

import pytest

from baoshu.facts.names import nearest_metric
from baoshu.facts.unknown import UnknownMetric, unknown_metrics


def row(subject, unit="家", report="a", kind="METRIC", metric_id=None):
    return {"report_id": report, "subject": subject, "subject_type": kind, "metric_id": metric_id, "unit": unit}


ROWS = [
    row("陶瓷窑炉", "座"),
    row("陶瓷 窑炉", "座", "b"),
    row("陶瓷窑炉", "条", "b"),
    row("陶瓷窑炉", "", "b"),
    row("龙舟赛", "场"),
    row("龙舟赛", "场"),
    row("花灯展", "场", "b"),
    row("花灯展", "场", "a"),
    row("青石水厂", "座", kind="PROJECT"),
    row("高新技术企业", metric_id="高新技术企业"),
    row("高新技术企业", "元"),
]


def test_unknown_metrics_are_counted_over_spellings_and_reports():
    found = unknown_metrics(ROWS, top=10)
    assert [(one.name, one.facts, one.reports, one.units) for one in found] == [
        ("陶瓷窑炉", 4, 2, ("座", "条")),
        ("花灯展", 2, 2, ("场",)),
        ("龙舟赛", 2, 1, ("场",)),
    ]


def test_only_the_most_frequent_are_returned():
    assert unknown_metrics(ROWS, top=2) == unknown_metrics(ROWS, top=10)[:2]
    assert unknown_metrics([], top=5) == []


def test_the_nearest_registered_metric_is_named():
    (one,) = unknown_metrics([row("光电子信息产业增加值", "%")], top=1)
    nearest, similarity = nearest_metric("光电子信息产业增加值")
    assert one == UnknownMetric("光电子信息产业增加值", 1, 1, ("%",), nearest, pytest.approx(similarity, abs=0.001))
    assert nearest == "电子信息制造业增加值"
    assert 0.6 < similarity < 1


def test_a_name_that_shares_nothing_has_no_nearest_metric():
    assert unknown_metrics([row("龘龘", "")], top=1) == [UnknownMetric("龘龘", 1, 1, (), None, 0.0)]
