"""Annotations from wherever they lie: an annotations folder, composed texts, a round, rows of doccano."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from baoshu.annotate.composed import read_all_composed, read_composed
from baoshu.annotate.rows import row_id, row_to_annotation
from baoshu.errors import AnnotationError, BaoshuError
from baoshu.files import read_jsonl, read_jsonl_lines
from baoshu.types import Annotation

CHUNKS, REVIEW = "chunks.jsonl", "review.jsonl"


def read_rows(path: Path, failures: list[BaoshuError], *, utf16: bool = False) -> list[Annotation]:
    """Read a JSONL file of relation rows; one without an id is named by its file and line.

    :param utf16: Offsets of the rows are UTF-16 units, as in an export of doccano.
    :param failures: Takes the error of each row that cannot be read.
    """
    annotations = []
    for number, row in read_jsonl_lines(path, failures):
        try:
            annotation = row_to_annotation(row, f"{path}:{number}", utf16=utf16)
        except AnnotationError as error:
            failures.append(error)
            continue
        named = annotation.id or f"{path.stem}:{number}"
        annotations.append(Annotation(annotation.text, annotation.spans, annotation.relations, named))
    return annotations


def read_sources(path: Path, failures: list[BaoshuError], *, utf16: bool = False) -> dict[str, list[Annotation]]:
    """Read a file or a folder; what should be consistent in itself is one source.

    The composed texts and the gold of an annotations folder are one source, as are the texts of any folder; each JSONL file of
    another folder, such as the annotators of a round, is one of its own.

    :raises AnnotationError: when a folder holds no annotations.
    """
    if not path.is_dir():
        return {str(path): _read_file(path, failures, utf16)}
    whole = (path / "composed").is_dir() or (path / "gold").is_dir()
    texts = [a for one in read_all_composed(path / "composed" if whole else path, failures) for a in one.annotations]
    files = sorted((path / "gold" if whole else path).glob("*.jsonl"))
    rows = {str(file): read_rows(file, failures, utf16=utf16) for file in files}
    if whole:
        texts += [annotation for annotations in rows.values() for annotation in annotations]
        rows = {}
    found = ({str(path): texts} if texts else {}) | rows
    if not found and not failures:
        raise AnnotationError(str(path), "a folder without annotations", "composed/*.txt, gold/*.jsonl, *.txt or *.jsonl")
    return found


def annotator_files(folder: Path) -> dict[str, Path]:
    """Return the file of each annotator; ``chunks``, ``review`` and lists of failures are none."""
    files = sorted(folder.glob("*.jsonl"))
    return {path.stem: path for path in files if path.name not in (CHUNKS, REVIEW) and not path.name.endswith(".failures.jsonl")}


def annotated_ids(folder: Path, failures: list[BaoshuError]) -> set[str]:
    """Return the ids of the chunks that an annotations folder has: composed, gold, or in the file of an annotator of any round."""
    composed = {a.id for one in read_all_composed(folder / "composed", failures) for a in one.annotations}
    files = [*folder.glob("gold/*.jsonl"), *(path for round_ in folder.glob("rounds/*/") for path in annotator_files(round_).values())]
    return composed | {row_id(row) for path in sorted(files) for row in read_jsonl(path, failures)}


def by_id(annotations: Iterable[Annotation], where: str, failures: list[BaoshuError]) -> dict[str, Annotation]:
    """Return annotations by chunk id; of two with one id the first one counts and the second is a failure."""
    found: dict[str, Annotation] = {}
    for one in annotations:
        if one.id in found:
            failures.append(AnnotationError(where, f"the chunk {one.id} stands twice", "one annotation a chunk", "The first one counts."))
        found.setdefault(one.id, one)
    return found


def _read_file(path: Path, failures: list[BaoshuError], utf16: bool) -> list[Annotation]:
    if path.suffix != ".txt":
        return read_rows(path, failures, utf16=utf16)
    try:
        return list(read_composed(path).annotations)
    except AnnotationError as error:
        failures.append(error)
        return []
