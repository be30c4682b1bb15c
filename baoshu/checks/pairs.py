"""Facts of one report beside each other: the same name twice, growth beside levels, new beside all, goal beside now."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

from baoshu.checks.families import families
from baoshu.checks.finding import Finding, finding
from baoshu.checks.interval import contradict, interval
from baoshu.checks.placed import Placed
from baoshu.types import Fact

T = TypeVar("T")

_STATISTIC = re.compile(r"[^产业]{2,}(?:总额|总值|增加值|产值|产量|收入|支出|余额|面积|里程|人数|率|比例|强度)$")
_PART = re.compile(r"其中|中，?有|在建|开工|竣工|投产|投入使用|局部|力争|始发")
_TOTAL = re.compile(r"达|总|累计|共|拥有|保有|突破|超")
_COUNTED = frozenset({"count"})
_STEADY = frozenset({"money", "people", "ratio", "mass", "density"})
_FAR = 2.0
_NOT_COMPARABLE = 8.0


def check_pairs(placed: Sequence[Placed]) -> Iterator[Finding]:
    """Yield what contradicts itself between the facts of one report; numbers of a part of the year are left out."""
    yearly = [one for one in placed if not one.part_of_year]
    yield from _two_values_of_a_subject(yearly)
    yield from _two_values_of_a_metric([one.fact for one in yearly if _is_whole(one)])
    yield from _growth_of_levels([one.fact for one in yearly])
    yield from _new_and_all(yearly)
    yield from _far_targets([one.fact for one in yearly])


def _grouped(items: Iterable[T], key: Callable[[T], Hashable | None]) -> list[list[T]]:
    """Return the groups of two or more with the same key that is not None."""
    groups: dict[Hashable, list[T]] = defaultdict(list)
    for item in items:
        found = key(item)
        if found is not None:
            groups[found].append(item)
    return [group for group in groups.values() if len(group) > 1]


def _metric(fact: Fact) -> str | None:
    """Return what two facts of one metric share: its id, or an exact name that is a statistic's."""
    return fact.metric_id or (fact.subject if _STATISTIC.search(fact.subject) else None)


def _is_whole(one: Placed) -> bool:
    """Tell whether a number is that of the whole metric; of counted things several numbers stand in a report (建成3所, 改造5所) unless 总数 or 达到 is said."""
    if one.fact.measure == "level" and _COUNTED.issuperset(families(one.fact)):
        return bool(_STATISTIC.search(one.fact.subject) or _TOTAL.search(one.before))
    return one.fact.measure in ("level", "growth") or (one.fact.measure == "increment" and "people" in families(one.fact))


def _values(facts: Iterable[Fact]) -> str:
    return "、".join(dict.fromkeys(fact.value for fact in sorted(facts, key=lambda fact: fact.start)))


def _two_values_of_a_subject(placed: Sequence[Placed]) -> Iterator[Finding]:
    """Find subjects that one place of the text links to numbers of one meaning; subjects with the same numbers make one finding."""
    by_values: dict[tuple[int, ...], list[Fact]] = defaultdict(list)
    said = [one for one in placed if one.fact.measure != "change"]
    for group in _grouped(said, lambda one: (one.fact.subject_start, one.fact.measure, one.fact.status, one.fact.period, one.fact.unit)):
        facts = [one.fact for number, one in enumerate(group) if not (number and _PART.search(one.before))]
        if contradict(facts):
            by_values[tuple(fact.start for fact in facts)].extend(facts)
    for facts in by_values.values():
        names = "”“".join(dict.fromkeys(fact.subject for fact in facts))
        yield finding(
            "subject_with_two_values",
            facts,
            f"同一处“{names}”带着不同的数：{_values(facts)}。可能是“分别”没有对上、数连错了名称，或一个名称合指几件事。",
        )


def _two_values_of_a_metric(facts: Sequence[Fact]) -> Iterator[Finding]:
    for group in _grouped(facts, lambda f: (m, f.place, f.period, f.measure, f.status, f.unit) if (m := _metric(f)) else None):
        first_of_each_place = list({fact.subject_start: fact for fact in reversed(group)}.values())
        if contradict(first_of_each_place):
            when = f"{group[0].period}年" if group[0].period else ""
            yield finding("metric_with_two_values", group, f"{group[0].place or ''}“{group[0].subject}”{when}有不同的数：{_values(group)}。")


def _growth_of_levels(facts: Sequence[Fact]) -> Iterator[Finding]:
    """Compare a growth with the levels of its year and the year before; prices may make them differ by some points."""
    actual = [fact for fact in facts if fact.status == "actual" and _year(fact) and fact.measure in ("level", "growth")]
    for group in _grouped(actual, lambda f: (m, f.place) if (m := _metric(f)) else None):
        levels = {(_year(fact), fact.unit): fact for fact in group if fact.measure == "level" and fact.number}
        for growth in (fact for fact in group if fact.measure == "growth" and fact.unit == "%"):
            stated = interval(growth)
            for (year, unit), level in levels.items():
                before = levels.get((year - 1, unit))
                if stated is None or before is None or year != _year(growth):
                    continue
                grown = ((level.number or 0) / (before.number or 1) - 1) * 100
                if not stated.low - _NOT_COMPARABLE <= grown <= stated.high + _NOT_COMPARABLE:
                    yield finding(
                        "growth_against_levels", [before, level, growth],
                        f"“{growth.subject}”{year - 1}年{before.value}、{year}年{level.value}，算来增长{grown:.1f}%，原文增速是{growth.value}。",
                    )  # fmt: skip


def _new_and_all(placed: Sequence[Placed]) -> Iterator[Finding]:
    new = [one.fact for one in placed if one.fact.measure == "increment" and one.fact.status == "actual"]
    totals = [one.fact for one in placed if one.fact.measure == "level" and one.fact.status == "actual" and _TOTAL.search(one.before)]
    for group in _grouped([*new, *totals], lambda f: (f.metric_id or f.subject, f.place, f.period, f.unit)):
        most, total = (
            max((f for f in group if f.measure == measure), key=lambda f: f.number or 0, default=None) for measure in ("increment", "level")
        )
        if most and total and (added := interval(most)) and (size := interval(total)) and added.low > size.high:
            yield finding("increment_over_level", [most, total], f"“{most.subject}”新增{most.value}，总量却只有{total.value}。")


def _far_targets(facts: Sequence[Fact]) -> Iterator[Finding]:
    """Compare a goal with the year before it; what is built each year (管网, 学位) rises and falls freely and is left out."""
    sized = [f for f in facts if f.measure in ("level", "increment") and f.number and _year(f) and _STEADY.issuperset(families(f))]
    for group in _grouped(sized, lambda f: (m, f.place, f.unit, f.measure) if (m := _metric(f)) else None):
        for goal in (fact for fact in group if fact.status == "target"):
            for now in (fact for fact in group if fact.status == "actual" and _year(fact) == _year(goal) - 1):
                ratio = (goal.number or 0) / (now.number or 1)
                if (ratio < 1 / _FAR and goal.bound != "at_most") or (ratio > _FAR and goal.bound != "at_least"):
                    yield finding(
                        "target_far_from_actual", [now, goal],
                        f"“{goal.subject}”{_year(now)}年完成{now.value}，{_year(goal)}年目标{goal.value}，相差一倍以上。",
                    )  # fmt: skip


def _year(fact: Fact) -> int:
    """Return the year of a fact, 0 when it speaks of several or of an unknown one."""
    return int(fact.period) if fact.period and "/" not in fact.period else 0
