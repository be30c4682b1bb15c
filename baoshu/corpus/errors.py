"""Where a prediction differs from gold, span by span and link by link, and how much of it is of which kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from baoshu.evaluate import SpanKey, link_keys, span_keys
from baoshu.scheme import current_scheme
from baoshu.types import Annotation

KINDS = ("missed", "spurious", "type", "boundary", "both", "link_missed", "link_spurious")
EDGES = ("starts_early", "starts_late", "ends_early", "ends_late")
NOTHING = "-"


@dataclass(frozen=True, slots=True)
class SpanError:
    """One difference. ``type``: same edges, other label; ``boundary``: overlap, same label; ``both``: overlap, other label.

    For links ``gold`` or ``predicted`` is the value, and ``other`` the subject; both spans are right.
    """

    kind: str
    gold: SpanKey | None
    predicted: SpanKey | None
    other: SpanKey | None = None

    @property
    def label(self) -> str:
        """The gold label where there is one, else the predicted one; of links that of the subject."""
        span = self.other or self.gold or self.predicted
        assert span is not None
        return span[2]


def match_spans(gold: Iterable[SpanKey], predicted: Iterable[SpanKey]) -> list[tuple[SpanKey | None, SpanKey | None]]:
    """Pair spans: the same first, then by the size of their overlap; a span without a partner is paired with None."""
    gold, predicted = set(gold), set(predicted)
    pairs: list[tuple[SpanKey | None, SpanKey | None]] = [(span, span) for span in gold & predicted]
    left, right = sorted(gold - predicted), sorted(predicted - gold)
    touching = [(_overlap(g, p), g[2] == p[2], g, p) for g in left for p in right if _overlap(g, p) > 0]
    for _, _, g, p in sorted(touching, key=lambda one: (-one[0], not one[1], one[2], one[3])):
        if g in left and p in right:
            pairs.append((g, p))
            left.remove(g)
            right.remove(p)
    pairs += [(span, None) for span in left] + [(None, span) for span in right]
    return sorted(pairs, key=lambda pair: (pair[0] or pair[1] or (0, 0, ""))[:2])


def find_errors(gold: Annotation, predicted: Annotation) -> list[SpanError]:
    """Return the differences of one chunk in the order of its text; links only where both ends are right."""
    g, p = span_keys(gold), span_keys(predicted)
    errors = [SpanError(_kind(one, other), one, other) for one, other in match_spans(g, p) if one != other]
    right = g & p
    gold_links, predicted_links = ({link for link in link_keys(a) if right.issuperset(link)} for a in (gold, predicted))
    errors += [SpanError("link_missed", value, None, subject) for value, subject in gold_links - predicted_links]
    errors += [SpanError("link_spurious", None, value, subject) for value, subject in predicted_links - gold_links]
    return sorted(errors, key=lambda error: ((error.gold or error.predicted or (0, 0, ""))[:2], KINDS.index(error.kind), error.other or (0, 0, "")))


def confusion(pairs: Sequence[tuple[Annotation, Annotation]]) -> dict[str, dict[str, int]]:
    """Return how many gold spans of each label were predicted as which label, whatever their edges; ``-`` is nothing."""
    counts: Counter[tuple[str, str]] = Counter()
    for gold, predicted in pairs:
        for one, other in match_spans(span_keys(gold), span_keys(predicted)):
            counts[one[2] if one else NOTHING, other[2] if other else NOTHING] += 1
    names = (*current_scheme().labels, NOTHING)
    return {row: {column: counts[row, column] for column in names} for row in names}


def boundary_errors(pairs: Sequence[tuple[Annotation, Annotation]]) -> dict[str, dict[str, int]]:
    """Return for each label how many predicted spans of that label start or end early or late; one span may do both."""
    counts: Counter[tuple[str, str]] = Counter()
    for gold, predicted in pairs:
        for one, other in match_spans(span_keys(gold), span_keys(predicted)):
            if one is None or other is None or one[2] != other[2] or one == other:
                continue
            edges = zip(("starts", "ends"), one[:2], other[:2], strict=True)
            counts.update((one[2], f"{edge}_{'early' if found < wanted else 'late'}") for edge, wanted, found in edges if found != wanted)
    return {label: {edge: counts[label, edge] for edge in EDGES} for label in current_scheme().labels}


def _overlap(first: SpanKey, second: SpanKey) -> int:
    return min(first[1], second[1]) - max(first[0], second[0])


def _kind(gold: SpanKey | None, predicted: SpanKey | None) -> str:
    if gold is None or predicted is None:
        return "spurious" if gold is None else "missed"
    if gold[2] == predicted[2]:
        return "boundary"
    return "type" if gold[:2] == predicted[:2] else "both"
