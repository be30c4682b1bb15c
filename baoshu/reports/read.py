"""A report file → a clean :class:`~baoshu.types.Report`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from glob import glob, has_magic
from itertools import count
from pathlib import Path

from baoshu.errors import BaoshuError, ReportError
from baoshu.files import sha256
from baoshu.reports.clean import clean_lines, split_lines
from baoshu.reports.decode import decode
from baoshu.reports.limits import beyond, limit
from baoshu.reports.metadata import read_metadata
from baoshu.reports.remote import find_urls, is_url, read_url, url_suffix
from baoshu.types import Report

SUFFIXES = (".txt", ".docx", ".pdf", ".html", ".htm")
_TEXT = (".txt", ".html", ".htm")
_KINDS = "txt, docx, pdf or html"
_RESAVE = {".doc": "Word", ".wps": "WPS", ".ofd": "an OFD reader", ".rtf": "Word"}
_MAGIC = ((b"%PDF-", "a PDF", ".pdf"), (b"PK\x03\x04", "a zip or Word file", ".docx"), (b"\xd0\xcf\x11\xe0", "an old Office file", ".doc"))
# What no text format of the results can carry: control characters, lone surrogates, noncharacters.
_ILLEGIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, or the URL of one as a string, and the id its report gets."""

    path: Path | str
    report_id: str


def read_report(path: str | Path, *, report_id: str | None = None) -> Report:
    """Read a txt, docx, pdf or html report.

    :param path: A file, or the URL of one (with the extra ``ray``).
    :param report_id: The report's id; by default the file's name without its suffix.
    :returns: The report with its clean text, paragraphs separated by line feeds. Control characters and lone surrogates
        become U+FFFD.
    :raises ReportError: when the file is missing, empty, of an unknown kind, beyond a limit or cannot be read.
    """
    path = path if is_url(path) else Path(path)
    return parse_report(read_source(path), path, report_id=report_id)


def parse_report(data: bytes, path: Path | str, *, report_id: str | None = None) -> Report:
    """Read a report from the bytes that :func:`read_source` gave; as :func:`read_report`."""
    where, suffix = source_name(path), _suffix(path)
    if not data:
        raise ReportError(where, "empty file", "the text of a report", "Download or export it again.")
    for magic, what, right in _MAGIC:
        if data.startswith(magic) and suffix != right and (suffix, right) != (".docx", ".doc"):
            raise ReportError(where, f"{what} named {suffix}", f"a {suffix} file", f"Rename it to {right}.")
    lines = [_legible(line) for piece in _raw_text(data, where, suffix) for line in split_lines(piece)]
    paragraphs = clean_lines(lines)
    if not paragraphs:
        raise ReportError(where, "no text is left after cleaning", "the text of a report")
    text = "\n".join(paragraphs)
    return Report(report_id or Path(where).stem, text, sha256(text), source=where, **asdict(read_metadata(paragraphs, lines)))


def source_name(path: Path | str) -> str:
    """Return a path as text that can be printed and stored; the bytes of a name that is not UTF-8 are read as GB18030."""
    text = str(path)
    if text.isprintable():
        return text
    name = os.fsencode(text)
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("utf-8", "replace")


def find_sources(arguments: Iterable[str | Path]) -> tuple[list[Source], list[Path], list[BaoshuError]]:
    """Resolve files, folders, globs and URLs; a file that several arguments name is taken once.

    The id of a file is its path relative to the argument without its suffix, ``/`` written ``__``; a clash
    gets a number from 2 on. Hidden files and folders are passed over.

    :returns: Sources in order, files in folders and globs that are of no known kind, and an error for each argument
        that is missing or holds no report, and for each folder that cannot be listed.
    """
    found: list[tuple[Path | str, str]] = []
    skipped: list[Path] = []
    errors: list[BaoshuError] = []
    for argument in arguments:
        if is_url(argument):
            try:
                found.extend(_remote(str(argument), skipped))
            except ReportError as error:
                errors.append(error)
            continue
        path = Path(argument)
        if path.is_dir():
            files = list(_files(path, errors))
            fitting = [file for file in files if _is_report(file)]
            if not fitting:
                errors.append(ReportError(str(path), "a folder with no report", f"{_KINDS} files inside"))
        elif path.is_file():
            files = fitting = [path]
            path = path.parent
        elif has_magic(str(argument)):
            files = [Path(match) for match in sorted(glob(str(argument), recursive=True)) if Path(match).is_file()]
            is_named = path.suffix and not has_magic(path.suffix)
            fitting = files if is_named else [file for file in files if _is_report(file)]
            path = Path(os.path.commonpath([file.parent for file in files])) if files else path
            if not fitting:
                errors.append(ReportError(str(argument), "no report matches", f"a glob that matches {_KINDS} files"))
        else:
            files = fitting = []
            errors.append(ReportError(str(path), "no such file or folder", "a report, a folder or a glob", "Check the path."))
        kept = set(fitting)
        found.extend((file, _id_of(file.relative_to(path))) for file in fitting)
        skipped.extend(file for file in files if file not in kept)
    return _numbered(found), skipped, errors


