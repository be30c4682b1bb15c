"""Fact tables that ``baoshu extract`` wrote → facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from baoshu.errors import BaoshuError
from baoshu.files import read_jsonl_or_errors
from baoshu.types import Fact

SUFFIXES = (".jsonl", ".csv", ".parquet", ".duckdb")
_BESIDE = (".failures.jsonl", ".findings.jsonl")
_LISTS = ("section", "places")
_INTEGERS = ("report_year", "start", "end", "subject_start", "subject_end")
_FLOATS = ("number", "number_high", "confidence")
_EXPECTED = "facts as `baoshu extract` writes them (" + " ".join(SUFFIXES) + ")"
_HINT = "Write such a table with: baoshu extract REPORT --out facts.parquet"


def find_fact_files(arguments: Iterable[Path]) -> tuple[list[Path], list[BaoshuError]]:
    """Resolve files and folders; of a folder all fact tables, the lists of failures and findings beside them left out.

    :returns: Each file once, and an error for each argument that is missing or a folder without any.
    """
    found: dict[Path, None] = {}
    errors: list[BaoshuError] = []
    for argument in arguments:
        if argument.is_dir():
            inside = [p for p in sorted(argument.rglob("*")) if p.suffix in SUFFIXES and p.is_file() and not p.name.endswith(_BESIDE)]
            found.update(dict.fromkeys(inside))
            if not inside:
                errors.append(BaoshuError(str(argument), "a folder without facts", _EXPECTED, _HINT))
        elif argument.is_file():
            found[argument] = None
        else:
            errors.append(BaoshuError(str(argument), "no such file or folder", _EXPECTED, "Check the path."))
    return list(found), errors


def read_facts(path: Path, failures: list[BaoshuError]) -> Iterator[Fact]:
    """Yield the facts of a JSONL, CSV, Parquet or DuckDB table; CSV for Excel is read by its Chinese headers.

    :param failures: Takes an error for each JSONL or CSV row that is no fact.
    :raises BaoshuError: when the file is missing or holds no fact table.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise BaoshuError(str(path), f"unknown kind of fact table {path.suffix or '(no suffix)'}", _EXPECTED, _HINT)
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

    from baoshu.store.columns import headers
    from baoshu.store.files import unguarded

    if not path.is_file():
        raise BaoshuError(str(path), "no such file", "a fact table", "Check the path.")
    kind = path.suffix.lower()
    try:
        with duckdb.connect(str(path) if kind == ".duckdb" else ":memory:", read_only=kind == ".duckdb") as connection:
            match kind:
                case ".parquet":
                    connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
                case ".csv":
                    connection.execute(
                        "SELECT * FROM read_csv(?, all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"')", [str(path)]
                    )
                case _:
                    connection.execute("SELECT * FROM facts ORDER BY report_id, start, subject_start")
            written = [column[0] for column in connection.description or ()]
            known = headers() if kind == ".csv" else {}
            names = [known.get(name, name) for name in written]
            for_people = names != written
            number = 0
            while batch := connection.fetchmany(5000):
                for cells in batch:
                    number += 1
                    yield number, dict(zip(names, (unguarded(cell) if for_people and cell else cell for cell in cells), strict=True))
    except duckdb.Error as error:
        raise BaoshuError(str(path), f"not a fact table ({' '.join(str(error).split())[:120]})", _EXPECTED, _HINT) from error


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
