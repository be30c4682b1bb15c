"""Pre-annotate rows of JSONL with a trained pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from spacy.language import Language

from baoshu.errors import AnnotationError, BaoshuError
from baoshu.pipeline.relations import get_relations, span_rows


def suggest_rows(nlp: Language, rows: Iterable[tuple[int, dict[str, Any] | BaoshuError]], where: str) -> Iterator[dict[str, Any]]:
    """Yield each row in order with ``entities`` and ``relations`` of the pipeline, other keys kept.

    A row without a usable ``text`` comes back with the key ``error`` and what it had; so does a line that is no JSON.

    :param rows: ``(line number, row or the error of the line)``.
    :param where: Name of the input for the errors. *Offsets:* of the result: code points, end exclusive.
    """
    docs = nlp.pipe(_texts(rows, where), as_tuples=True)
    for doc, (row, error) in docs:
        if error is not None:
            yield {**row, "error": error}
            continue
        relations = [{"from_id": r.head, "to_id": r.tail, "type": r.type} for r in get_relations(doc)]
        row.pop("error", None)
        yield {**row, "entities": span_rows(doc), "relations": relations}


def _texts(rows: Iterable[tuple[int, dict[str, Any] | BaoshuError]], where: str) -> Iterator[tuple[str, tuple[dict[str, Any], str | None]]]:
    for number, row in rows:
        if isinstance(row, BaoshuError):
            yield "", ({}, str(row))
        elif not isinstance(row.get("text"), str) or not row["text"]:
            error = AnnotationError(f"{where}:{number}", f"text is {row.get('text')!r}", "a non-empty string")
            yield "", (row, str(error))
        else:
            yield row["text"], (row, None)
