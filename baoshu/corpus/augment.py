"""Seeded variants of annotated chunks: other names and numbers in the same sentences, and the damage that real files have.

Names come from the chunks given and from the gazetteer, so a caller who gives only the training part leaks nothing.
"""

from __future__ import annotations

import itertools
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from baoshu.divisions import divisions
from baoshu.pipeline.gazetteer import other_places, short_names
from baoshu.scheme import current_scheme
from baoshu.types import Annotation, Relation, Span

_FULL_WIDTH = str.maketrans("0123456789.%", "０１２３４５６７８９．％")
_PLACE_CLASS = re.compile(r"(?:自治区|自治州|自治县|新区|省|市|县|区|州|旗|盟)$")
_SAME = {"%": "％", "百分点": "个百分点", "～": "—", "余": "多"}


@dataclass(frozen=True, slots=True)
class Rates:
    """How often each change is made: ``place``, ``subject``, ``value`` and ``unit`` a span, the others a chunk; all between 0 and 1."""

    host: float = 0.7
    place: float = 0.7
    subject: float = 0.15
    value: float = 0.5
    unit: float = 0.1
    full_width: float = 0.05
    space: float = 0.05
    line_break: float = 0.05


class Augmenter:
    """Make variants of chunks.

    :param chunks: Where names to swap in are taken from; give the training part only.
    :param hosts: The place that each report is about, by report id; composed ones are invented, and a real name takes their place
        everywhere in the chunk, inside marks and outside.
    :param seed: Same seed, same chunks, same variants.
    """

    def __init__(self, chunks: Sequence[Annotation], *, hosts: Mapping[str, str] | None = None, rates: Rates | None = None, seed: int = 0) -> None:
        self.rates = rates or Rates()
        self._hosts = hosts or {}
        self._random = random.Random(seed)
        self._roles = current_scheme().roles
        self._subjects: dict[tuple[str, str, int], list[str]] = defaultdict(list)
        for chunk in chunks:
            for span in chunk.spans:
                if self._roles[span.label] in ("METRIC", "PROJECT"):
                    self._subjects[_shape(span.label, chunk.value(span))].append(chunk.value(span))
        self._short = sorted(set(short_names()))
        self._is_short = frozenset(self._short)
        self._places: dict[str, list[str]] = defaultdict(list)
        self._hosts_like: dict[str, list[str]] = defaultdict(list)
        for division in divisions():
            if len(division.name) > 2:
                self._places[division.name[-1]].append(division.name)
            if division.short in self._is_short:
                self._hosts_like[division.name[-1]].append(division.short)
        self._places_of_kind = other_places()
        self._kind_of = {name: kind for kind, names in self._places_of_kind.items() for name in names}

    def variants(self, chunk: Annotation, copies: int = 1) -> Iterator[Annotation]:
        """Yield changed copies of a chunk, two for one that a line break parts; ids get ``~1``, ``~2`` … behind them."""
        for number in range(1, copies + 1):
            moved, host = self._elsewhere(chunk)
            texts = {s.id: moved.value(s) for s in moved.spans}
            changed = replace_spans(
                moved, {s.id: texts[s.id] if host and host in texts[s.id] else self._swap(s.label, texts[s.id]) for s in moved.spans}
            )
            if self._random.random() < self.rates.full_width:
                changed = Annotation(changed.text.translate(_FULL_WIDTH), changed.spans, changed.relations, changed.id)
            if self._random.random() < self.rates.space:
                changed = self._with_space(changed)
            parts = self._broken(changed) if self._random.random() < self.rates.line_break else [changed]
            for letter, part in zip(("", "b"), parts, strict=False):
                yield Annotation(part.text, part.spans, part.relations, f"{chunk.id}~{number}{letter}")

    def _elsewhere(self, chunk: Annotation) -> tuple[Annotation, str]:
        """Give the report's own place the name of a real one of its level; returns that name, "" where nothing changed."""
        place = self._hosts.get(chunk.id.rpartition(":")[0], "")
        name = _PLACE_CLASS.sub("", place)
        others = self._hosts_like.get(place[-1:], [])
        if len(name) < 2 or name not in chunk.text or not others or self._random.random() >= self.rates.host:
            return chunk, ""
        other = self._random.choice(others)
        return replace_everywhere(chunk, name, other), other

    def _swap(self, label: str, value: str) -> str:
        role = self._roles[label]
        if role == "VALUE":
            if self._random.random() < self.rates.value:
                value = self._other_number(value)
            return self._other_unit(value) if self._random.random() < self.rates.unit else value
        if role == "PLACE":
            return self._other_place(value) if self._random.random() < self.rates.place else value
        others = self._subjects.get(_shape(label, value), [])
        if others and self._random.random() < self.rates.subject:
            value = self._random.choice(others)
        if role == "PROJECT" and self._random.random() < self.rates.place:
            return self._other_first_place(value)
        return value

    def _other_place(self, name: str) -> str:
        if name in self._is_short:
            return self._random.choice(self._short)
        if name in self._kind_of:
            return self._random.choice(self._places_of_kind[self._kind_of[name]])
        others = self._places.get(name[-1], [])
        return self._random.choice(others) if others and len(name) > 2 else name

    def _other_first_place(self, name: str) -> str:
        """Swap the short name of a division that a project's name begins with."""
        for length in (3, 2):
            if name[:length] in self._is_short and len(name) > length + 1:
                return self._random.choice(self._short) + name[length:]
        return name

    def _other_number(self, value: str) -> str:
        """Change the digits, none of them to a leading zero; what has no Arabic digits stays."""

        def other(match: re.Match[str]) -> str:
            digits = [str(self._random.randint(1 if i == 0 and c != "0" else 0, 9)) if c.isdigit() else c for i, c in enumerate(match.group())]
            return "".join(digits)

        return re.sub(r"[0-9]+", lambda m: m.group() if m.group() == "0" else other(m), value)

    def _other_unit(self, value: str) -> str:
        for one, other in _SAME.items():
            if one in value and other not in value:
                return value.replace(one, other)
        return value

    def _with_space(self, chunk: Annotation) -> Annotation:
        """Put a space before one number, as copied web pages have it."""
        values = [span for span in chunk.spans if self._roles[span.label] == "VALUE" and span.start > 0]
        if not values:
            return chunk
        at = self._random.choice(values).start
        spans = tuple(Span(s.id, s.label, s.start + (s.start >= at), s.end + (s.end > at)) for s in chunk.spans)
        return Annotation(chunk.text[:at] + " " + chunk.text[at:], spans, chunk.relations, chunk.id)

    def _broken(self, chunk: Annotation) -> list[Annotation]:
        """Part a chunk where no span stands, as files do that break paragraphs in mid-sentence; links across are lost."""
        free = [
            i
            for i in range(10, len(chunk.text) - 10)
            if not any(s.start < i < s.end for s in chunk.spans) and not chunk.text[i].isspace() and not chunk.text[i - 1].isspace()
        ]
        if not free:
            return [chunk]
        at = self._random.choice(free)
        return [_part(chunk, 0, at), _part(chunk, at, len(chunk.text))]


