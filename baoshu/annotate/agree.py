"""Agreement of two annotations of the same chunks: pairwise F1, and kappa on characters.

F1 of one annotator against the other is the usual measure for spans, since nobody counts the true negatives
(Hripcsak & Rothschild 2005). Cohen's kappa on characters stands beside it; it is raised by the many unmarked ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from baoshu.evaluate import count_annotation, sum_counts
from baoshu.types import Annotation


@dataclass(frozen=True, slots=True)
class Difference:
    """A span or link that only one of two annotators (``a`` or ``b``) has. *Offsets:* code points of the chunk."""

    chunk_id: str
    only: str
    kind: str
    start: int
    end: int
    value: str
    context: str


def agreement(first: Mapping[str, Annotation], second: Mapping[str, Annotation]) -> dict[str, Any]:
    """Compare two annotators over the chunks that both have, by id.

    :returns: ``chunks`` and ``characters`` compared, F1 per label, over all, for links, and ``kappa``.
    :raises ValueError: when a chunk's text differs or there is none in common.
    """
    shared = sorted(set(first) & set(second))
    if not shared:
        raise ValueError("the two annotators share no chunk")
    for chunk_id in shared:
        if first[chunk_id].text != second[chunk_id].text:
            raise ValueError(f"{chunk_id}: the two annotations are of different texts")
    counts = sum_counts(count_annotation(first[i], second[i]) for i in shared)
    result: dict[str, Any] = {name: one.rates() for name, one in counts.items() if name != "PARTIAL"}
    result["chunks"] = len(shared)
    result["characters"] = sum(len(first[i].text) for i in shared)
    result["kappa"] = character_kappa([(first[i], second[i]) for i in shared])
    return result


def character_kappa(pairs: list[tuple[Annotation, Annotation]]) -> float:
    """Return Cohen's kappa (1960) over the labels of all characters, unmarked ones included; 1.0 when all are alike."""
    from sklearn.metrics import cohen_kappa_score

    labels: tuple[list[str], list[str]] = ([], [])
    for pair in pairs:
        for side, annotation in zip(labels, pair, strict=True):
            tags = ["O"] * len(annotation.text)
            for span in annotation.spans:
                tags[span.start : span.end] = [span.label] * (span.end - span.start)
            side.extend(tags)
    return 1.0 if labels[0] == labels[1] else round(float(cohen_kappa_score(*labels)), 4)


def differences(first: Mapping[str, Annotation], second: Mapping[str, Annotation], *, width: int = 12) -> Iterator[Difference]:
    """Yield every span and link that one annotator has and the other has not, in order of chunk and place."""
    for chunk_id in sorted(set(first) & set(second)):
        a, b = first[chunk_id], second[chunk_id]
        found = []
        for only, one, other in (("a", a, b), ("b", b, a)):
            theirs = {(s.start, s.end, s.label) for s in other.spans}
            for span in one.spans:
                if (span.start, span.end, span.label) not in theirs:
                    found.append(_difference(one, chunk_id, only, span.label, span.start, span.end, width))
            their_links = {_link(other, r) for r in other.relations}
            for relation in one.relations:
                link = _link(one, relation)
                if link not in their_links:
                    start, end = min(link[0][0], link[1][0]), max(link[0][1], link[1][1])
                    found.append(_difference(one, chunk_id, only, relation.type, start, end, width))
        yield from sorted(found, key=lambda d: (d.start, d.end, d.kind, d.only))


def _link(annotation: Annotation, relation: Any) -> tuple[tuple[int, int, str], tuple[int, int, str], str]:
    head, tail = annotation.span(relation.head), annotation.span(relation.tail)
    return (head.start, head.end, head.label), (tail.start, tail.end, tail.label), relation.type


def _difference(annotation: Annotation, chunk_id: str, only: str, kind: str, start: int, end: int, width: int) -> Difference:
    context = annotation.text[max(0, start - width) : end + width]
    return Difference(chunk_id, only, kind, start, end, annotation.text[start:end], context)
