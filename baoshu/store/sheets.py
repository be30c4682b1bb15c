"""A sheet that someone edited in Excel or WPS → the corrections that were made in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from baoshu.errors import BaoshuError, ReportError, StoreError
from baoshu.reports.decode import decode
from baoshu.store.columns import headers
from baoshu.store.corrections import CORRECTABLE, Correction, parse_change
from baoshu.store.files import batches, flat, unguarded

Row = tuple[int, dict[str, str]]
# What must be as it was when the sheet was written: a fact read anew may have other values than those that nobody touched.
_UNCHANGED = ("report_id", "subject", "sentence", "model")
_TRUTH = dict.fromkeys(("是", "1", "true", "yes", "y", "x", "√"), True) | dict.fromkeys(("", "否", "0", "false", "no", "n"), False)


def read_sheet_corrections(connection: Any, path: Path, failures: list[BaoshuError]) -> Iterator[Correction]:
    """Yield a correction for each row of a CSV or XLSX file that differs from the database.

    The file is an export of ``facts_reviewed``, or of ``corrections``, where the column ``columns`` names those to be looked
    at. Headers are Chinese or the names of the columns; columns may be missing, others are ignored. A number that a
    spreadsheet showed rounded counts as untouched.

    :param failures: Takes an error for each row with a change that cannot be used.
    :raises StoreError: for a file that cannot be read or has no column ``fact_id``.
    """
    for batch in batches(_rows(path)):
        ids = [row["fact_id"] for _, row in batch]
        cursor = connection.execute("SELECT * FROM facts_reviewed WHERE fact_id IN (SELECT unnest(?))", [ids])
        names = [one[0] for one in cursor.description]
        facts = {fact["fact_id"]: fact for fact in (dict(zip(names, row, strict=True)) for row in cursor.fetchall())}
        for number, row in batch:
            try:
                correction = _correction(row, facts.get(row["fact_id"]))
            except StoreError as error:
                failures.append(StoreError(f"{path}:{number}", f"{error.where}: {error.what}", error.expected, error.hint))
            else:
                if correction is not None:
                    yield correction


def _correction(row: dict[str, str], fact: dict[str, Any] | None) -> Correction | None:
    where = f"fact {row['fact_id']}"
    if fact is None:
        raise StoreError(where, "no such fact", "a fact of the database", "If its report was read anew with another text, export a new sheet.")
    named = {name.strip() for name in row["columns"].split("/")} if "columns" in row else row.keys()
    edited = [name for name in CORRECTABLE if name in row and name in named and not _same(row[name], fact[name])]
    rejected = _truth(row["rejected"]) if "rejected" in row else fact["rejected"]
    note = row.get("note", "").strip()
    if not edited and rejected == fact["rejected"] and note in ("", fact["note"]):
        return None
    for name in _UNCHANGED:
        if row.get(name, fact[name]) != fact[name]:
            what = f"{name} is {row[name][:60]!r} in the sheet and {fact[name][:60]!r} in the database"
            raise StoreError(where, what, "the fact as it was exported", "Save as CSV UTF-8 or XLSX, or export a new sheet.")
    changes = {name: parse_change(name, row[name]) for name in edited}
    return Correction(fact["fact_id"], changes, None if rejected == fact["rejected"] else rejected, note or None)


def _same(text: str, value: Any) -> bool:
    """Tell whether a cell shows a value, also in the way of a spreadsheet: 1.23457E+11, or ten digits."""
    if not isinstance(value, float):
        return text == (flat(value) or "")
    try:
        shown = float(text.replace(",", ""))
    except ValueError:
        return False
    return shown in (value, float(f"{value:.5E}") if "E" in text.upper() else value, float(f"{value:.9g}"), float(f"{value:.10g}"))


def _truth(text: str) -> bool:
    known = _TRUTH.get(text.strip().lower())
    if known is None:
        raise StoreError("rejected", f"is {text!r}", "是, 否 or nothing")
    return known


def _rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a sheet that have an id, by column, with their number in the file."""
    lines = _xlsx_lines(path) if path.suffix.lower() == ".xlsx" else _csv_lines(path)
    known = headers()
    names = [known.get(header.strip(), header.strip()) for header in next(lines, [])]
    if "fact_id" not in names:
        raise StoreError(
            str(path), "no column fact_id (事实编号)", "a sheet of facts", "Write one with: baoshu store export DB --view facts_reviewed"
        )
    for number, line in enumerate(lines, start=2):
        row = dict(zip(names, line, strict=False))
        if row.get("fact_id", "").strip():
            yield number, row


def _csv_lines(path: Path) -> Iterator[list[str]]:
    try:
        text = decode(path.read_bytes(), str(path))
    except (OSError, ReportError) as error:
        what = error.what if isinstance(error, ReportError) else error.strerror or str(error)
        raise StoreError(str(path), what, "a CSV or XLSX file of facts") from error
    head = text[: text.find("\n") + 1 or len(text)]
    delimiter = max(",\t;", key=head.count)
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [unguarded(cell) for cell in line]
    except csv.Error as error:
        raise StoreError(str(path), f"no CSV ({error})", "a CSV or XLSX file of facts") from error


def _xlsx_lines(path: Path) -> Iterator[list[str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise StoreError(str(path), f"cannot be read ({error})", "a CSV or XLSX file of facts") from error
    try:
        for line in book.worksheets[0].iter_rows(values_only=True):
            yield [_cell(value) for value in line]
    finally:
        book.close()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)
