"""Composed reports: ``annotations/composed/<report_id>.txt``, front matter and marked paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from baoshu.annotate.markup import parse_markup
from baoshu.annotate.rows import check_annotation
from baoshu.divisions import find_division
from baoshu.errors import AnnotationError, BaoshuError
from baoshu.files import sha256
from baoshu.reports.chunk import split_report
from baoshu.types import LEVELS, Annotation, Report

_KEYS = ("title", "kind", "place", "province", "level", "year", "reported_year", "date", "session", "speaker")
_MAX_CHARS = 1_000_000


@dataclass(frozen=True, slots=True)
class ComposedReport:
    """A composed report and its annotations, one a paragraph, in the order of ``report.text``."""

    report: Report
    province: str
    annotations: tuple[Annotation, ...]


def read_composed(path: Path) -> ComposedReport:
    """Read one composed report.

    :returns: The report, whose text is the paragraphs without marks, and one annotation for each chunk, with the chunk's id.
    :raises AnnotationError: for missing or wrong front matter, broken markup and spans that break the rules.
    """
    return parse_lines(read_lines(path)[::2], path)[0]


def read_lines(path: Path) -> list[str]:
    """Return the lines of a file at the even places and what ends them at the odd ones; joined they are the file.

    :raises AnnotationError: when it cannot be read as UTF-8.
    """
    try:
        return re.split(r"(\r\n|\r|\n)", path.read_bytes().decode("utf-8"))
    except FileNotFoundError as error:
        raise AnnotationError(str(path), "no such file", "a composed report") from error
    except UnicodeDecodeError as error:
        raise AnnotationError(str(path), f"not UTF-8 ({error.reason} at byte {error.start})", "UTF-8 text") from error
    except OSError as error:
        raise AnnotationError(str(path), error.strerror or str(error), "a file that can be read") from error


def parse_lines(lines: Sequence[str], path: Path) -> tuple[ComposedReport, list[int]]:
    """Return the report that lines hold, and the number of each paragraph's line, from 0.

    :param path: Gives the report its id and stands in errors.
    :raises AnnotationError: as :func:`read_composed`.
    """
    metadata, body_start = _front_matter([lines[0].removeprefix("\ufeff"), *lines[1:]], path)
    annotations, numbers = [], []
    for number, line in enumerate(lines[body_start:], start=body_start):
        if line.strip():
            annotation = parse_markup(line, where=f"{path}:{number + 1}")
            check_annotation(annotation, f"{path}:{number + 1}")
            annotations.append(annotation)
            numbers.append(number)
    if not annotations:
        raise AnnotationError(str(path), "no paragraph after the front matter", "a marked report")
    report = _report(metadata, "\n".join(annotation.text for annotation in annotations), path)
    chunks = split_report(report, max_chars=_MAX_CHARS)
    with_ids = (Annotation(a.text, a.spans, a.relations, chunk.id) for a, chunk in zip(annotations, chunks, strict=True))
    return ComposedReport(report, metadata["province"], tuple(with_ids)), numbers


def read_all_composed(folder: Path, failures: list[BaoshuError] | None = None) -> Iterator[ComposedReport]:
    """Yield the composed reports of a folder, sorted by name.

    :param failures: Takes the error of each file that cannot be read; without it the first one is raised.
    """
    paths: Iterable[Path] = sorted(folder.glob("*.txt"))
    for path in paths:
        try:
            yield read_composed(path)
        except AnnotationError as error:
            if failures is None:
                raise
            failures.append(error)


def _front_matter(lines: list[str], path: Path) -> tuple[dict[str, str], int]:
    if not lines or lines[0].strip() != "---":
        raise AnnotationError(f"{path}:1", "no front matter", "a first line of ---", "See annotations/README.md")
    metadata: dict[str, str] = {}
    for number, line in enumerate(lines[1:], start=2):
        if line.strip() == "---":
            missing = [key for key in _KEYS if key not in metadata]
            if missing:
                raise AnnotationError(f"{path}:{number}", f"front matter lacks {', '.join(missing)}", f"the keys {', '.join(_KEYS)}")
            return metadata, number
        if not line.strip():
            continue
        key, colon, value = line.partition(":")
        if not colon or key.strip() not in _KEYS:
            raise AnnotationError(f"{path}:{number}", f"{line[:40]!r}", f"'key: value' with one of {', '.join(_KEYS)}")
        if key.strip() in metadata:
            raise AnnotationError(f"{path}:{number}", f"{key.strip()} stands twice", "each key once")
        metadata[key.strip()] = value.strip()
    raise AnnotationError(str(path), "front matter that is never closed", "a line of ---")


def _report(metadata: dict[str, str], text: str, path: Path) -> Report:
    if metadata["level"] and metadata["level"] not in LEVELS:
        raise AnnotationError(str(path), f"level: {metadata['level']}", f"one of {' '.join(LEVELS)}, or nothing")
    for key in ("year", "reported_year"):
        if metadata[key] and not re.fullmatch("[12][0-9]{3}", metadata[key]):
            raise AnnotationError(str(path), f"{key}: {metadata[key]}", "a year, for example 2021")
    if metadata["date"] and not _is_date(metadata["date"]):
        raise AnnotationError(str(path), f"date: {metadata['date']}", "a day as 2021-01-25, or nothing")
    division = find_division(metadata["place"])
    return Report(
        report_id=path.stem, text=text, text_sha256=sha256(text), source=str(path), title=metadata["title"] or None,
        kind=metadata["kind"] or None, place=metadata["place"] or None, adcode=division.adcode if division else None,
        level=metadata["level"] or None, year=int(metadata["year"]) if metadata["year"] else None,
        reported_year=int(metadata["reported_year"]) if metadata["reported_year"] else None,
        date=metadata["date"] or None, session=metadata["session"] or None,
        speaker=metadata["speaker"].split()[-1] if metadata["speaker"] else None,
    )  # fmt: skip


def _is_date(text: str) -> bool:
    try:
        return re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False
