"""A report file → a clean :class:`~baoshu.types.Report`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from glob import glob, has_magic
from pathlib import Path
from typing import Any

from baoshu.errors import BaoshuError, ReportError
from baoshu.files import sha256
from baoshu.reports.clean import clean_lines, split_lines
from baoshu.reports.decode import decode
from baoshu.reports.docx import read_docx
from baoshu.reports.html import read_html
from baoshu.reports.metadata import read_metadata
from baoshu.reports.pdf import read_pdf
from baoshu.types import Report

SUFFIXES = (".txt", ".docx", ".pdf", ".html", ".htm")
_RESAVE = {".doc": "Word", ".wps": "WPS", ".ofd": "an OFD reader", ".rtf": "Word"}
_MAX_BYTES = 200_000_000
_MIN_CHARACTERS = 1


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read and the id its report gets."""

    path: Path
    report_id: str


def read_report(path: str | Path, *, report_id: str | None = None) -> Report:
    """Read a txt, docx, pdf or html report.

    :param report_id: The report's id; by default the file's name without its suffix.
    :returns: The report with its clean text, paragraphs separated by line feeds. Lone surrogates become U+FFFD.
    :raises ReportError: when the file is missing, empty, of an unknown kind or cannot be read.
    """
    path = Path(path)
    data = _read_bytes(path)
    lines = _raw_lines(data, path)
    paragraphs = clean_lines(line.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for line in lines)
    text = "\n".join(paragraphs)
    if len(text) < _MIN_CHARACTERS:
        raise ReportError(str(path), "no text is left after cleaning", "the text of a report")
    metadata = read_metadata(paragraphs, [line for line in lines if line.strip()])
    return Report(report_id or path.stem, text, sha256(text), source=str(path), **asdict(metadata))


def find_sources(arguments: Iterable[str | Path]) -> tuple[list[Source], list[Path], list[BaoshuError]]:
    """Resolve files, folders and globs.

    The id of a file is its path relative to the argument without its suffix, ``/`` written ``__``; a clash
    gets a number from 2 on.

    :returns: Sources in order, files in folders that are of no known kind, and an error for each argument that is
        missing, named outright but of an unknown kind, or holds no report.
    """
    found: list[tuple[Path, str]] = []
    skipped: list[Path] = []
    errors: list[BaoshuError] = []
    for argument in arguments:
        path = Path(argument)
        if path.is_dir():
            files = [Path(folder) / name for folder, _, names in sorted(os.walk(path)) for name in sorted(names)]
            fitting = [file for file in files if file.suffix.lower() in SUFFIXES and not file.name.startswith((".", "~$"))]
            skipped.extend(file for file in files if file not in set(fitting) and not file.name.startswith("."))
            found.extend((file, _relative_id(file, path)) for file in fitting)
            if not fitting:
                errors.append(ReportError(str(path), "a folder with no report", "txt, docx, pdf or html files inside"))
        elif path.is_file():
            found.append((path, path.stem))
        elif has_magic(str(argument)):
            matches = [Path(match) for match in sorted(glob(str(argument), recursive=True)) if Path(match).is_file()]
            root = Path(os.path.commonpath([match.parent for match in matches])) if matches else path
            found.extend((match, _relative_id(match, root)) for match in matches)
            if not matches:
                errors.append(ReportError(str(argument), "no file matches", "a glob that matches reports"))
        else:
            errors.append(ReportError(str(path), "no such file or folder", "a report, a folder or a glob", "Check the path."))
    return _numbered(found), skipped, errors


def report_row(report: Report) -> dict[str, Any]:
    """Return the row that ``baoshu ingest`` writes."""
    return asdict(report)


def report_from_row(row: dict[str, Any], where: str = "row") -> Report:
    """Read a row of ``baoshu ingest`` back; unknown keys are ignored.

    :raises ReportError: when report_id or text is missing or of the wrong type.
    """
    for key in ("report_id", "text"):
        if not isinstance(row.get(key), str) or not row[key]:
            raise ReportError(where, f"{key} is {row.get(key)!r}", "a non-empty string", "Write such rows with: baoshu ingest")
    known = {name: row.get(name) for name in Report.__dataclass_fields__}
    known["text_sha256"] = sha256(row["text"])
    known["source"] = row.get("source") or where
    return Report(**known)


def equal_texts(reports: Iterable[Report]) -> Iterator[tuple[str, str]]:
    """Yield ``(report_id, id of an earlier report with the same text)``."""
    first: dict[str, str] = {}
    for report in reports:
        if report.text_sha256 in first:
            yield report.report_id, first[report.text_sha256]
        first.setdefault(report.text_sha256, report.report_id)


def _read_bytes(path: Path) -> bytes:
    where = str(path)
    suffix = path.suffix.lower()
    if suffix in _RESAVE:
        raise ReportError(where, f"a {suffix} file", "txt, docx, pdf or html", f"Open it in {_RESAVE[suffix]} and save it as .docx or .pdf.")
    if suffix not in SUFFIXES:
        raise ReportError(where, f"unknown kind of file {suffix or '(no suffix)'}", "txt, docx, pdf or html")
    try:
        size = path.stat().st_size
        if size > _MAX_BYTES:
            raise ReportError(where, f"{size:,} bytes", "at most 200 MB", "Split the file.")
        data = path.read_bytes()
    except OSError as error:
        raise ReportError(where, error.strerror or str(error), "a readable file", "Check the path.") from error
    if not data:
        raise ReportError(where, "empty file", "the text of a report")
    return data


def _raw_lines(data: bytes, path: Path) -> list[str]:
    where = str(path)
    match path.suffix.lower():
        case ".docx":
            return read_docx(data, where)
        case ".pdf":
            return read_pdf(data, where)
        case ".html" | ".htm":
            return read_html(data, where)
        case _:
            return split_lines(decode(data, where))


def _relative_id(file: Path, root: Path) -> str:
    return "__".join(file.relative_to(root).with_suffix("").parts)


def _numbered(found: list[tuple[Path, str]]) -> list[Source]:
    counts: Counter[str] = Counter()
    sources: list[Source] = []
    taken: set[str] = set()
    for path, report_id in found:
        counts[report_id] += 1
        unique = report_id
        while unique in taken:
            counts[report_id] += 1
            unique = f"{report_id}-{counts[report_id] - 1}"
        taken.add(unique)
        sources.append(Source(path, unique))
    return sources
