"""由X提高到Y beside its verb and the change said with it; a level beside its own change and growth."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from baoshu.checks.finding import Finding, finding
from baoshu.checks.interval import Interval, interval
from baoshu.checks.placed import DOWN, UP, Placed
from baoshu.types import Fact

_TO = re.compile(rf"(?:以上|以下|左右)?，?[^，。；、]{{0,8}}?(?:(?P<down>{DOWN})|(?P<up>{UP}))(?:到|至|为|成)[^，。；、]{{0,8}}")
_YEARLY = re.compile(r"年(?:平)?均")
_GRADES = ("类", "级", "位", "名")
_SLACK = 1.0


def check_changes(placed: Sequence[Placed]) -> Iterator[Finding]:
    """Yield pairs that go against their verb, and changes and growths that do not follow from the numbers beside them."""
    by_subject: dict[tuple[int, int], list[Placed]] = defaultdict(list)
    for one in placed:
        by_subject[one.fact.subject_start, one.start - one.fact.start].append(one)
    for group in by_subject.values():
        pair = _from_to(group)
        if pair is None:
            yield from _check_own_change([one.fact for one in group])
        else:
            start, end, way = pair
            yield from _check_way(start.fact, end.fact, way)
            yield from _check_difference(start.fact, end.fact, [one for one in group if one.start > end.start])


def _from_to(group: Sequence[Placed]) -> tuple[Placed, Placed, str] | None:
    """Return X, Y and the way of the verb, ``up`` or ``down``, when two values of a subject are 由X提高到Y."""
    for start, end in pairwise(group):
        between = _TO.fullmatch(start.fact.sentence, start.start + len(start.fact.value), end.start)
        if between and start.starts_change and start.fact.unit == end.fact.unit:
            return start, end, "up" if between["up"] else "down"
    return None


def _check_way(start: Fact, end: Fact, way: str) -> Iterator[Finding]:
    first, last = _size(start), _size(end)
    if first is None or last is None or end.unit in _GRADES or "rank" in (start.measure, end.measure):
        return
    if (way == "up" and last.high < first.low) or (way == "down" and last.low > first.high):
        word = "上升" if way == "up" else "下降"
        yield finding("change_against_levels", [start, end], f"“{end.subject}”由{start.value}到{end.value}，原文却说是{word}。")


def _check_difference(start: Fact, end: Fact, later: Sequence[Placed]) -> Iterator[Finding]:
    first, last = _size(start), _size(end)
    if first is None or last is None or first.low <= 0 or end.unit in _GRADES:
        return
    for one in later:
        said, stated = one.fact, interval(one.fact)
        if stated is None or _YEARLY.search(one.since_subject):
            continue
        points = end.unit == "%" and said.unit in ("%", "百分点")
        if said.measure == "change" and (points or said.unit == end.unit):
            moved = Interval(last.low - first.high, last.high - first.low)
        elif said.measure == "growth" and said.unit == "%" and not points:
            moved = Interval((last.low / first.high - 1) * 100 - _SLACK, (last.high / first.low - 1) * 100 + _SLACK)
        else:
            continue
        if not stated.meets(moved):
            yield finding("change_against_levels", [start, end, said], f"“{end.subject}”由{start.value}到{end.value}，与{_moved(said)}对不上。")


def _check_own_change(facts: Sequence[Fact]) -> Iterator[Finding]:
    """Check that a level, the change that led to it and its growth agree: 达到110万吨、增加10万吨、增长10%."""
    by_measure = {fact.measure: fact for fact in facts}
    level, change, growth = (by_measure.get(measure) for measure in ("level", "change", "growth"))
    if len(facts) != 3 or level is None or change is None or growth is None or level.unit != change.unit or growth.unit != "%":
        return
    size, moved, stated = _size(level), interval(change), interval(growth)
    if size is None or moved is None or stated is None or size.low <= moved.high:
        return
    grown = sorted(by / (whole - by) * 100 for by in (moved.low, moved.high) for whole in (size.low, size.high))
    if not stated.meets(Interval(grown[0] - _SLACK, grown[-1] + _SLACK)):
        yield finding("change_against_levels", facts, f"“{level.subject}”达到{level.value}，{_moved(change)}与{_moved(growth)}对不上。")


def _size(fact: Fact) -> Interval | None:
    return None if fact.direction == "down" else interval(fact)


def _moved(fact: Fact) -> str:
    if fact.measure == "change":
        return ("减少" if fact.direction == "down" else "增加") + fact.value
    return ("下降" if fact.direction == "down" else "增长") + fact.value