def read_source(path: Path | str) -> bytes:
    """Return the bytes of a report file.

    :raises ReportError: when it is missing, of an unknown kind, too large or cannot be read.
    """
    where, suffix = source_name(path), _suffix(path)
    name = "text_bytes" if suffix in _TEXT else "file_bytes"
    try:
        size = 0 if isinstance(path, str) else path.stat().st_size
        if isinstance(path, Path) and path.is_dir():
            raise ReportError(where, "a folder", f"a {_KINDS} file", "Name a file inside, or read the folder with: baoshu ingest")
        if suffix in _RESAVE:
            raise ReportError(where, f"a {suffix} file", _KINDS, f"Open it in {_RESAVE[suffix]} and save it as .docx or .pdf.")
        if suffix not in SUFFIXES:
            raise ReportError(where, f"unknown kind of file {suffix or '(no suffix)'}", _KINDS, "Rename it if it is one of these.")
        if isinstance(path, Path) and not path.is_file():
            raise ReportError(where, "a device or pipe", f"a {_KINDS} file", "Copy what it gives into a file.")
        if size > limit(name):
            raise beyond(where, name, f"{size:,} bytes", "bytes")
        data = read_url(path, limit(name)) if isinstance(path, str) else path.read_bytes()
    except OSError as error:
        raise ReportError(where, error.strerror or str(error), "a readable file", "Check the path.") from error
    if len(data) > limit(name):
        raise beyond(where, name, f"more than {limit(name):,} bytes", "bytes")
    return data


def _suffix(path: Path | str) -> str:
    return url_suffix(path) if isinstance(path, str) else path.suffix.lower()


def _raw_text(data: bytes, where: str, suffix: str) -> list[str]:
    # each reader brings a library that the others do without
    match suffix:
        case ".docx":
            from baoshu.reports.docx import read_docx

            return read_docx(data, where)
        case ".pdf":
            from baoshu.reports.pdf import read_pdf

            return read_pdf(data, where)
        case ".html" | ".htm":
            from baoshu.reports.html import read_html

            return read_html(data, where)
        case _:
            return [decode(data, where)]


def _legible(line: str) -> str:
    paired = line.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _ILLEGIBLE.sub("\ufffd", paired)


def _files(folder: Path, errors: list[BaoshuError]) -> Iterator[Path]:
    """Yield the files of a folder and of the folders in it, sorted, hidden ones left out; what cannot be listed is an error."""

    def fail(error: OSError) -> None:
        errors.append(ReportError(error.filename or str(folder), error.strerror or str(error), "a folder that can be listed"))

    for parent, folders, names in os.walk(folder, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent) / name for name in sorted(names) if not name.startswith((".", "~$")))


def _is_report(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES


def _remote(argument: str, skipped: list[Path]) -> Iterator[tuple[str, str]]:
    """Yield ``(url, report id)`` of the reports that a URL names; other files behind it go to ``skipped``."""
    found = find_urls(argument)
    for url, below in found:
        if len(found) == 1 or url_suffix(url) in SUFFIXES:
            yield url, _id_of(Path(below))
        else:
            skipped.append(Path(below))


def _id_of(below: Path) -> str:
    return "__".join(Path(source_name(below)).with_suffix("").parts)


def _numbered(found: Iterable[tuple[Path | str, str]]) -> list[Source]:
    """Give each file its id, numbering clashes; a file that was found before is left out."""
    sources: list[Source] = []
    seen: set[Path | str] = set()
    taken: set[str] = set()
    for path, report_id in found:
        place = path if isinstance(path, str) else path.resolve()
        if place in seen:
            continue
        seen.add(place)
        numbers = (f"{report_id}-{number}" for number in count(2))
        unique = report_id if report_id not in taken else next(one for one in numbers if one not in taken)
        taken.add(unique)
        sources.append(Source(path, unique))
    return sources
