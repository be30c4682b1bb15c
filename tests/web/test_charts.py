"""Charts: scales that hold what they show, marks where the figures are, text that stays text."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baoshu.web.charts import Point, Row, Series, dot_plot, line_chart, ticks
from baoshu.web.plots import Bar, Curve, bar_chart, curve_chart

HOSTILE = "<script>&\"'"


@pytest.mark.parametrize(
    "low, high, expected",
    [
        (0, 10, [0, 2, 4, 6, 8, 10]),
        (4.2, 7.9, [4, 5, 6, 7, 8]),
        (-3, 3, [-4, -2, 0, 2, 4]),
        (0, 0, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (5e11, 2.3e12, [5e11, 1e12, 1.5e12, 2e12, 2.5e12]),
    ],
)
def test_ticks_are_round_and_cover_the_range(low, high, expected):
    assert ticks(low, high) == expected


@given(st.floats(-1e13, 1e13), st.floats(0, 1e13))
def test_ticks_rise_and_cover_any_range(low, width):
    found = ticks(low, low + width)
    assert len(found) >= 2 and found == sorted(set(found))
    slack = 1e-6 * (found[-1] - found[0])
    assert found[0] <= low + slack and found[-1] >= low + width - slack


def test_a_line_joins_years_in_a_row_and_dots_over_gaps_and_leaves_targets_alone():
    points = [Point(2020, 1, "a"), Point(2021, 2, "b"), Point(2024, 3, "c"), Point(2025, 4, "d", hollow=True)]
    svg = ElementTree.fromstring(line_chart([Series("x", points)], "label", "%", width=600, height=300, tick_text=str))
    lines = [line for line in svg.iter("line") if line.get("stroke") == "#0072B2"]
    assert [line.get("stroke-dasharray") for line in lines] == [None, "2 4"]
    circles = {group.find("title").text: group.find("circle").get("fill") for group in svg.iter("g")}
    assert circles == {"a": "#0072B2", "b": "#0072B2", "c": "#0072B2", "d": "#fff"}


def test_points_stand_in_proportion():
    svg = ElementTree.fromstring(dot_plot([Row("r", [Point(value, 0, str(value)) for value in (0, 5, 10)])], "label", "%", width=600, tick_text=str))
    x = [float(circle.get("cx")) for circle in svg.iter("circle")]
    assert x[1] - x[0] == pytest.approx(x[2] - x[1], abs=0.11)


@pytest.mark.parametrize(
    "chart",
    [
        line_chart([Series(HOSTILE, [Point(2020, 1, HOSTILE, HOSTILE)])], HOSTILE, HOSTILE, width=600, height=300, tick_text=lambda _: HOSTILE),
        dot_plot([Row(HOSTILE, [Point(1, 0, HOSTILE, HOSTILE)])], HOSTILE, HOSTILE, width=600, tick_text=lambda _: HOSTILE),
        bar_chart([Bar(HOSTILE, 0.5, (0.4, 0.6), 0.7)], HOSTILE, other_name=HOSTILE),
        curve_chart([Curve(HOSTILE, [(1, 0.5), (2, 0.6)], [(0.4, 0.6), (0.5, 0.7)])], HOSTILE, x_text=lambda _: HOSTILE, y_text=lambda _: HOSTILE),
    ],
    ids=["lines", "dots", "bars", "curves"],
)
def test_texts_in_charts_are_escaped(chart):
    assert "<script" not in chart
    assert HOSTILE in {text for element in ElementTree.fromstring(chart).iter() for text in (element.text, element.get("aria-label"))}


def test_without_figures_there_is_no_chart():
    assert line_chart([], "", "", width=1, height=1, tick_text=str) == dot_plot([], "", "", width=1, tick_text=str) == curve_chart([], "") == ""


def test_a_bar_shows_its_value_its_interval_and_the_other_figure():
    chart = bar_chart([Bar("ALL", 0.5, (0.25, 0.75), 1.0)], "F1", width=156, other_name="annotators")
    svg = ElementTree.fromstring(chart)
    left, share = 16 + 7 * 3, 156 - (16 + 7 * 3) - 56
    assert svg.find("rect").get("width") == f"{share / 2:.1f}"
    assert f'x1="{left + share / 4:.1f}"' in chart and f'x2="{left + share * 3 / 4:.1f}"' in chart
    assert re.search(r"<title>annotators 1.000</title>", chart)
