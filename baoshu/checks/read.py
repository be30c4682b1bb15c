"""Fact tables that ``baoshu extract`` wrote → facts, for the checks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from baoshu.errors import BaoshuError
from baoshu.files import read_jsonl_or_errors
from baoshu.types import Fact

SUFFIXES = (".jsonl", ".csv", ".parquet", ".duckdb")
_LISTS = ("section", "places")
_INTEGERS = ("report_year", "start", "end", "subject_start", "subject_end")
_FLOATS = ("number", "number_high", "confidence")
_HINT = "Write such a table with: baoshu extract REPORT --out facts.parquet"


def read_facts(path: Path, failures: list[BaoshuError]) -> Iterator[Fact]:
    """Yield the facts of a JSONL, CSV, Parquet or DuckDB table; lists in CSV are those that " / " joins.

    :param failures: Takes an error for each JSONL or CSV row that is no fact.
    :raises BaoshuError: when the file is missing or holds no fact table.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise BaoshuError(str(path), f"unknown kind of fact table {path.suffix or '(no suffix)'}", " ".join(SUFFIXES), _HINT)
    rows = read_jsonl_or_errors(path) if path.suffix.lower() == ".jsonl" else _table(path)
    for number, row in rows:
        try:
            yield _fact(row, f"{path}:{number}") if isinstance(row, dict) else _raise(row)
        except BaoshuError as error:
            failures.append(error)


def _raise(error: BaoshuError) -> Fact:
    raise error


def _table(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the numbered rows of a table that DuckDB reads."""
    import duckdb

    if not path.is_file():
        raise BaoshuError(str(path), "no such file", "a fact table", "Check the path.")
    try:
        with duckdb.connect(str(path) if path.suffix.lower() == ".duckdb" else ":memory:", read_only=path.suffix.lower() == ".duckdb") as connection:
            match path.suffix.lower():
                case ".parquet":
                    connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
                case ".csv":
                    connection.execute(
                        "SELECT * FROM read_csv(?, all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"')", [str(path)]
                    )
                case _:
                    connection.execute("SELECT * FROM facts ORDER BY report_id, start, subject_start")
            names = [column[0] for column in connection.description or ()]
            number = 0
            while batch := connection.fetchmany(5000):
                for cells in batch:
                    number += 1
                    yield number, dict(zip(names, cells, strict=True))
    except duckdb.Error as error:
        raise BaoshuError(str(path), f"not a fact table ({' '.join(str(error).split())[:120]})", "a table of facts", _HINT) from error


def _fact(row: dict[str, Any], where: str) -> Fact:
    missing = [name for name in Fact.__dataclass_fields__ if name not in row]
    if missing:
        raise BaoshuError(where, f"the row lacks {', '.join(missing)}", "the columns of the fact table", _HINT)
    try:
        return Fact(**{name: _cell(name, row[name]) for name in Fact.__dataclass_fields__})
    except (TypeError, ValueError) as error:
        raise BaoshuError(where, f"a value of the wrong type ({error})", "the columns of the fact table", _HINT) from error


def _cell(name: str, cell: Any) -> Any:
    """Return a cell in the type of its column; text cells of CSV are read, an empty one is null, and no unit is ``""``."""
    if name in _LISTS:
        return tuple(cell.split(" / ") if isinstance(cell, str) and cell else cell or ())
    if name == "unit":
        return cell or ""
    if cell is None or cell == "":
        return None
    return int(cell) if name in _INTEGERS else float(cell) if name in _FLOATS else str(cell)
