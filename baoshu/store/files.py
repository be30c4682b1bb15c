"""Rows → one file: JSONL, CSV, Parquet or XLSX by its suffix, replaced whole."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from baoshu.errors import OutputError
from baoshu.files import atomic_path, write_jsonl
from baoshu.store.columns import FACT_COLUMNS, SI_FACT_COLUMNS, Column, parquet_schema, record_batch

FILE_SUFFIXES = (".jsonl", ".csv", ".parquet", ".xlsx")
SUFFIXES = (*FILE_SUFFIXES, ".duckdb")
BATCH_ROWS = 5000
T = TypeVar("T")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
# What a spreadsheet reads as a number with fewer digits (1234e5, 16 digits), a day (3-5, 2026/1) or a time (3:1).
_MISREAD = re.compile(r"\d+(?:\.\d+)?[eE]\d+|\d{12,}|\d{1,2}[-/:]\d{1,4}|\d{4}[-/:]\d{1,2}")


def check_output(path: Path, suffixes: Sequence[str] = SUFFIXES) -> None:
    """Raise an OutputError unless the suffix is one of those that results are written to."""
    if path.suffix.lower() not in suffixes:
        raise OutputError(str(path), f"unknown kind of output {path.suffix or '(no suffix)'}", "a name ending in " + " ".join(suffixes))


def write_facts(path: Path, rows: Iterable[dict[str, Any]], *, excel: bool = False, si: bool = False) -> int:
    """Write fact rows to a file, as :func:`write_table`; returns their number.

    :param si: The rows have :data:`baoshu.facts.si.SI_COLUMNS` behind their own columns.
    """
    return write_table(path, SI_FACT_COLUMNS if si else FACT_COLUMNS, rows, excel=excel, title="事实")


def write_table(path: Path, columns: Sequence[Column], rows: Iterable[dict[str, Any]], *, excel: bool = False, title: str = "结果") -> int:
    """Write rows to a file whose suffix names the format; returns their number.

    Lists are joined by " / " in CSV and XLSX. When ``rows`` raises, the file is as it was before.

    :param excel: CSV for people: UTF-8 with BOM, Chinese headers, 是 and 否, an apostrophe before what a spreadsheet would
        run as a formula or misread. XLSX always is for people.
    :param title: Name of the sheet in XLSX.
    :raises OutputError: for an unknown suffix, a place that cannot be written, and more rows or characters than XLSX holds.
    """
    check_output(path, FILE_SUFFIXES)
    match path.suffix.lower():
        case ".jsonl":
            return write_jsonl(path, ({one.name: row.get(one.name) for one in columns} for row in rows))
        case ".csv":
            return _write_csv(path, columns, rows, excel=excel)
        case ".parquet":
            return write_parquet(path, parquet_schema(columns), (record_batch(batch, columns) for batch in batches(rows)))
        case _:
            from baoshu.store.workbook import write_workbook

            return write_workbook(path, columns, rows, title=title)


def write_parquet(path: Path, schema: Any, record_batches: Iterable[Any]) -> int:
    """Write Arrow record batches of one schema to a Parquet file; returns the number of rows."""
    import pyarrow.parquet as pq

    count = 0
    with atomic_path(path) as temporary, pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
        for batch in record_batches:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


def batches(rows: Iterable[T], size: int = BATCH_ROWS) -> Iterator[list[T]]:
    """Yield the rows in lists of at most ``size``."""
    batch: list[T] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def flat(value: Any) -> Any:
    """Return a value as one cell: lists of text joined by " / ", other compound values and truth values as JSON."""
    if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
        return " / ".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, tuple, dict, bool)) else value


def for_people(value: Any) -> Any:
    """Return a cell as people read it: 是 and 否 for truth values."""
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else flat(value)


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet would run a text as a formula."""
    return text.startswith(_FORMULA)


def unguarded(text: str) -> str:
    """Return a text without the apostrophe that was put before it for spreadsheets."""
    return text[1:] if text.startswith("'") and _needs_guard(text[1:]) else text


def _needs_guard(text: str) -> bool:
    return is_formula(text) or bool(_MISREAD.fullmatch(text))


def _guarded(value: Any) -> Any:
    return "'" + value if isinstance(value, str) and _needs_guard(value) else value


def _write_csv(path: Path, columns: Sequence[Column], rows: Iterable[dict[str, Any]], *, excel: bool) -> int:
    count = 0
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8-sig" if excel else "utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n" if excel else "\n")
        quoting = csv.writer(stream, lineterminator="\r\n" if excel else "\n", quoting=csv.QUOTE_ALL)
        writer.writerow([_guarded(one.header) if excel else one.name for one in columns])
        for row in rows:
            values = (row.get(one.name) for one in columns)
            cells = [_guarded(for_people(value)) for value in values] if excel else [flat(value) for value in values]
            # csv does not quote a lone carriage return by itself
            careful = quoting if any(isinstance(cell, str) and "\r" in cell for cell in cells) else writer
            careful.writerow(cells)
            count += 1
    return count
