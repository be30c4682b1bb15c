"""The database → rows and files: a table, a view, or what a query finds, read in batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

from baoshu.errors import StoreError
from baoshu.facts.si import SI_COLUMNS
from baoshu.store.columns import TITLES, Column, columns_of
from baoshu.store.files import BATCH_ROWS, FILE_SUFFIXES, check_output, write_parquet, write_table
from baoshu.types import SCHEMA_VERSION

TABLES = ("reports", "chunks", "facts")
FORMATS = tuple(suffix[1:] for suffix in FILE_SUFFIXES)
_FACT_ORDER = 'ORDER BY report_id, "start", "end", subject_start, subject_end, fact_id'
# The other views are in order by themselves.
_ORDERS = {
    "reports": "ORDER BY report_id",
    "chunks": 'ORDER BY report_id, "start"',
    "corrections": 'ORDER BY report_id, sentence, subject, "value", fact_id',
} | dict.fromkeys(("facts", "facts_reviewed", "facts_corrected", "metric_facts"), _FACT_ORDER)


@dataclass(frozen=True, slots=True)
class Result:
    """What a query finds: its columns, and its rows as Arrow record batches, to be read once and before the next query."""

    columns: tuple[Column, ...]
    schema: Any
    batches: Iterator[Any]

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows with plain values: no decimals, times as ISO text."""
        for batch in self.batches:
            for row in batch.to_pylist():
                yield {name: _plain(value) for name, value in row.items()}


def ask(connection: Any, sql: str, *, table: str = "") -> Result:
    """Run a query; a second column of one name gets a number.

    :param table: What the columns belong to, for the dictionary.
    :raises StoreError: for a query that cannot be answered, also while its rows are read.
    """
    import duckdb
    import pyarrow as pa

    try:
        relation = _interruptibly(connection, connection.sql, sql)
        if relation is None:
            raise StoreError("query", "a statement without rows", "SELECT …", _named(connection))
        reader = _interruptibly(connection, relation.to_arrow_reader, BATCH_ROWS)
    except duckdb.Error as error:
        raise _failed(connection, error) from error
    names = list(_numbered(reader.schema.names))
    schema = pa.schema(list(zip(names, reader.schema.types, strict=True)), metadata={"schema_version": str(SCHEMA_VERSION)})

    def read() -> Iterator[Any]:
        try:
            while (batch := _interruptibly(connection, next, reader, None)) is not None:
                yield batch.rename_columns(names)
        except (duckdb.Error, OSError) as error:
            raise _failed(connection, error) from error

    return Result(columns_of(schema, table), schema, read())


def table_names(connection: Any) -> list[str]:
    """Return the tables and views that can be asked, sorted."""
    found = connection.execute("SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal")
    return sorted(name for (name,) in found.fetchall() if name in TITLES)


def check_names(connection: Any, names: Iterable[str]) -> None:
    """Raise a StoreError for the first name that is no table or view of the database."""
    known = table_names(connection)
    for name in names:
        if name not in known:
            raise StoreError("view", f"no table or view {name}", "one of " + " ".join(known))


def read_table(connection: Any, name: str, *, for_people: bool = False) -> Result:
    """Return all rows of a table or view, in a fixed order.

    SI columns are left out when no fact has them.

    :param for_people: Leave out the text of reports, which no cell of a spreadsheet holds.
    :raises StoreError: for a name that the database does not have.
    """
    check_names(connection, [name])
    left_out = ["text"] if name == "reports" and for_people else []
    if _ORDERS.get(name) == _FACT_ORDER and not connection.execute("SELECT count(unit_si) FROM facts").fetchall()[0][0]:
        left_out += SI_COLUMNS
    selected = f"* EXCLUDE ({', '.join(left_out)})" if left_out else "*"
    return ask(connection, f"SELECT {selected} FROM {name} {_ORDERS.get(name, '')}", table=name)


def write_result(path: Path, result: Result, *, excel: bool = False, title: str = "结果") -> int:
    """Write what a query found to a file whose suffix names the format; returns the number of rows."""
    check_output(path, FILE_SUFFIXES)
    if path.suffix.lower() == ".parquet":
        return write_parquet(path, result.schema, result.batches)
    return write_table(path, result.columns, result.rows(), excel=excel, title=title)


def export(connection: Any, folder: Path, names: Sequence[str], *, format: str, excel: bool = False) -> Iterator[tuple[Path, int]]:
    """Write tables and views to ``folder/NAME.FORMAT``; yields each path with its number of rows.

    :raises StoreError: for a name that the database does not have; nothing is written then.
    """
    check_names(connection, names)
    for name in names:
        path = folder / f"{name}.{format}"
        yield path, write_result(path, read_table(connection, name, for_people=excel or format == "xlsx"), excel=excel, title=TITLES[name])


def _interruptibly(connection: Any, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function of DuckDB, which hears no Ctrl-C, in a thread that one can end."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(function, *arguments)
        try:
            return future.result()
        except KeyboardInterrupt:
            connection.interrupt()
            raise


def _numbered(names: Iterable[str]) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for name in names:
        counts[name] += 1
        yield name if counts[name] == 1 else f"{name}_{counts[name]}"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, (str, int)) else str(value)


def _failed(connection: Any, error: Exception) -> StoreError:
    return StoreError("query", str(error).split("\n\nLINE")[0], "SQL that DuckDB can run", _named(connection))


def _named(connection: Any) -> str:
    return f"There are: {' '.join(table_names(connection))}"
