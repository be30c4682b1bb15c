"""Annotation ↔ Doc: spans become entities, and what fits no token is returned, never dropped in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Span as DocSpan

from baoshu.pipeline.relations import EntityRelation, get_relations, set_relations
from baoshu.types import Annotation, Relation, Span


@dataclass(frozen=True, slots=True)
class Misaligned:
    """A span that starts or ends inside a token. *Offsets:* code points of the chunk."""

    chunk_id: str
    start: int
    end: int
    label: str
    value: str


def annotation_to_doc(annotation: Annotation, nlp: Language) -> tuple[Doc, list[Misaligned]]:
    """Return a gold Doc and the spans that do not fit the tokens of ``nlp``; relations of lost spans are lost with them."""
    doc = nlp.make_doc(annotation.text)
    kept: dict[int, DocSpan] = {}
    lost: list[Misaligned] = []
    for span in annotation.spans:
        found = doc.char_span(span.start, span.end, label=span.label)
        if found is None:
            lost.append(Misaligned(annotation.id, span.start, span.end, span.label, annotation.value(span)))
        else:
            kept[span.id] = found
    doc.set_ents(list(kept.values()))
    place = {(ent.start, ent.end): index for index, ent in enumerate(doc.ents)}
    number = {span_id: place[span.start, span.end] for span_id, span in kept.items()}
    set_relations(
        doc, [EntityRelation(number[r.head], number[r.tail], r.type) for r in annotation.relations if r.head in number and r.tail in number]
    )
    doc.user_data["chunk_id"] = annotation.id
    return doc, lost


def doc_to_annotation(doc: Doc) -> Annotation:
    """Return the entities and relations of a Doc as an annotation. *Offsets:* code points."""
    spans = tuple(Span(index, ent.label_, ent.start_char, ent.end_char) for index, ent in enumerate(doc.ents))
    relations = tuple(Relation(r.head, r.tail, r.type) for r in get_relations(doc))
    return Annotation(doc.text, spans, relations, str(doc.user_data.get("chunk_id", "")))


def misaligned_rate(lost: Sequence[Misaligned], total: int) -> float:
    """Return the share of lost spans among all."""
    return len(lost) / total if total else 0.0
