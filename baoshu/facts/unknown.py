"""Frequent metrics that the registry does not know: what its next edition could take in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from baoshu.facts.names import metric_id, nearest_metric, normalise_metric
from baoshu.types import Fact

_UNITS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class UnknownMetric:
    """A name without an id: its most common spelling, how many facts and reports have it, its units, most common first.

    ``nearest`` is the id of the registered metric with the nearest name and ``similarity`` the cosine of the two; None and 0 when no
    registered name shares a character with it.
    """

    name: str
    facts: int
    reports: int
    units: tuple[str, ...]
    nearest: str | None
    similarity: float


def unknown_metrics(facts: Iterable[Fact], *, top: int) -> list[UnknownMetric]:
    """Count the METRIC subjects whose names the registry does not know, most frequent first.

    A name that the registry knows by now, or has no id for a single value because of its unit, is left out.
    """
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    units: dict[str, Counter[str]] = defaultdict(Counter)
    reports: dict[str, set[str]] = defaultdict(set)
    for fact in facts:
        name = fact.subject
        if name and fact.subject_type == "METRIC" and not fact.metric_id and metric_id(name) is None:
            normal = normalise_metric(name)
            spellings[normal][name] += 1
            units[normal][fact.unit] += 1
            reports[normal].add(fact.report_id)
    ordered = sorted(spellings, key=lambda normal: (-spellings[normal].total(), -len(reports[normal]), normal))
    return [_describe(spellings[normal], units[normal], len(reports[normal])) for normal in ordered[:top]]


def _describe(spellings: Counter[str], units: Counter[str], reports: int) -> UnknownMetric:
    name = min(spellings, key=lambda spelling: (-spellings[spelling], spelling))
    common = sorted((unit for unit in units if unit), key=lambda unit: (-units[unit], unit))[:_UNITS_SHOWN]
    nearest, similarity = nearest_metric(name) or (None, 0.0)
    return UnknownMetric(name, spellings.total(), reports, tuple(common), nearest, round(similarity, 3))
