"""Corrections by hand: kept beside the facts with the text they were made on, so that an extraction neither loses nor misapplies them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite
from typing import Any, get_args

from baoshu.errors import BaoshuError, StoreError
from baoshu.facts.names import metrics
from baoshu.store.database import transaction
from baoshu.types import BOUNDS, MEASURES, STATUSES, Direction

_TEXTS = ("report_id", "subject", "value", "sentence")
_KEY = 'fact_id = ? AND "value" = ? AND subject = ?'


@dataclass(frozen=True, slots=True)
class Correction:
    """What someone found of one fact: columns with their right values, or that it is no fact; None leaves that as it was."""

    fact_id: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    rejected: bool | None = None
    note: str | None = None


def parse_change(column: str, text: str) -> Any:
    """Return the value that a text gives a column; an empty text is null, or no unit.

    :raises StoreError: for a column that cannot be corrected, and a text that does not fit it.
    """
    if column not in _PARSERS:
        raise StoreError(column, "a column that cannot be corrected", "one of " + " ".join(CORRECTABLE))
    text = text.strip()
    if not text and column in _EMPTY:
        return _EMPTY[column]
    expected, parse = _PARSERS[column]
    value = parse(text)
    if value is None:
        raise StoreError(column, f"is {text!r}", expected)
    return value


def unknown_metric(correction: Correction) -> str | None:
    """Return the metric that a correction names and the registry does not know."""
    name = correction.changes.get("metric_id")
    return name if name is not None and name not in metrics() else None


def correct(connection: Any, corrections: Iterable[Correction], failures: list[BaoshuError] | None = None) -> int:
    """Store corrections in one transaction; returns their number.

    A correction adds to what was corrected of the same fact before: later values win, a rejection drops the values, and
    values take a rejection back.

    :param failures: Takes an error for each correction that cannot be stored; without it the first one ends all.
    :raises StoreError: when there is no such fact, or a range ends below its start; nothing is stored then.
    """
    count = 0
    with transaction(connection):
        for correction in corrections:
            try:
                _store(connection, correction)
                count += 1
            except StoreError as error:
                if failures is None:
                    raise
                failures.append(error)
    return count


def undo(connection: Any, fact_id: str) -> int:
    """Forget what was corrected of a fact, orphaned corrections too; returns how many there were."""
    with transaction(connection):
        return len(connection.execute("DELETE FROM corrections WHERE fact_id = ? RETURNING fact_id", [fact_id]).fetchall())


def reattach(connection: Any) -> int:
    """Move each orphaned correction to its candidate, the one fact of the report that reads the same; returns their number."""
    with transaction(connection):
        found = connection.execute('SELECT candidate, fact_id, "value", subject FROM corrections_checked WHERE candidate IS NOT NULL').fetchall()
        for values in found:
            connection.execute(f"UPDATE corrections SET fact_id = ? WHERE {_KEY}", list(values))
    return len(found)


def _store(connection: Any, correction: Correction) -> None:
    fact = _row(connection, f"SELECT {_listed(_TEXTS)}, number, number_high FROM facts WHERE fact_id = ?", [correction.fact_id])
    if fact is None:
        where, hint = f"fact {correction.fact_id}", 'Find the id with: baoshu query DB "SELECT fact_id, sentence FROM facts WHERE …"'
        raise StoreError(where, "no such fact", "the fact_id of a fact in the database", hint)
    key = [correction.fact_id, fact["value"], fact["subject"]]
    before = _row(connection, f"SELECT * FROM corrections WHERE {_KEY}", key) or {"columns": [], "rejected": False, "note": None}
    changes = {} if correction.rejected else {name: before[name] for name in before["columns"]} | dict(correction.changes)
    low, high = (changes.get(name, fact[name]) for name in ("number", "number_high"))
    if high is not None and (low is None or high < low):
        raise StoreError(f"fact {correction.fact_id}", f"a range from {low} to {high}", "number_high above number", "Set both, or number_high=")
    row = {name: fact[name] for name in _TEXTS} | changes
    row |= {
        "fact_id": correction.fact_id,
        "rejected": before["rejected"] and not correction.changes if correction.rejected is None else correction.rejected,
        "columns": [name for name in CORRECTABLE if name in changes],
        "note": correction.note if correction.note is not None else before["note"],
        "corrected_at": datetime.now(UTC).replace(tzinfo=None, microsecond=0),
    }
    connection.execute(f"DELETE FROM corrections WHERE {_KEY}", key)
    connection.execute(f"INSERT INTO corrections ({_listed(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _row(connection: Any, sql: str, values: list[Any]) -> dict[str, Any] | None:
    cursor = connection.execute(sql, values)
    names, rows = [one[0] for one in cursor.description], cursor.fetchall()
    return dict(zip(names, rows[0], strict=True)) if rows else None


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", "").replace("，", ""))
    except ValueError:
        return None
    return number if isfinite(number) and number >= 0 else None


def _period(text: str) -> str | None:
    match = re.fullmatch(r"(\d{4})(?:/(\d{4}))?", text)
    return text if match and int(match[1]) < int(match[2] or "9999") else None


def _one_of(words: Iterable[str]) -> tuple[str, Callable[[str], str | None]]:
    listed = tuple(words)
    return "one of " + " ".join(listed), lambda text: text if text in listed else None


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split("/") if word.strip()]


_TEXT: tuple[str, Callable[[str], str | None]] = ("a text", lambda text: text)
_PARSERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "metric_id": _TEXT,
    "number": ("a number from 0 on, 万 and 亿 written out; the sign is direction, the unit is unit", _number),
    "number_high": ("a number from 0 on, 万 and 亿 written out", _number),
    "unit": _TEXT,
    "measure": _one_of(MEASURES),
    "direction": _one_of(get_args(Direction)),
    "bound": _one_of(BOUNDS),
    "status": _one_of(STATUSES),
    "period": ("a year as 2025, or years as 2021/2025", _period),
    "place": _TEXT,
    "places": ("names of places with / between them", _words),
    "adcode": ("six digits", lambda text: text if re.fullmatch(r"\d{6}", text) else None),
}
CORRECTABLE = tuple(_PARSERS)
_EMPTY: dict[str, Any] = dict.fromkeys(("metric_id", "number", "number_high", "direction", "period", "place", "adcode")) | {"unit": "", "places": []}
