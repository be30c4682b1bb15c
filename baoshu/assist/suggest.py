"""Pre-annotate rows of JSONL with a trained pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from spacy.language import Language

from baoshu.errors import AnnotationError, BaoshuError
from baoshu.pipeline.relations import get_relations, span_rows


def suggest_rows(
    nlp: Language, rows: Iterable[tuple[int, dict[str, Any] | BaoshuError]], where: str, failures: list[BaoshuError] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield each row in order with ``entities`` and ``relations`` of the pipeline, other keys kept.

    A row without a usable ``text`` comes back with the key ``error`` and what it had; so does a line that is no JSON.

    :param rows: ``(line number, row or the error of the line)``.
    :param where: Name of the input for the errors. *Offsets:* of the result: code points, end exclusive.
    :param failures: Takes the errors of bad rows.
    """
    facts = [name for name in nlp.pipe_names if nlp.get_pipe_meta(name).factory == "baoshu_facts"]
    with nlp.select_pipes(disable=facts):
        for doc, (row, error) in nlp.pipe(_texts(rows, where, nlp.max_length), as_tuples=True):
            if error is not None:
                if failures is not None:
                    failures.append(error)
                yield {**row, "error": str(error)}
                continue
            row.pop("error", None)
            relations = [{"from_id": r.head, "to_id": r.tail, "type": r.type} for r in get_relations(doc)]
            yield {**row, "entities": span_rows(doc), "relations": relations}


def _texts(
    rows: Iterable[tuple[int, dict[str, Any] | BaoshuError]], where: str, max_length: int
) -> Iterator[tuple[str, tuple[dict[str, Any], BaoshuError | None]]]:
    for number, row in rows:
        if isinstance(row, BaoshuError):
            yield "", ({}, row)
            continue
        text = row.get("text")
        problem = _problem(text, max_length)
        if problem:
            yield "", (row, AnnotationError(f"{where}:{number}", *problem))
        else:
            yield text, (row, None)  # type: ignore[misc]


def _problem(text: Any, max_length: int) -> tuple[str, str] | None:
    """Return what is wrong with a text and what was expected, or None."""
    if not isinstance(text, str) or not text:
        return f"text is {text!r}"[:80], "a non-empty string"
    if len(text) > max_length:
        return f"a text of {len(text):,} characters", f"at most {max_length:,}"
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        return "text holds half a surrogate pair", "Unicode text"
    return None
