"""A text with its spans → pieces that a template shows: which characters are marked, as what, and which belong to the fact in view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a text to show as marked. *Offsets:* code points, end exclusive.

    :param href: Where it leads. :param strong: It belongs to what is in view.
    """

    start: int
    end: int
    label: str
    href: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters between two edges; ``mark`` is None where nothing is marked."""

    text: str
    mark: Mark | None = None


def cut(text: str, marks: Iterable[Mark]) -> list[Piece]:
    """Cut a text at the edges of its marks. Of marks that overlap, strong ones stay, then longer ones, then earlier ones."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda m: (not m.strong, m.start - m.end, m.start, m.label, not m.href)):
        if 0 <= mark.start < mark.end <= len(text) and all(mark.end <= one.start or one.end <= mark.start for one in kept):
            kept.append(mark)
    pieces, position = [], 0
    for mark in sorted(kept, key=lambda m: m.start):
        if position < mark.start:
            pieces.append(Piece(text[position : mark.start]))
        pieces.append(Piece(text[mark.start : mark.end], mark))
        position = mark.end
    if position < len(text):
        pieces.append(Piece(text[position:]))
    return pieces


def fact_marks(facts: Sequence[Mapping[str, Any]], text: str, offset: int, *, in_view: str = "", link: str = "/facts/") -> list[Mark]:
    """Return the marks of facts in a paragraph: values, their subjects, and the places they name in its text.

    :param offset: Where the paragraph starts in the report. :param in_view: The fact whose marks are strong.
    :param link: Before the id of a fact in the address a value leads to; "" for none.
    """
    marks = []
    for fact in facts:
        strong = fact["fact_id"] == in_view
        href = f"{link}{fact['fact_id']}" if link and not strong else ""
        marks.append(Mark(fact["start"] - offset, fact["end"] - offset, "VALUE", href, strong))
        marks.append(Mark(fact["subject_start"] - offset, fact["subject_end"] - offset, fact["subject_type"], "", strong))
        for place in fact["places"] or ():
            before = text.rfind(place, 0, max(fact["subject_start"] - offset, 0))
            found = before if before >= 0 else text.find(place)
            if found >= 0:
                marks.append(Mark(found, found + len(place), "PLACE", "", strong))
    return marks
