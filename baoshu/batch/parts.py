"""Facts as a partitioned data set: ``report_year=2026/province=410000/<report>.parquet``, one part a report.

A part's name ends in a hash of the report's id and in a key for its content and the pipeline that read it. So the folder
itself says what is done: nothing else is kept, and a run that was killed leaves no part or a whole one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from baoshu.errors import MissingExtra, OutputError
from baoshu.store.columns import FACT_COLUMNS, SI_FACT_COLUMNS, Column, record_batch
from baoshu.types import Report

NULL = "__HIVE_DEFAULT_PARTITION__"
_NAME = re.compile(r".*-([0-9a-f]{12})\.([0-9a-f]{16})\.parquet")
_LONGEST_NAME = 120
_AWKWARD = re.compile(r'^_|[\x00-\x20/\\:*?"<>|%.\x7f\ud800-\udfff]')  # readers of data sets pass over names that begin with _ or .


class Parts:
    """The parts below a folder or an fsspec URL.

    :param si: Their rows have the columns of :mod:`baoshu.facts.si`.
    :raises MissingExtra: for a URL without fsspec.
    """

    def __init__(self, root: str, *, si: bool = False) -> None:
        self.root, self.si = root, si
        self._filesystem: tuple[Any, str] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {"root": self.root, "si": self.si, "_filesystem": None}

    def listing(self) -> dict[str, tuple[str, ...]]:
        """Return the parts by the hash of their report's id, and remove what runs that were killed left half-written."""
        filesystem, base = self._open()
        found: defaultdict[str, list[str]] = defaultdict(list)
        for info in filesystem.get_file_info(fs.FileSelector(base, allow_not_found=True, recursive=True)):
            name = _NAME.fullmatch(info.base_name)
            if name:
                found[name[1]].append(info.path[len(base) :].lstrip("/"))
            elif info.base_name.endswith(".parquet.tmp"):
                filesystem.delete_file(info.path)
        return {report: tuple(sorted(parts)) for report, parts in found.items()}

    def earlier(self) -> Callable[[str], tuple[str, ...]]:
        """Return a function from a report's id to the parts that earlier runs wrote for it, as :meth:`listing` finds them now."""
        listing = self.listing()
        return lambda report_id: listing.get(report_hash(report_id), ())

    def current(self, parts: Iterable[str], key: str) -> str | None:
        """Return the part that has the key, and delete the others; None when none has it."""
        fitting = next((part for part in parts if part.endswith(f".{key}.parquet")), None)
        if fitting is not None:
            self._delete(part for part in parts if part != fitting)
        return fitting

    def write(self, report: Report, rows: Sequence[dict[str, Any]], key: str, earlier: Iterable[str] = ()) -> str:
        """Write the part of a report, whole or not at all, then delete its earlier ones; returns its path below the root.

        The year is in the folder's name and not in the part, as is usual for such data sets.

        :raises OutputError: where it cannot be written.
        """
        filesystem, base = self._open()
        province = f"{report.adcode[:2]}0000" if report.adcode else NULL
        folder = f"report_year={NULL if report.year is None else report.year}/province={province}"
        part = f"{folder}/{_slug(report.report_id)}-{report_hash(report.report_id)}.{key}.parquet"
        columns = part_columns(si=self.si)
        table = pa.Table.from_batches([record_batch(rows, columns)])
        path = f"{base}/{part}"
        try:
            filesystem.create_dir(f"{base}/{folder}", recursive=True)
            with filesystem.open_output_stream(f"{path}.tmp", compression=None) as stream:
                pq.write_table(table, stream, compression="zstd")
            filesystem.move(f"{path}.tmp", path)
            self._delete(one for one in earlier if one != part)
        except OSError as error:
            raise OutputError(path, error.strerror or str(error), "a folder that can be written") from error
        return part

    def read(self, part: str, columns: list[str] | None = None) -> list[dict[str, Any]]:
        """Return the fact rows of a part, or some columns of them."""
        filesystem, base = self._open()
        year = part.split("/")[0].removeprefix("report_year=")
        rows = pq.read_table(f"{base}/{part}", columns=columns, filesystem=filesystem, partitioning=None).to_pylist()
        return [row | {"report_year": None if year == NULL else int(year)} for row in rows]

    def _delete(self, parts: Iterable[str]) -> None:
        filesystem, base = self._open()
        for part in parts:
            try:
                filesystem.delete_file(f"{base}/{part}")
            except FileNotFoundError:
                continue

    def _open(self) -> tuple[Any, str]:
        if self._filesystem is None:
            self._filesystem = open_filesystem(self.root)
        return self._filesystem


def part_columns(*, si: bool = False) -> list[Column]:
    """Return the columns of a part: those of facts without the year of the report."""
    return [column for column in (SI_FACT_COLUMNS if si else FACT_COLUMNS) if column.name != "report_year"]


def report_hash(report_id: str) -> str:
    """Return what stands for a report's id in the name of its part."""
    return sha256(report_id.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def open_filesystem(root: str) -> tuple[Any, str]:
    """Return the file system of a folder or URL and the path in it.

    :raises MissingExtra: for a URL without fsspec.
    """
    if "://" not in root:
        return fs.LocalFileSystem(), str(Path(root).absolute())
    try:
        import fsspec
    except ImportError as error:
        raise MissingExtra(root, "fsspec is not installed", "a local folder", 'Install it with: pip install "baoshu[ray]"') from error
    filesystem, path = fsspec.core.url_to_fs(root)
    return fs.PyFileSystem(fs.FSSpecHandler(filesystem)), path.rstrip("/")


def _slug(report_id: str) -> str:
    """Return the readable part of a part's name: the id, escaped where a file name or a reader takes offence, cut to 120 bytes."""
    text = _AWKWARD.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass")), report_id)
    return text.encode()[:_LONGEST_NAME].decode("utf-8", "ignore")
