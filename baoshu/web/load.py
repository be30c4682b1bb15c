"""Fact files → a database that pages can ask: Parquet and JSONL are loaded into a temporary one, with the reports they were read from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from baoshu.errors import StoreError
from baoshu.files import read_jsonl
from baoshu.reports.chunk import split_report
from baoshu.reports.rows import report_from_row, report_row
from baoshu.store.columns import record_batch
from baoshu.store.database import open_database, transaction
from baoshu.store.files import batches
from baoshu.store.reports import TABLES

LOADED = (".parquet", ".jsonl")


def load_facts(path: Path, reports: Path | None, database: Path) -> Path:
    """Return a DuckDB database of the facts in ``path``: itself when it is one, else ``database``, written anew.

    :param reports: Rows of ``baoshu ingest``; those that have facts are loaded, so that a fact opens in its paragraph.
    :raises StoreError: for a file of another kind.
    """
    if path.suffix.lower() == ".duckdb":
        return path
    if path.suffix.lower() not in LOADED:
        raise StoreError(str(path), f"unknown kind of file {path.suffix or '(no suffix)'}", "a .duckdb, .parquet or .jsonl file of facts")
    if not path.is_file():
        raise StoreError(str(path), "no such file", "facts", f"Write them with: baoshu extract PATH --out {path}")
    with open_database(database, write=True, create=True) as connection, transaction(connection):
        wanted = set[str]()
        for batch in batches(_rows(path)):
            _insert(connection, "facts", batch)
            wanted.update(row["report_id"] for row in batch)
        for row in read_jsonl(reports) if reports is not None else ():
            report = report_from_row(row, str(reports))
            if report.report_id in wanted:
                _insert(connection, "reports", [report_row(report)])
                _insert(connection, "chunks", [asdict(chunk) for chunk in split_report(report)])
    return database


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if path.suffix.lower() == ".jsonl":
        yield from read_jsonl(path)
        return
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        for batch in pq.ParquetFile(path).iter_batches(5000):
            yield from batch.to_pylist()
    except pa.ArrowInvalid as error:
        raise StoreError(str(path), f"cannot be read ({error})", "a Parquet file of facts") from error


def _insert(connection: Any, table: str, rows: Iterable[dict[str, Any]]) -> None:
    import pyarrow as pa

    connection.register("loaded", pa.Table.from_batches([record_batch(rows, TABLES[table])]))
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM loaded")
    connection.unregister("loaded")
