"""Frequent metrics that the registry does not know."""

from dataclasses import replace

import pytest
from plain_fact import PLAIN

from baoshu.facts.names import nearest_metric
from baoshu.facts.unknown import UnknownMetric, unknown_metrics


def fact(subject, unit="家", report="a", kind="METRIC", metric_id=None):
    return replace(PLAIN, report_id=report, subject=subject, subject_type=kind, metric_id=metric_id, unit=unit)


FACTS = [
    fact("陶瓷窑炉", "座"),
    fact("陶瓷 窑炉", "座", "b"),
    fact("陶瓷窑炉", "条", "b"),
    fact("陶瓷窑炉", "", "b"),
    fact("龙舟赛", "场"),
    fact("龙舟赛", "场"),
    fact("花灯展", "场", "b"),
    fact("花灯展", "场", "a"),
    fact("青石水厂", "座", kind="PROJECT"),
    fact("高新技术企业", metric_id="高新技术企业"),
    fact("高新技术企业", "元"),
]


def test_unknown_metrics_are_counted_over_spellings_and_reports():
    found = unknown_metrics(FACTS, top=10)
    assert [(one.name, one.facts, one.reports, one.units) for one in found] == [
        ("陶瓷窑炉", 4, 2, ("座", "条")),
        ("花灯展", 2, 2, ("场",)),
        ("龙舟赛", 2, 1, ("场",)),
    ]


def test_only_the_most_frequent_are_returned():
    assert unknown_metrics(FACTS, top=2) == unknown_metrics(FACTS, top=10)[:2]
    assert unknown_metrics([], top=5) == []


def test_the_nearest_registered_metric_is_named():
    (one,) = unknown_metrics([fact("光电子信息产业增加值", "%")], top=1)
    nearest, similarity = nearest_metric("光电子信息产业增加值")
    assert one == UnknownMetric("光电子信息产业增加值", 1, 1, ("%",), nearest, pytest.approx(similarity, abs=0.001))
    assert nearest == "电子信息制造业增加值"
    assert 0.6 < similarity < 1


def test_a_name_that_shares_nothing_has_no_nearest_metric():
    assert unknown_metrics([fact("龘龘", "")], top=1) == [UnknownMetric("龘龘", 1, 1, (), None, 0.0)]
