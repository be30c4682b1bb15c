"""JSONL and whole-file writes: what is on disk is always complete."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from baoshu.errors import BaoshuError, OutputError


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` that takes its place when the block ends without an error.

    :raises OutputError: when the folder or the file cannot be written, also while it is being written (a full disk).
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=path.suffix)
    except OSError as error:
        raise OutputError(str(path), error.strerror or str(error), "a folder that can be written") from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    except OSError as error:
        if error.filename not in (None, name):
            raise  # of another file, read while this one is written
        raise OutputError(str(path), error.strerror or str(error), "a file that can be written") from error
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Replace a file with UTF-8 text, whole or not at all."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, value: Any) -> None:
    """Replace a file with indented JSON, whole or not at all."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def write_jsonl(path: Path, rows: Iterable[Any]) -> int:
    """Replace a file with one JSON value a line, whole or not at all; returns the number of rows.

    A row with a lone surrogate, which UTF-8 has no bytes for, is written in ASCII with escapes.
    """
    count = 0
    with atomic_path(path) as temporary, temporary.open("wb") as stream:
        for row in rows:
            try:
                line = json.dumps(row, ensure_ascii=False).encode()
            except UnicodeEncodeError:
                line = json.dumps(row).encode()
            stream.write(line + b"\n")
            count += 1
    return count


def read_text(path: Path) -> str:
    """Read a UTF-8 text file; a missing or broken one is a :class:`BaoshuError`."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BaoshuError(str(path), str(error), "a UTF-8 text file that can be read", "Check the path.") from error


def read_json(path: Path) -> Any:
    """Read a JSON file; a missing or broken one is a :class:`BaoshuError`."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise BaoshuError(str(path), "no such file", "a JSON file", "Check the path.") from error
    except OSError as error:
        raise BaoshuError(str(path), error.strerror or str(error), "a JSON file that can be read") from error
    except (ValueError, RecursionError) as error:
        raise BaoshuError(str(path), f"not JSON ({error})", "a JSON file") from error


def read_jsonl(path: Path, failures: list[BaoshuError] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSONL file; blank lines are skipped.

    :param failures: Takes an error for each line that is not a JSON object; without it the first one is raised.
    :raises BaoshuError: when the file is missing, or for a bad line when ``failures`` is None.
    """
    for _, row in read_jsonl_lines(path, failures):
        yield row


def read_jsonl_lines(path: Path, failures: list[BaoshuError] | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield ``(line number from 1, object)``, as :func:`read_jsonl`."""
    for number, row in read_jsonl_or_errors(path):
        if not isinstance(row, BaoshuError):
            yield number, row
        elif failures is None:
            raise row
        else:
            failures.append(row)


def read_jsonl_or_errors(path: Path) -> Iterator[tuple[int, dict[str, Any] | BaoshuError]]:
    """Yield each line that is not blank as ``(line number from 1, object or the error it makes)``."""
    try:
        stream = path.open("rb")
    except OSError as error:
        raise BaoshuError(str(path), error.strerror or str(error), "a JSONL file") from error
    with stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            where = f"{path}:{number}"
            try:
                row = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
            except (ValueError, RecursionError) as error:
                yield number, BaoshuError(where, f"not JSON ({error})", "one JSON object a line")
                continue
            if isinstance(row, dict):
                yield number, row
            else:
                yield number, BaoshuError(where, f"a {type(row).__name__}", "a JSON object")


def sha256(text: str) -> str:
    """Return the hex SHA-256 of the UTF-8 text; lone surrogates are kept as they are."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
