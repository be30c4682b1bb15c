"""Surface names of metrics → ids of the registry."""

import unicodedata
from collections import Counter

import pytest

from baoshu.facts.names import metric_id, metrics, normalise_metric
from baoshu.types import MEASURES


@pytest.mark.parametrize(
    "name, expected",
    [
        ("地区生产总值", "地区生产总值"),
        ("GDP", "地区生产总值"),
        ("ＧＤＰ", "地区生产总值"),
        ("经济总量", "地区生产总值"),
        ("地区生产总值总量", "地区生产总值"),
        ("全市地区生产总值", "地区生产总值"),
        ("规上工业增加值", "规模以上工业增加值"),
        ("规模以上工业增加值", "规模以上工业增加值"),
        ("社零总额", "社会消费品零售总额"),
        ("城镇就业", "城镇新增就业"),
        ("专精特新小巨人企业", "专精特新“小巨人”企业"),
        ('国家级专精特新"小巨人"企业', "专精特新“小巨人”企业"),
        ("PM2.5 平均浓度", "PM2.5平均浓度"),
        ("R&D经费投入强度", "研发经费投入强度"),
        ("全社会研发经费投入强度", "研发经费投入强度"),
        ("工业增加值", None),
        ("粮食", None),
        ("", None),
        ("全市", None),
    ],
)
def test_names_of_one_metric_have_one_id(name, expected):
    assert metric_id(name) == expected


def test_every_name_of_the_registry_leads_to_its_metric():
    for metric in metrics().values():
        assert [metric_id(name) for name in (metric.metric_id, *metric.aliases)] == [metric.metric_id] * (1 + len(metric.aliases))


def test_no_name_belongs_to_two_metrics_and_none_stands_twice():
    names = Counter(name for metric in metrics().values() for name in (metric.metric_id, *metric.aliases))
    assert [name for name, count in names.items() if count > 1] == []


def test_the_registry_is_complete():
    assert len(metrics()) > 40
    assert {metric.measure for metric in metrics().values()} <= set(MEASURES)
    assert {metric.family for metric in metrics().values()} == {"money", "people", "ratio", "mass", "count", "density", "area"}


@pytest.mark.parametrize("name", ["全省规上　工业增加值", "“小巨人”企业", "ＰＭ２．５浓度"])
def test_normal_forms_are_stable(name):
    normal = normalise_metric(name)
    assert normalise_metric(normal) == normal == unicodedata.normalize("NFKC", normal)