def replace_spans(annotation: Annotation, texts: Mapping[int, str]) -> Annotation:
    """Return the annotation with other texts in its spans; offsets move along, ids and links stay."""
    parts: list[str] = []
    spans: list[Span] = []
    position = length = 0
    for span in annotation.spans:
        before = annotation.text[position : span.start]
        value = texts.get(span.id, annotation.value(span))
        start = length + len(before)
        spans.append(Span(span.id, span.label, start, start + len(value)))
        parts += [before, value]
        length, position = start + len(value), span.end
    return Annotation("".join([*parts, annotation.text[position:]]), tuple(spans), annotation.relations, annotation.id)


def replace_everywhere(annotation: Annotation, old: str, new: str) -> Annotation:
    """Return the annotation with ``new`` for each ``old`` in its text that no edge of a span cuts; offsets move along."""
    edges = {edge for span in annotation.spans for edge in (span.start, span.end)}
    places = [m.start() for m in re.finditer(re.escape(old), annotation.text) if edges.isdisjoint(range(m.start() + 1, m.end()))]
    parts = [annotation.text[a:b] for a, b in itertools.pairwise([0, *places, len(annotation.text)])]
    text = new.join([parts[0], *(part[len(old) :] for part in parts[1:])])

    def shift(edge: int) -> int:
        return edge + (len(new) - len(old)) * sum(place < edge for place in places)

    spans = tuple(Span(s.id, s.label, shift(s.start), shift(s.end)) for s in annotation.spans)
    return Annotation(text, spans, annotation.relations, annotation.id)


def _shape(label: str, value: str) -> tuple[str, str, int]:
    """Return what a name must share with another to stand in its place: label, last character, class of length."""
    return label, value[-1], min(len(value) // 4, 3)


def _part(chunk: Annotation, start: int, end: int) -> Annotation:
    spans = tuple(Span(s.id, s.label, s.start - start, s.end - start) for s in chunk.spans if start <= s.start and s.end <= end)
    kept = {s.id for s in spans}
    relations: tuple[Relation, ...] = tuple(r for r in chunk.relations if r.head in kept and r.tail in kept)
    return Annotation(chunk.text[start:end], spans, relations, chunk.id)
