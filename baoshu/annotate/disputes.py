"""Where annotators of one chunk differ: what they agree on, and the rest cut into places that need one decision each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from baoshu.errors import AnnotationError
from baoshu.evaluate import SpanKey, link_keys, span_keys
from baoshu.scheme import relation_type
from baoshu.types import Annotation, Relation, Span

LinkKey = tuple[SpanKey, SpanKey]
DISPUTE_KINDS = ("missing", "label", "boundary", "link")


@dataclass(frozen=True, slots=True)
class Dispute:
    """One place where annotators differ. *Offsets:* code points of the chunk, end exclusive.

    ``missing``: some marked nothing there and the others the same. ``label``: spans that overlap carry different labels.
    ``boundary``: the label is the same, the edges are not. ``link``: both ends are agreed, the link is not.

    :param spans: For each annotator the spans marked there; none for ``link``.
    :param links: For each annotator the links in question, for spans those that hang on them.
    """

    chunk_id: str
    kind: str
    start: int
    end: int
    spans: Mapping[str, tuple[SpanKey, ...]]
    links: Mapping[str, tuple[LinkKey, ...]]

    @property
    def types(self) -> tuple[str, ...]:
        """The labels of the spans, or for ``link`` the types of the links, sorted."""
        if self.kind == "link":
            return tuple(sorted({link_type(link) for links in self.links.values() for link in links}))
        return tuple(sorted({label for spans in self.spans.values() for _, _, label in spans}))


def agreed_part(versions: Mapping[str, Annotation]) -> Annotation:
    """Return the spans and links that all versions of a chunk have, spans numbered from 0.

    :raises AnnotationError: when the texts differ.
    """
    one = _same_text(versions)
    spans = sorted(set.intersection(*(span_keys(a) for a in versions.values())))
    number = {key: index for index, key in enumerate(spans)}
    links = sorted(set.intersection(*(all_links(a) for a in versions.values())))
    return Annotation(
        one.text,
        tuple(Span(number[key], key[2], key[0], key[1]) for key in spans),
        tuple(Relation(number[link[0]], number[link[1]], link_type(link)) for link in links),
        one.id,
    )


def find_disputes(versions: Mapping[str, Annotation]) -> list[Dispute]:
    """Return the places where versions of one chunk differ, sorted; none when all are the same.

    Spans that overlap, whoever marked them, are one place. Links of one value or subject are one place; those that differ
    in an end belong to the place of that end.

    :param versions: The chunk by each annotator.
    :raises AnnotationError: when the texts differ.
    """
    chunk_id = _same_text(versions).id
    spans = {name: span_keys(a) for name, a in versions.items()}
    links = {name: all_links(a) for name, a in versions.items()}
    agreed = set.intersection(*spans.values())
    disputes = []
    for start, end in _places(set.union(*spans.values()) - agreed):
        inside = {name: _within(mine - agreed, start, end) for name, mine in spans.items()}
        hanging = {name: _sorted(link for link in mine if {*link} & {*inside[name]}) for name, mine in links.items()}
        disputes.append(Dispute(chunk_id, _kind(inside), start, end, inside, hanging))
    sure = {name: {link for link in mine if agreed.issuperset(link)} for name, mine in links.items()}
    shared = set.intersection(*sure.values())
    for head in {head for head, _ in set.union(*sure.values()) - shared}:
        own = {name: _sorted(link for link in mine - shared if link[0] == head) for name, mine in sure.items()}
        ends = [end for mine in own.values() for link in mine for end in link]
        where = min(start for start, _, _ in ends), max(end for _, end, _ in ends)
        disputes.append(Dispute(chunk_id, "link", *where, dict.fromkeys(versions, ()), own))
    return sorted(disputes, key=lambda d: (d.start, d.end, d.kind, d.types))


def all_links(annotation: Annotation) -> set[LinkKey]:
    """Return all links of an annotation, those to places included, as pairs of spans."""
    return link_keys(annotation) | link_keys(annotation, places=True)


def link_type(link: LinkKey) -> str:
    """Return the type that the labels of a link's ends give it."""
    return relation_type(link[0][2], link[1][2]) or ""


def _same_text(versions: Mapping[str, Annotation]) -> Annotation:
    first, *others = versions.values()
    for name, other in zip(list(versions)[1:], others, strict=True):
        if other.text != first.text:
            raise AnnotationError(first.id, f"{name} has another text", "the same text from each annotator", "Was it edited in between?")
    return first


def _places(spans: Iterable[SpanKey]) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of each group of spans that overlap, one after the other."""
    group: tuple[int, int] | None = None
    for start, end, _ in sorted(spans):
        if group is not None and start < group[1]:
            group = group[0], max(group[1], end)
        else:
            if group is not None:
                yield group
            group = start, end
    if group is not None:
        yield group


def _within(spans: Iterable[SpanKey], start: int, end: int) -> tuple[SpanKey, ...]:
    return tuple(sorted(span for span in spans if start <= span[0] and span[1] <= end))


def _sorted(links: Iterable[LinkKey]) -> tuple[LinkKey, ...]:
    return tuple(sorted(links))


def _kind(spans: Mapping[str, tuple[SpanKey, ...]]) -> str:
    marked = {mine for mine in spans.values() if mine}
    if len(marked) == 1:
        return "missing"
    return "boundary" if len({label for mine in marked for _, _, label in mine}) == 1 else "label"
