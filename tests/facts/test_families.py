"""Units → families, and which values fit which metrics."""

import pytest

from baoshu.facts.families import FAMILIES, families_of, fits


@pytest.mark.parametrize(
    "unit, families",
    [
        ("元", {"money"}),
        ("美元", {"money"}),
        ("元/人", {"money", "quotient"}),
        ("人次", {"people"}),
        ("户", {"people", "count"}),
        ("个", {"count"}),
        ("台(套)", {"count"}),
        ("%", {"ratio"}),
        ("百分点", {"ratio"}),
        ("亩", {"area"}),
        ("公里", {"length"}),
        ("吨标准煤", {"mass", "energy"}),
        ("千瓦时", {"energy"}),
        ("千瓦", {"power"}),
        ("个工作日", {"time"}),
        ("微克/立方米", {"density", "quotient"}),
        ("立方米/日", {"volume", "quotient"}),
        ("P", {"computing"}),
        ("PFlops", {"computing"}),
        ("类", {"class"}),
        ("标箱", {"containers"}),
        ("/10万", set()),
        ("", set()),
        ("连冠", set()),
    ],
)
def test_a_unit_belongs_to_its_families(unit, families):
    assert families_of(unit) == families <= set(FAMILIES)


@pytest.mark.parametrize(
    "families, unit, measure, expected",
    [
        (("people",), "元", "level", False),
        (("people",), "人", "level", True),
        (("money",), "%", "level", False),
        (("money",), "%", "growth", True),
        (("money",), "%", "share", True),
        (("money",), "位", "rank", True),
        (("money",), "百分点", "change", True),
        (("money",), "位", "change", True),
        (("money",), "人", "change", False),
        (("money",), "家", "increment", False),
        (("count", "area"), "平方米", "level", True),
        (("index",), "家", "level", False),
        (("index",), "", "level", True),
        (("money",), "连冠", "level", True),
        (("money",), "家", None, True),
    ],
)
def test_a_value_fits_a_metric_unless_its_unit_contradicts_it(families, unit, measure, expected):
    assert fits(families, unit, measure) is expected
