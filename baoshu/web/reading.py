"""Uploaded bytes → a report, in a process of its own: a file that crashes or stalls a reader takes nothing else with it."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from baoshu.errors import ReportError
from baoshu.types import Report


class ReportReader:
    """Reads the bytes of report files, one at a time; its process starts with the first file."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._lock = threading.Lock()

    async def read(self, data: bytes, name: str, report_id: str) -> Report:
        """Return the report in ``data``; the suffix of ``name`` says what kind of file it is.

        A cancelled call ends the process, so that a file that takes too long stops.

        :raises ReportError: when the file cannot be read, or ended the process that read it.
        """
        pool = self._started()
        try:
            return await asyncio.wrap_future(pool.submit(read_bytes, data, name, report_id))
        except BrokenProcessPool as error:
            self._drop(pool)
            raise ReportError(name, "the process that read it ended", "a file that can be read", "Save it again, or as plain text.") from error
        except asyncio.CancelledError:
            self._drop(pool)
            raise

    def close(self) -> None:
        """End the process."""
        if self._pool is not None:
            self._drop(self._pool)

    def _started(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
            return self._pool

    def _drop(self, pool: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is pool:
                self._pool = None
        for process in list((getattr(pool, "_processes", None) or {}).values()):
            process.kill()
        pool.shutdown(wait=False, cancel_futures=True)


def read_bytes(data: bytes, name: str, report_id: str) -> Report:
    """Read the bytes of a report file.

    :raises ReportError: as :func:`baoshu.reports.read.read_report`, naming ``name``.
    """
    from baoshu.reports.read import read_report

    safe = f"report{PurePosixPath(name.replace(chr(92), '/')).suffix[:8]}"
    with TemporaryDirectory() as folder:
        path = Path(folder) / safe
        path.write_bytes(data)
        try:
            return replace(read_report(path, report_id=report_id), source=name)
        except ReportError as error:
            raise ReportError(name, error.what, error.expected, error.hint) from None
