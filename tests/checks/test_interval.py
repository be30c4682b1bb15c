"""What a written value allows its number to be."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_fact import PLAIN, fact_in

from baoshu.checks.interval import Interval, contradict, interval, written_step


def said(value, **columns):
    return fact_in(f"税收{value}。", "税收", value, **columns)


@pytest.mark.parametrize(
    "value, step",
    [
        ("1.36万亿元", 1e10), ("13600亿元", 1e8), ("6%", 1), ("6.1%", 0.1), ("6.10%", 0.01), ("１２亿元", 1e8), ("1,200元", 1), ("0.0元", 0.1), ("八成", 10), ("十二家", 0),
        ("1/3", 1 / 3), ("2～3家", 1),
    ],
)  # fmt: skip
def test_the_last_written_digit_has_a_worth(value, step):
    assert written_step(said(value)) == pytest.approx(step)


@pytest.mark.parametrize(
    "value, columns, low, high",
    [
        ("6.1%", {}, 6.05, 6.15),
        ("2～3家", {}, 1.5, 3.5),
        ("6.1%", {"direction": "down"}, -6.15, -6.05),
        ("100家", {"bound": "over"}, 99.5, 200),
        ("100家", {"bound": "at_least"}, 99.5, 200),
        ("100家", {"bound": "under"}, 50, 100.5),
        ("100家", {"bound": "at_most"}, 50, 100.5),
        ("100家", {"bound": "about"}, 94.5, 105.5),
        ("十二家", {}, 12, 12),
    ],
)
def test_bound_and_direction_make_the_interval(value, columns, low, high):
    found = interval(said(value, **columns))
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


def test_a_value_without_a_number_allows_nothing_and_contradicts_nothing():
    none = replace(PLAIN, number=None)
    assert interval(none) is None and not contradict([none, PLAIN])


@pytest.mark.parametrize(
    "one, other, contradictory",
    [
        (said("1.36万亿元"), said("13600亿元"), False),
        (said("1.36万亿元"), said("13617亿元"), False),
        (said("1.36万亿元"), said("13700亿元"), True),
        (said("6%"), said("6.4%"), False),
        (said("6.0%"), said("6.4%"), True),
        (said("1200亿元", bound="over"), said("1263亿元"), False),
        (said("1200亿元", bound="over"), said("1163亿元"), True),
        (said("1200亿元", bound="over"), said("14万亿元", bound="over"), True),
        (said("3%", direction="up"), said("3%", direction="down"), True),
    ],
)
def test_numbers_contradict_beyond_rounding_and_bounds(one, other, contradictory):
    assert contradict([one, other]) is contradict([other, one]) is contradictory


@given(st.floats(0, 1e12), st.floats(0, 1e12), st.floats(0, 1e6))
def test_intervals_meet_when_a_number_lies_in_both(low, length, by):
    one = Interval(low, low + length)
    assert one.meets(one) and one.meets(Interval(low + length, low + length + by)) and one.meets(Interval(low - by, low))
    assert not one.meets(Interval(low + length + max(1, low + length), low + length + max(2, 2 * (low + length))))
