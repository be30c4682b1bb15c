"""A DuckDB database of reports, chunks, facts and corrections: opened, brought to the layout of this version, locked by one writer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

from baoshu.errors import OutputError, StoreError

_LOCK = re.compile(r"Conflicting lock is held in (.+?) \(PID (\d+)\)")
_SAFE: dict[str, Any] = {"enable_external_access": "false"}


def migrations() -> list[str]:
    """Return the SQL that leads from each layout to the next; the first one starts from nothing."""
    folder = files("baoshu.store").joinpath("sql")
    found = sorted((entry for entry in folder.iterdir() if re.match(r"\d{4}_", entry.name)), key=lambda entry: entry.name)
    return [entry.read_text(encoding="utf-8") for entry in found]


def layout() -> int:
    """Return the version of the layout that this program reads and writes."""
    return len(migrations())


@contextmanager
def open_database(path: Path, *, write: bool = False, create: bool = False) -> Iterator[Any]:
    """Yield a DuckDB connection.

    For writing, an older layout is brought up to date in one transaction and the views are written anew; no other program
    can open the file meanwhile. For reading, nothing can be changed and no query reaches other files.

    :param create: Make the file, or the tables in a database that has none of them; only for writing.
    :raises StoreError: when there is no such database, another program has it open, it is of a newer version or (for
        reading) of an older one, and for what DuckDB itself raises while it is open.
    """
    import duckdb

    new, opened = not path.exists(), False
    if new and not create:
        raise StoreError(str(path), "no such file", "a database of facts", f"Write one with: baoshu extract PATH --out {path}")
    if create:
        _make_folder(path.parent)
    try:
        with duckdb.connect(str(path), read_only=not write, config={} if write else _SAFE) as connection:
            connection.execute("SET enable_progress_bar = false")  # it is drawn on stdout
            connection.execute(f"SET lock_configuration = {not write}")
            _check_version(connection, path, write=write, create=create)
            if write:
                _bring_up_to_date(connection)
            opened = True
            yield connection
    except duckdb.Error as error:
        raise _explained(path, error) from error
    finally:
        if new and not opened:
            remove_database(path)


@contextmanager
def transaction(connection: Any) -> Iterator[None]:
    """Commit what the block changes, or nothing of it when the block raises."""
    import duckdb

    connection.execute("BEGIN")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(duckdb.Error):  # an error of the database itself has ended the transaction already
            connection.execute("ROLLBACK")
        raise


def remove_database(path: Path) -> None:
    """Remove a database that no program has open, with its log."""
    if path.is_file():
        path.unlink()
        path.with_name(path.name + ".wal").unlink(missing_ok=True)


def _version(connection: Any) -> int:
    """Return the layout of a database, 0 when it has none."""
    names = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    table = next((name for name in ("schema", "baoshu_schema") if name in names), None)
    versions = connection.execute(f"SELECT version FROM {table}").fetchall() if table else []
    return max((version for (version,) in versions), default=0)


def _check_version(connection: Any, path: Path, *, write: bool, create: bool) -> None:
    version, known = _version(connection), layout()
    if version > known:
        raise StoreError(
            str(path), f"layout {version}, of a newer baoshu", f"layout {known} or older", "Install the newer version, or use a new file."
        )
    if version == 0 and not create:
        raise StoreError(str(path), "a database without facts of baoshu", "a database of facts", f"Write them with: baoshu extract PATH --out {path}")
    if version < known and not write:
        raise StoreError(str(path), f"layout {version}", f"layout {known}", f"Bring it up to date with: baoshu store migrate {path}")


def _bring_up_to_date(connection: Any) -> None:
    with transaction(connection):
        for script in migrations()[_version(connection) :]:
            connection.execute(script)
        connection.execute(files("baoshu.store").joinpath("sql/views.sql").read_text(encoding="utf-8"))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(str(folder), error.strerror or str(error), "a folder that can be written") from error


def _explained(path: Path, error: Exception) -> StoreError:
    """Return what DuckDB says as an error of the database at ``path``."""
    lock = _LOCK.search(str(error))
    if lock:
        what = f"locked by another program ({Path(lock[1]).name}, process {lock[2]})"
        return StoreError(str(path), what, "a database that no other program has open", "Wait until it has finished, or end it.")
    if "different configuration than existing connections" in str(error):
        return StoreError(str(path), "open already in this program", "one connection to write, or several to read", "Close the other one first.")
    what = str(error).split("\n\n")[0]
    return StoreError(str(path), what, "a DuckDB database of facts", "Is the disk full, or the file of another program?")
