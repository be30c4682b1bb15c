"""Reports with their chunks and facts → the database, each report whole and in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

from baoshu.errors import StoreError
from baoshu.reports.chunk import split_report
from baoshu.store.columns import CHUNK_COLUMNS, REPORT_COLUMNS, SI_FACT_COLUMNS, Column, record_batch
from baoshu.store.database import open_database, remove_database, transaction
from baoshu.store.files import batches, write_facts
from baoshu.types import Report

TABLES = {"reports": REPORT_COLUMNS, "chunks": CHUNK_COLUMNS, "facts": SI_FACT_COLUMNS}


def write_extracted(path: Path, extracted: Iterable[tuple[Report, Iterable[dict[str, Any]]]], *, excel: bool = False, si: bool = False) -> int:
    """Write reports with their fact rows: all of them to a DuckDB file, the facts alone to any other; returns the number of facts.

    Without a report nothing is written, so that an old file stays.

    :param si: The rows have :data:`baoshu.facts.si.SI_COLUMNS` behind their own columns; a database takes them without being told.
    """
    if path.suffix.lower() == ".duckdb":
        return write_reports(path, extracted)
    iterator = iter(extracted)
    first = next(iterator, None)
    return 0 if first is None else write_facts(path, (row for _, rows in chain([first], iterator) for row in rows), excel=excel, si=si)


def write_reports(path: Path, extracted: Iterable[tuple[Report, Iterable[dict[str, Any]]]]) -> int:
    """Store reports and their fact rows in a DuckDB file, one transaction a report; returns the number of facts.

    Other reports of the file stay, and so do corrections. The file is opened, and made when it is missing, with the first
    report; without one it stays as it is. When ``extracted`` raises, the reports before are stored.
    """
    iterator = iter(extracted)
    first = next(iterator, None)
    if first is None:
        return 0
    new, count, done = not path.exists(), 0, False
    try:
        with open_database(path, write=True, create=True) as connection:
            count += replace_report(connection, *first)
            done = True
            for report, rows in iterator:
                count += replace_report(connection, report, rows)
    finally:
        if new and not done:
            remove_database(path)
    return count


def replace_report(connection: Any, report: Report, rows: Iterable[dict[str, Any]]) -> int:
    """Put a report, its chunks and its facts in the place of what the database has under its id; returns the number of facts.

    :param connection: From :func:`~baoshu.store.database.open_database` for writing.
    :param rows: Fact rows of this report.
    :raises StoreError: for a row of another report; the database is then as it was.
    """
    with transaction(connection):
        for table in TABLES:
            connection.execute(f"DELETE FROM {table} WHERE report_id = ?", [report.report_id])
        _insert(connection, "reports", [asdict(report)])
        _insert(connection, "chunks", [asdict(chunk) for chunk in split_report(report)])
        count = 0
        for batch in batches(rows):
            strangers = [row["report_id"] for row in batch if row["report_id"] != report.report_id]
            if strangers:
                raise StoreError(report.report_id, f"a fact of {strangers[0]}", "facts of the report itself")
            _insert(connection, "facts", batch)
            count += len(batch)
    return count


def _insert(connection: Any, table: str, rows: Sequence[dict[str, Any]]) -> None:
    import pyarrow as pa

    columns: Sequence[Column] = TABLES[table]
    connection.register("batch", pa.Table.from_batches([record_batch(rows, columns)]))
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM batch")
    connection.unregister("batch")
