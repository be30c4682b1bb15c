"""What stands on a doccano server: projects, chunks without their labels, and chunks with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from baoshu.annotate.rows import row_to_annotation
from baoshu.errors import AnnotationError
from baoshu.types import Annotation, Relation


@dataclass(frozen=True, slots=True)
class Project:
    """A project; ``tags`` by their id."""

    id: int
    name: str
    guideline: str
    tags: Mapping[str, str]

    def tag(self, key: str) -> str | None:
        """Return what follows ``key:`` in the first such tag."""
        return next((text.partition(":")[2] for text in self.tags.values() if text.startswith(f"{key}:")), None)


@dataclass(frozen=True, slots=True)
class Example:
    """A chunk on the server, without its labels."""

    id: int
    chunk_id: str
    text: str
    confirmed: bool
    upload_name: str


@dataclass(frozen=True, slots=True)
class Exported:
    """A chunk from the server: its annotation or the error it makes, and the annotator's comments."""

    example_id: int
    chunk_id: str
    annotation: Annotation | AnnotationError
    text_sha256: str
    comments: tuple[str, ...] = ()


def read_exported(row: dict[str, Any], where: str) -> Exported:
    """Return a row of an export, whose offsets are UTF-16 units, as a record.

    :param where: The project, for errors.
    """
    chunk_id = str(row.get("chunk_id") or "")
    annotation: Annotation | AnnotationError
    try:
        annotation = renumbered(row_to_annotation(row, f"{where}: {chunk_id or row.get('id')}", utf16=True, id=chunk_id))
    except AnnotationError as error:
        annotation = error
    comments = tuple(str(one["comment"] if isinstance(one, dict) else one) for one in row.get("Comments") or ())
    return Exported(int(row["id"]), chunk_id, annotation, str(row.get("text_sha256") or ""), comments)


def renumbered(annotation: Annotation) -> Annotation:
    """Count the ids of spans from 0; the server's own are different on every upload."""
    numbers = {span.id: number for number, span in enumerate(annotation.spans)}
    spans = tuple(replace(span, id=numbers[span.id]) for span in annotation.spans)
    relations = sorted((Relation(numbers[r.head], numbers[r.tail], r.type) for r in annotation.relations), key=lambda r: (r.head, r.tail))
    return replace(annotation, spans=spans, relations=tuple(relations))
