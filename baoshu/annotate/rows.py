"""Annotation ↔ the rows of doccano's relation JSONL, checked both ways; UTF-16 offsets at the doccano boundary only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from baoshu.errors import AnnotationError
from baoshu.scheme import current_scheme, relation_type
from baoshu.types import Annotation, Relation, Span


def check_annotation(annotation: Annotation, where: str = "") -> None:
    """Raise an error for the first rule that an annotation breaks.

    Spans lie inside the text, are not empty, carry a known label, do not start or end with whitespace, do not
    overlap and are sorted; ids are unique; relations join known spans of the right labels.

    :raises AnnotationError: naming the span and its characters.
    """
    where = where or annotation.id or "annotation"
    labels = current_scheme().labels
    before: Span | None = None
    by_id: dict[int, Span] = {}
    for span in annotation.spans:
        value = annotation.value(span)
        place = f"span {span.id} [{span.start}:{span.end}] {value!r}"
        if span.label not in labels:
            raise AnnotationError(where, f"{place} has the label {span.label!r}", f"one of {', '.join(labels)}", "Correct it in the annotation.")
        if not 0 <= span.start < span.end <= len(annotation.text):
            raise AnnotationError(
                where,
                f"span {span.id} [{span.start}:{span.end}] lies outside its text of {len(annotation.text)} characters",
                "0 ≤ start < end ≤ length",
                "Was the text edited after it was annotated?",
            )
        if value != value.strip():
            raise AnnotationError(where, f"{place} starts or ends with a space", "the words alone", "Trim the span.")
        if before is not None and span.start < before.end:
            raise AnnotationError(
                where,
                f"{place} overlaps or precedes [{before.start}:{before.end}] {annotation.value(before)!r}",
                "flat spans in order",
                "Keep one of the two.",
            )
        if span.id in by_id:
            raise AnnotationError(where, f"the span id {span.id} stands twice", "ids unique in the row")
        by_id[span.id] = before = span
    for relation in annotation.relations:
        ends = [by_id.get(relation.head), by_id.get(relation.tail)]
        if ends[0] is None or ends[1] is None:
            raise AnnotationError(where, f"relation {relation.head} → {relation.tail} points to no span", f"ids among {sorted(by_id)}")
        kind = relation_type(ends[0].label, ends[1].label)
        if kind is None or relation.type != kind:
            raise AnnotationError(
                where,
                f"relation {relation.type!r} from {ends[0].label} to {ends[1].label}",
                kind or current_scheme().describe_links(),
            )


def annotation_to_row(annotation: Annotation, *, utf16: bool = False, **extra: Any) -> dict[str, Any]:
    """Return the row of an annotation, ``{text, entities, relations}`` and ``extra``.

    :param utf16: Count offsets in UTF-16 units, as doccano does. *Offsets:* otherwise code points, end exclusive.
    """
    convert = utf16_offsets(annotation.text) if utf16 else _same
    return {
        **extra,
        "text": annotation.text,
        "entities": [{"id": s.id, "label": s.label, "start_offset": convert(s.start), "end_offset": convert(s.end)} for s in annotation.spans],
        "relations": [{"id": number, "from_id": r.head, "to_id": r.tail, "type": r.type} for number, r in enumerate(annotation.relations)],
    }


def row_to_annotation(row: dict[str, Any], where: str, *, utf16: bool = False, id: str = "") -> Annotation:
    """Read a row of doccano's relation JSONL; entities may come in any order, relations in either direction.

    :param utf16: Offsets of the row are UTF-16 units. *Offsets:* of the result: code points, end exclusive.
    :raises AnnotationError: for missing keys, wrong types, offsets inside a surrogate pair, and what :func:`check_annotation` finds.
    """
    text = row.get("text")
    if not isinstance(text, str) or not text:
        raise AnnotationError(where, f"text is {text!r}", "a non-empty string")
    if "entities" not in row:
        raise AnnotationError(where, f"no entities among the keys {', '.join(map(str, row))}", "{text, entities, relations}")
    convert = code_point_offsets(text) if utf16 else _same
    spans = []
    for entity in _items(row, "entities", where):
        try:
            start, end = convert(_integer(entity["start_offset"])), convert(_integer(entity["end_offset"]))
            spans.append(Span(_integer(entity["id"]), str(entity["label"]), start, end))
        except (KeyError, TypeError, ValueError) as error:
            raise AnnotationError(
                where,
                f"entity {entity!r} ({_reason(error)})",
                "{id, label, start_offset, end_offset} with whole numbers",
                "Was the text edited after it was annotated?",
            ) from error
    spans.sort(key=lambda span: (span.start, span.end, span.id))
    labels = {span.id: span.label for span in spans}
    relations = []
    for relation in _items(row, "relations", where):
        try:
            head, tail = _integer(relation["from_id"]), _integer(relation["to_id"])
            kind = str(relation["type"])
        except (KeyError, TypeError, ValueError) as error:
            raise AnnotationError(where, f"relation {relation!r} ({_reason(error)})", "{from_id, to_id, type}") from error
        if kind not in current_scheme().types:
            raise AnnotationError(where, f"relation type {kind!r}", f"one of {', '.join(current_scheme().types)}")
        if relation_type(labels.get(head, ""), labels.get(tail, "")) != kind and relation_type(labels.get(tail, ""), labels.get(head, "")) == kind:
            head, tail = tail, head
        relations.append(Relation(head, tail, kind))
    annotation = Annotation(text, tuple(spans), tuple(dict.fromkeys(relations)), id or row_id(row))
    check_annotation(annotation, where)
    return annotation


def row_id(row: Mapping[str, Any]) -> str:
    """Return the chunk id of a row, ``chunk_id`` or a string ``id`` (a number is doccano's own); "" when there is none."""
    own = row.get("id")
    return str(row.get("chunk_id") or (own if isinstance(own, str) else ""))


def utf16_offsets(text: str) -> Callable[[int], int]:
    """Return a function from code points to UTF-16 units for offsets of this text."""
    if not text or max(text) <= "\uffff":
        return _same
    table = [0]
    for character in text:
        table.append(table[-1] + (2 if character > "\uffff" else 1))
    return table.__getitem__


def code_point_offsets(text: str) -> Callable[[int], int]:
    """Return a function from UTF-16 units to code points; ValueError for an offset inside a pair or outside the text."""
    if not text or max(text) <= "\uffff":
        return _same
    to_utf16 = utf16_offsets(text)
    table = {to_utf16(index): index for index in range(len(text) + 1)}

    def convert(offset: int) -> int:
        if offset not in table:
            raise ValueError(f"{offset} is inside a character or outside the text")
        return table[offset]

    return convert


def _same(offset: int) -> int:
    return offset


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not (isinstance(value, int) or (isinstance(value, float) and value.is_integer())):
        raise ValueError(f"{value!r} is no whole number")
    return int(value)


def _items(row: dict[str, Any], key: str, where: str) -> list[dict[str, Any]]:
    items = row.get(key)
    if items is None:
        return []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise AnnotationError(where, f"{key} is {type(items).__name__}", "a list of objects")
    return items


def _reason(error: Exception) -> str:
    return f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
