"""Rows kept on disk until the run is over, so that memory does not grow with their number."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from tempfile import TemporaryFile
from typing import Any


class Spool(Collection[dict[str, Any]]):
    """Rows for JSON in a temporary file; iterating gives them back."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 (it ends with the spool)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __contains__(self, row: object) -> bool:
        return any(one == row for one in self)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        self._file.seek(0)
        yield from map(json.loads, self._file)

    def extend(self, rows: Iterable[dict[str, Any]]) -> None:
        """Add rows behind the others."""
        self._file.seek(0, 2)
        for row in rows:
            self._file.write(json.dumps(row).encode() + b"\n")
            self._count += 1
