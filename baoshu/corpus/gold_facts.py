"""Gold facts: ``annotations/facts/<report_id>.jsonl``, the attributes of every link of a composed report, read and checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from baoshu.annotate.composed import ComposedReport
from baoshu.errors import AnnotationError, BaoshuError
from baoshu.files import read_jsonl_or_errors
from baoshu.types import VOCABULARIES, Annotation

_OFFSETS = ("start", "end", "subject_start", "subject_end")
_TYPES: tuple[tuple[tuple[str, ...], tuple[type, ...], str], ...] = (
    (("report_id", "chunk_id", "value", "subject", "unit"), (str,), "a string"),
    (_OFFSETS, (int,), "a whole number"),
    (("number", "number_high"), (int, float, type(None)), "a number or null"),
    (("period", "place", "note"), (str, type(None)), "a string or null"),
)
_PERIOD = re.compile(r"(?:19|20)\d\d(?:/(?:19|20)\d\d)?")
_HINT = "See annotations/facts/README.md"


@dataclass(frozen=True, slots=True)
class GoldFact:
    """The attributes of one link, by hand. *Offsets:* code points of the clean report text, end exclusive."""

    report_id: str
    chunk_id: str
    start: int
    end: int
    subject_start: int
    subject_end: int
    value: str
    subject: str
    subject_type: str
    number: float | None
    number_high: float | None
    unit: str
    measure: str
    direction: str | None
    bound: str
    status: str
    period: str | None
    place: str | None
    note: str | None = None

    @property
    def link(self) -> tuple[int, int, int, int]:
        """The four offsets that name the link."""
        return self.start, self.end, self.subject_start, self.subject_end


@dataclass(frozen=True, slots=True)
class _Link:
    """A link of the composed annotation, its offsets moved to the report."""

    chunk_id: str
    value: str
    subject: str
    subject_type: str
    place: str | None


def read_gold_facts(folder: Path, composed: Mapping[str, ComposedReport], failures: list[BaoshuError] | None = None) -> dict[str, list[GoldFact]]:
    """Read the gold facts of an annotations folder, by report id.

    Each row must name a link of the composed report, repeat its words, and keep to the vocabularies; each link has one row.

    :param composed: The composed reports by their ids.
    :param failures: Takes an error for each row or link that does not fit; without it the first one is raised.
    """
    found: dict[str, list[GoldFact]] = {}
    for path in sorted((folder / "facts").glob("*.jsonl")):
        facts: list[GoldFact] = []
        for one in _read_file(path, composed.get(path.stem)):
            if isinstance(one, GoldFact):
                facts.append(one)
            elif failures is None:
                raise one
            else:
                failures.append(one)
        if path.stem in composed:
            found[path.stem] = facts
    return found


def _read_file(path: Path, composed: ComposedReport | None) -> Iterator[GoldFact | BaoshuError]:
    if composed is None:
        yield AnnotationError(str(path), f"no composed report {path.stem}", f"annotations/composed/{path.stem}.txt")
        return
    links = _links(composed)
    left = dict(links)
    for number, row in read_jsonl_or_errors(path):
        where = f"{path}:{number}"
        if isinstance(row, BaoshuError):
            yield row
            continue
        named = next((link for link in left if all(row.get(name) == offset for name, offset in zip(_OFFSETS, link, strict=True))), None)
        try:
            fact = _fact(row, where)
            _check_link(fact, links, composed, where)
            if named is None:
                raise AnnotationError(where, f"the link {fact.value} → {fact.subject} stands twice", "one row a link")
            del left[named]
            yield fact
        except AnnotationError as error:
            if named is not None:
                del left[named]  # it has a row, if a wrong one
            yield error
    for (start, end, *_), link in left.items():
        yield AnnotationError(
            str(path), f"no row for {link.value} [{start}:{end}] → {link.subject} in {link.chunk_id}", "a row for every link", _HINT
        )


def _fact(row: dict[str, Any], where: str) -> GoldFact:
    """Read a row; its types and vocabularies are checked here."""
    known = {field.name: field.default for field in fields(GoldFact)}
    missing = [name for name, default in known.items() if name not in row and default is MISSING]
    if missing or set(row) - set(known):
        what = f"lacks {', '.join(missing)}" if missing else f"has {', '.join(sorted(set(row) - set(known)))}"
        raise AnnotationError(where, f"the row {what}", f"the keys {', '.join(known)}", _HINT)
    for names, kinds, words in _TYPES:
        for name in names:
            if not isinstance(row.get(name), kinds) or isinstance(row.get(name), bool):
                raise AnnotationError(where, f"{name} is {row.get(name)!r}", words)
    for name, words_of in VOCABULARIES.items():
        if row[name] not in words_of:
            raise AnnotationError(where, f"{name} is {row[name]!r}", "one of " + " ".join(str(word or "null") for word in words_of))
    if row["direction"] is not None and row["measure"] not in ("growth", "change", "increment"):
        raise AnnotationError(where, f"{row['measure']} has the direction {row['direction']}", "a direction of growth, change and increment only")
    number, high = row["number"], row["number_high"]
    if (number or 0) < 0 or (high is not None and (number is None or high < number)):
        raise AnnotationError(where, f"number {number}, number_high {high}", "0 or more, and an upper end that is not the lower one")
    if row["period"] is not None and not _PERIOD.fullmatch(row["period"]):
        raise AnnotationError(where, f"period is {row['period']!r}", "2025, 2021/2025 or null")
    return GoldFact(**row)


def _check_link(fact: GoldFact, links: Mapping[tuple[int, int, int, int], _Link], composed: ComposedReport, where: str) -> None:
    """Check a row against the link that it names."""
    if fact.report_id != composed.report.report_id:
        raise AnnotationError(where, f"report_id is {fact.report_id}", composed.report.report_id)
    text = composed.report.text
    for start, end, words in ((fact.start, fact.end, fact.value), (fact.subject_start, fact.subject_end, fact.subject)):
        if text[start:end] != words or start < 0:
            raise AnnotationError(where, f"[{start}:{end}] reads {text[start:end]!r}", repr(words), "Was the composed report edited?")
    link = links.get(fact.link)
    if link is None:
        raise AnnotationError(
            where, f"{fact.value} is not linked to {fact.subject}", "a link of the composed report", "Was the composed report edited?"
        )
    for name in ("chunk_id", "subject_type", "place"):
        if getattr(fact, name) != getattr(link, name):
            raise AnnotationError(where, f"{name} is {getattr(fact, name)!r}", repr(getattr(link, name)))


def _links(composed: ComposedReport) -> dict[tuple[int, int, int, int], _Link]:
    """Return the links of a composed report in the order of the text; the place is the first linked one, else the report's."""
    found = {}
    offset = 0
    for annotation in composed.annotations:
        for relation in sorted(annotation.relations, key=lambda one: (annotation.span(one.head).start, annotation.span(one.tail).start)):
            if relation.type != "所在地":
                value, subject = annotation.span(relation.head), annotation.span(relation.tail)
                key = (offset + value.start, offset + value.end, offset + subject.start, offset + subject.end)
                place = _first_place(annotation, subject.id) or composed.report.place
                found[key] = _Link(annotation.id, annotation.value(value), annotation.value(subject), subject.label, place)
        offset += len(annotation.text) + 1
    return found


def _first_place(annotation: Annotation, subject_id: int) -> str | None:
    places = [annotation.span(one.tail) for one in annotation.relations if one.type == "所在地" and one.head == subject_id]
    return annotation.value(min(places, key=lambda span: span.start)) if places else None
