"""Files of facts, as ``baoshu extract`` writes them → rows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from baoshu.errors import BaoshuError
from baoshu.files import read_jsonl
from baoshu.store import CHINESE_HEADERS

SUFFIXES = (".jsonl", ".csv", ".parquet", ".duckdb")
_EXPECTED = "facts as `baoshu extract` writes them (" + " ".join(SUFFIXES) + ")"


def find_fact_files(arguments: Iterable[Path]) -> tuple[list[Path], list[BaoshuError]]:
    """Resolve files and folders; of a folder all files with a known suffix, lists of failures left out.

    :returns: Each file once, and an error for each argument that is missing or a folder without any.
    """
    found: dict[Path, None] = {}
    errors: list[BaoshuError] = []
    for argument in arguments:
        if argument.is_dir():
            inside = [p for p in sorted(argument.rglob("*")) if p.suffix in SUFFIXES and p.is_file() and not p.name.endswith(".failures.jsonl")]
            found.update(dict.fromkeys(inside))
            if not inside:
                errors.append(BaoshuError(str(argument), "a folder without facts", _EXPECTED))
        elif argument.is_file():
            found[argument] = None
        else:
            errors.append(BaoshuError(str(argument), "no such file or folder", _EXPECTED, "Check the path."))
    return list(found), errors


def read_facts(path: Path, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield these columns of each fact; of CSV every value is text and an empty cell is "".

    :raises BaoshuError: when the file cannot be read or has no such columns.
    """
    try:
        match path.suffix:
            case ".jsonl":
                rows = read_jsonl(path)
            case ".csv":
                rows = _read_csv(path)
            case ".parquet":
                rows = _read_parquet(path, columns)
            case ".duckdb":
                rows = _read_duckdb(path)
            case _:
                raise BaoshuError(str(path), f"unknown kind of file {path.suffix or '(no suffix)'}", _EXPECTED)
        for row in rows:
            yield {column: row[column] for column in columns}
    except KeyError as error:
        raise BaoshuError(str(path), f"no column {error.args[0]}", _EXPECTED) from error
    except (OSError, ValueError) as error:
        raise BaoshuError(str(path), f"cannot be read ({error})", _EXPECTED) from error


def _read_csv(path: Path) -> Iterator[dict[str, Any]]:
    names = {chinese: column for column, chinese in CHINESE_HEADERS.items()}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            yield {names.get(header, header): cell for header, cell in row.items()}


def _read_parquet(path: Path, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        wanted = [column for column in columns if column in file.schema_arrow.names]
        for batch in file.iter_batches(columns=wanted):
            yield from batch.to_pylist()


def _read_duckdb(path: Path) -> Iterator[dict[str, Any]]:
    import duckdb

    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            result = connection.execute("SELECT * FROM facts")
            names = [column[0] for column in result.description]
            while batch := result.fetchmany(5000):
                yield from (dict(zip(names, values, strict=True)) for values in batch)
    except duckdb.Error as error:
        raise BaoshuError(str(path), f"cannot be read ({error})", _EXPECTED) from error
