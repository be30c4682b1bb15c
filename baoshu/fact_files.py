"""Fact tables that ``baoshu extract`` wrote → facts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

from baoshu.errors import BaoshuError
from baoshu.files import read_jsonl_or_errors
from baoshu.types import VOCABULARIES, Fact

SUFFIXES = (".jsonl", ".csv", ".parquet", ".duckdb")
_BESIDE = (".failures.jsonl", ".findings.jsonl")
_LISTS = ("section", "places")
_INTEGERS = ("report_year", "start", "end", "subject_start", "subject_end")
_FLOATS = ("number", "number_high", "confidence")
_NULLABLE = frozenset(name for name, kind in get_type_hints(Fact).items() if type(None) in get_args(kind))
_EXPECTED = "facts as `baoshu extract` writes them (" + " ".join(SUFFIXES) + ")"
_HINT = "Write such a table with: baoshu extract REPORT --out facts.parquet"


def find_fact_files(arguments: Iterable[Path]) -> tuple[list[Path], list[BaoshuError]]:
    """Resolve files and folders; of a folder all fact tables, the lists of failures and findings beside them left out.

    :returns: Each file once, however it is named, and an error for each argument that is missing or a folder without any.
    """
    found: dict[Path, Path] = {}
    errors: list[BaoshuError] = []
    for argument in arguments:
        if argument.is_dir():
            inside = [p for p in sorted(argument.rglob("*")) if p.suffix.lower() in SUFFIXES and p.is_file() and not p.name.lower().endswith(_BESIDE)]
            if not inside:
                errors.append(BaoshuError(str(argument), "a folder without facts", _EXPECTED, _HINT))
        elif argument.is_file():
            inside = [argument]
        else:
            inside = []
            errors.append(BaoshuError(str(argument), "no such file or folder", _EXPECTED, "Check the path."))
        for path in inside:
            found.setdefault(path.resolve(), path)
    return list(found.values()), errors


def read_all_facts(files: Iterable[Path], failures: list[BaoshuError]) -> Iterator[Fact]:
    """Yield the facts of several tables; one that stands in several, by its fact_id, is yielded once.

    :param failures: Takes an error for each row that is no fact and each file that is no fact table.
    """
    seen: set[str] = set()
    for path in files:
        try:
            for fact in read_facts(path, failures):
                if fact.fact_id not in seen:
                    seen.add(fact.fact_id)
                    yield fact
        except BaoshuError as error:
            failures.append(error)


def read_facts(path: Path, failures: list[BaoshuError]) -> Iterator[Fact]:
    """Yield the facts of a JSONL, CSV, Parquet or DuckDB table; CSV for Excel is read by its Chinese headers.

    :param failures: Takes an error for each JSONL or CSV row that is no fact.
    :raises BaoshuError: when the file is missing or holds no fact table.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise BaoshuError(str(path), f"unknown kind of fact table {path.suffix or '(no suffix)'}", _EXPECTED, _HINT)
    rows = read_jsonl_or_errors(path) if path.suffix.lower() == ".jsonl" else _table(path)
    for number, row in rows:
        if isinstance(row, BaoshuError):
            failures.append(row)
            continue
        try:
            fact = _fact(row, f"{path}:{number}")
        except BaoshuError as error:
            failures.append(error)
            continue
        yield fact


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
    except (TypeError, ValueError, OverflowError) as error:
        raise BaoshuError(where, f"a wrong value ({error})", "the columns of the fact table", _HINT) from error


def _cell(name: str, cell: Any) -> Any:
    """Return a cell in the type of its column; text cells of CSV are read, an empty one is null, and no unit is ``""``.

    :raises ValueError: for what the column cannot hold: nothing, a fraction or nan, another word than those of a vocabulary.
    """
    if name in _LISTS:
        names = tuple(cell.split(" / ") if isinstance(cell, str) and cell else cell or ())
        if not all(isinstance(one, str) for one in names):
            raise ValueError(f"{name} {cell!r}")
        return names
    if name == "unit":
        return str(cell or "")
    if cell is None or cell == "":
        if name not in _NULLABLE:
            raise ValueError(f"{name} is empty")
        return None
    if name in _INTEGERS or name in _FLOATS:
        return _number(name, cell)
    if cell not in VOCABULARIES.get(name, (cell,)):
        raise ValueError(f"{name} {cell!r}, none of {', '.join(filter(None, VOCABULARIES[name]))}")
    return str(cell)


def _number(name: str, cell: Any) -> int | float:
    number = float("nan") if isinstance(cell, bool) else float(cell)
    if not math.isfinite(number) or (name == "confidence" and not 0 <= number <= 1):
        raise ValueError(f"{name} {cell!r}")
    if name in _FLOATS:
        return number
    if not number.is_integer() or (name != "report_year" and number < 0):
        raise ValueError(f"{name} {cell!r}, no whole number")
    return int(number)
