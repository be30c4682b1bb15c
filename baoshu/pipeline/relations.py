"""Relations on a Doc: ``doc._.relations`` and how gold ones travel in a DocBin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from spacy.tokens import Doc

RELATIONS_KEY = "baoshu_relations"


@dataclass(frozen=True, slots=True)
class EntityRelation:
    """A link between two entities of a Doc, by their places in ``doc.ents``; ``probability`` is 1 for gold."""

    head: int
    tail: int
    type: str
    probability: float = 1.0


def get_relations(doc: Doc) -> tuple[EntityRelation, ...]:
    """Return the relations of a Doc; links whose entity is gone are left out."""
    place = {(ent.start, ent.end): index for index, ent in enumerate(doc.ents)}
    found = []
    for head_start, head_end, tail_start, tail_end, kind, probability in doc.user_data.get(RELATIONS_KEY, ()):
        head, tail = place.get((head_start, head_end)), place.get((tail_start, tail_end))
        if head is not None and tail is not None:
            found.append(EntityRelation(head, tail, kind, probability))
    return tuple(found)


def set_relations(doc: Doc, relations: Iterable[EntityRelation]) -> None:
    """Store relations as offsets, so that they survive serialization."""
    ents = doc.ents
    doc.user_data[RELATIONS_KEY] = [
        [ents[r.head].start, ents[r.head].end, ents[r.tail].start, ents[r.tail].end, r.type, float(r.probability)] for r in relations
    ]


def _register() -> None:
    if not Doc.has_extension("relations"):
        Doc.set_extension("relations", getter=get_relations, setter=set_relations)


def span_rows(doc: Doc) -> list[dict[str, Any]]:
    """Return the entities of a Doc as doccano rows. *Offsets:* code points, end exclusive."""
    return [{"id": index, "label": ent.label_, "start_offset": ent.start_char, "end_offset": ent.end_char} for index, ent in enumerate(doc.ents)]


_register()
