"""Facts against gold facts: each column over the facts found, whole rows over all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from baoshu.corpus.gold_facts import GoldFact
from baoshu.evaluate import Counts, bootstrap_f
from baoshu.types import Fact

COLUMNS = ("number", "number_high", "unit", "measure", "direction", "bound", "status", "period", "place")
ROW = ("number", "unit", "measure", "direction", "bound", "status", "period")
_NUMBERS = ("number", "number_high")
_TOLERANCE = 1e-3

Pair = tuple[GoldFact, Fact | None]


def by_link(gold: Iterable[GoldFact], facts: Iterable[Fact]) -> list[Pair]:
    """Pair each gold fact with the fact of the same value and the same subject."""
    found = {(fact.start, fact.end, fact.subject_start, fact.subject_end): fact for fact in facts}
    return [(one, found.get(one.link)) for one in gold]


def by_value(gold: Iterable[GoldFact], facts: Iterable[Fact]) -> list[Pair]:
    """Pair each gold fact with the first fact that covers the same characters, whatever its subject."""
    found: dict[tuple[int, int], Fact] = {}
    for fact in facts:
        found.setdefault((fact.start, fact.end), fact)
    return [(one, found.get((one.start, one.end))) for one in gold]


def wrong_columns(gold: GoldFact, fact: Fact, columns: Sequence[str] = COLUMNS) -> list[str]:
    """Return the columns in which a fact differs from gold; numbers may differ by a thousandth, or by 0.001 below 1."""
    return [column for column in columns if not _same(column, getattr(gold, column), getattr(fact, column))]


def _same(column: str, gold: Any, read: Any) -> bool:
    if column in _NUMBERS and gold is not None and read is not None:
        return bool(abs(read - gold) <= _TOLERANCE * max(1.0, abs(gold)))
    return bool(gold == read)


@dataclass(frozen=True, slots=True)
class _Tally:
    gold: int
    found: int
    rows: int
    columns: Counter[str]


def _tally(pairs: Sequence[Pair]) -> _Tally:
    found = [(gold, fact) for gold, fact in pairs if fact is not None]
    columns = Counter(column for gold, fact in found for column in set(COLUMNS) - set(wrong_columns(gold, fact)))
    return _Tally(len(pairs), len(found), sum(not wrong_columns(gold, fact, ROW) for gold, fact in found), columns)


def score_facts(pairs: Mapping[str, Sequence[Pair]], *, resamples: int = 1000, seed: int = 0) -> dict[str, Any]:
    """Score the pairs of each report.

    ``found`` is the share of gold with a fact, ``columns`` the shares right among those; ``right`` counts the gold whose
    number, unit, measure, direction, bound, status and period are all right, ``row`` is their share of all gold and ``ci95``
    its interval by report.
    """
    tallies = [_tally(of_report) for of_report in pairs.values()]
    gold, found, rows = (sum(getattr(one, name) for one in tallies) for name in ("gold", "found", "rows"))
    right = sum((one.columns for one in tallies), Counter[str]())
    result: dict[str, Any] = {
        "reports": len(tallies), "gold": gold, "found": _share(found, gold),
        "columns": {column: _share(right[column], found) for column in COLUMNS}, "right": rows, "row": _share(rows, gold),
    }  # fmt: skip
    if resamples and len(tallies) > 1:
        result["ci95"] = bootstrap_f([Counts(one.rows, one.gold, one.gold) for one in tallies], resamples, seed)
    return result


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def fact_errors(setting: str, pairs: Iterable[Pair]) -> list[dict[str, Any]]:
    """Return a row for each gold fact that was not found or differs in a column."""
    named = ("report_id", "chunk_id", "start", "end", "value", "subject")
    rows = []
    for gold, fact in pairs:
        wrong = [] if fact is None else wrong_columns(gold, fact)
        if fact is None or wrong:
            columns = {column: {"gold": getattr(gold, column), "read": getattr(fact, column)} for column in wrong}
            where = {name: getattr(gold, name) for name in named}
            rows.append({"setting": setting, **where, "found": fact is not None, "columns": columns, "sentence": fact.sentence if fact else None})
    return rows
