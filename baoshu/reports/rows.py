"""Reports as the rows of ``baoshu ingest``, and those that say the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from baoshu.errors import ReportError
from baoshu.files import sha256
from baoshu.types import Report


def report_row(report: Report) -> dict[str, Any]:
    """Return the row that ``baoshu ingest`` writes."""
    return asdict(report)


def report_from_row(row: dict[str, Any], where: str = "row") -> Report:
    """Read a row of ``baoshu ingest`` back; unknown keys are ignored.

    :raises ReportError: when report_id or text is missing, or a value is of the wrong type.
    """
    hint = "Write such rows with: baoshu ingest"
    for key in ("report_id", "text"):
        if not isinstance(row.get(key), str) or not row[key]:
            raise ReportError(where, f"{key} is {row.get(key)!r}", "a non-empty string", hint)
    values: dict[str, Any] = {key: row.get(key) for key in Report.__dataclass_fields__}
    for key, value in values.items():
        kind = int if key in ("year", "reported_year") else str
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            raise ReportError(where, f"{key} is {value!r}", "an integer or null" if kind is int else "a string or null", hint)
    return Report(**{**values, "text_sha256": sha256(row["text"]), "source": row.get("source") or where})


def equal_texts(reports: Iterable[Report]) -> Iterator[tuple[str, str]]:
    """Yield ``(report_id, id of an earlier report with the same text)``."""
    first: dict[str, str] = {}
    for report in reports:
        if report.text_sha256 in first:
            yield report.report_id, first[report.text_sha256]
        first.setdefault(report.text_sha256, report.report_id)
