"""The records that pass between the steps, and their vocabularies.

*Offsets:* every ``start`` and ``end`` is in code points, end exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Measure = Literal["level", "increment", "growth", "change", "share", "rank"]
Direction = Literal["up", "down"]
Bound = Literal["exact", "about", "at_least", "at_most", "over", "under"]
Status = Literal["actual", "target"]
Level = Literal["国家", "省", "市", "县"]

MEASURES: tuple[str, ...] = get_args(Measure)
BOUNDS: tuple[str, ...] = get_args(Bound)
STATUSES: tuple[str, ...] = get_args(Status)
LEVELS: tuple[str, ...] = get_args(Level)
SUBJECT_LABELS = ("METRIC", "PROJECT")
FACT_TYPES = {"METRIC": "指标值", "PROJECT": "项目值"}

VOCABULARIES: dict[str, tuple[str | None, ...]] = {
    "subject_type": SUBJECT_LABELS,
    "measure": MEASURES,
    "direction": (*get_args(Direction), None),
    "bound": BOUNDS,
    "status": STATUSES,
}
"""What may stand in the closed columns of the fact table."""

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Report:
    """One clean report: ``text`` is what every offset anywhere refers to; paragraphs are its lines."""

    report_id: str
    text: str
    text_sha256: str
    source: str
    title: str | None = None
    kind: str | None = None
    place: str | None = None
    adcode: str | None = None
    level: str | None = None
    year: int | None = None
    reported_year: int | None = None
    date: str | None = None
    session: str | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A paragraph of a report, or a piece of an overlong one; ``report.text[start:end] == text``."""

    id: str
    report_id: str
    section: tuple[str, ...]
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled stretch of a chunk. *Offsets:* in the chunk's text."""

    id: int
    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Relation:
    """A link from ``head`` to ``tail``, both ids of spans in the same annotation."""

    head: int
    tail: int
    type: str


@dataclass(frozen=True, slots=True)
class Annotation:
    """A chunk's text with its spans (sorted by start, flat, not overlapping) and relations."""

    text: str
    spans: tuple[Span, ...] = ()
    relations: tuple[Relation, ...] = ()
    id: str = ""

    def span(self, span_id: int) -> Span:
        """Return the span with this id; KeyError when there is none."""
        for span in self.spans:
            if span.id == span_id:
                return span
        raise KeyError(span_id)

    def value(self, span: Span) -> str:
        """Return the characters that the span covers."""
        return self.text[span.start : span.end]


@dataclass(frozen=True, slots=True)
class Fact:
    """One value linked to its subject: a row of the fact table (fact schema, version 1).

    ``report.text[start:end] == value`` and ``report.text[subject_start:subject_end] == subject`` always hold.
    *Offsets:* code points of the clean report text, end exclusive; of the document's text when there is no report.
    """

    fact_id: str
    report_id: str
    report_year: int | None
    section: tuple[str, ...]
    chunk_id: str
    start: int
    end: int
    sentence: str
    subject: str
    subject_type: str
    subject_start: int
    subject_end: int
    metric_id: str | None
    value: str
    number: float | None
    number_high: float | None
    unit: str
    measure: str
    direction: str | None
    bound: str
    status: str
    period: str | None
    place: str | None
    places: tuple[str, ...]
    adcode: str | None
    confidence: float
    model: str
