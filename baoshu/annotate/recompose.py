"""New annotations of paragraphs written back into a composed report, whose text stays the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from baoshu.annotate.composed import parse_lines, read_lines
from baoshu.annotate.disputes import all_links
from baoshu.annotate.markup import format_markup
from baoshu.annotate.rows import check_annotation
from baoshu.errors import AnnotationError
from baoshu.evaluate import span_keys
from baoshu.files import atomic_path
from baoshu.types import Annotation


def replace_paragraphs(path: Path, annotations: Mapping[str, Annotation]) -> int:
    """Write new annotations of some paragraphs into a composed report, in place; returns how many paragraphs changed.

    What is not annotated anew stays as it is, to the byte; so does a paragraph whose spans and links are those already there.

    :param annotations: By chunk id.
    :raises AnnotationError: when a chunk is not in the report or has another text there; nothing is written then.
    """
    pieces = read_lines(path)
    composed, numbers = parse_lines(pieces[::2], path)
    line_of = {annotation.id: (number, annotation) for number, annotation in zip(numbers, composed.annotations, strict=True)}
    changed = 0
    for chunk_id, annotation in annotations.items():
        number, before = line_of.get(chunk_id, (0, None))
        if before is None or before.text != annotation.text:
            raise AnnotationError(str(path), f"no paragraph with the text of {chunk_id}", "the annotated text, unchanged", "Was the report edited?")
        check_annotation(annotation, chunk_id)
        if span_keys(annotation) != span_keys(before) or all_links(annotation) != all_links(before):
            pieces[2 * number] = format_markup(annotation)
            changed += 1
    after, _ = parse_lines(pieces[::2], path)
    if after.report.text != composed.report.text:
        raise AnnotationError(str(path), "the annotations would change the text", "the same text without marks")
    if changed:
        with atomic_path(path) as temporary:
            temporary.write_bytes("".join(pieces).encode())
    return changed
