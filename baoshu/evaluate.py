"""Counts → precision, recall, F1: spans exact and partial per type, links, and confidence intervals by report."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from baoshu.scheme import current_scheme
from baoshu.types import Annotation

SpanKey = tuple[int, int, str]


def score_names() -> tuple[str, ...]:
    """Return the names of scores in their order: the labels, all spans, links of values and links to places."""
    return (*current_scheme().labels, "ALL", "LINK", "PLACE_LINK")


@dataclass(frozen=True, slots=True)
class Counts:
    """True positives, predicted and gold; counts add up, rates come last."""

    hit: float = 0
    predicted: int = 0
    gold: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.hit + other.hit, self.predicted + other.predicted, self.gold + other.gold)

    def rates(self) -> dict[str, float]:
        """Return ``p``, ``r``, ``f`` (0 where undefined, 4 places) and the counts."""
        precision = self.hit / self.predicted if self.predicted else 0.0
        recall = self.hit / self.gold if self.gold else 0.0
        f = 2 * precision * recall / (precision + recall) if self.hit else 0.0
        return {"p": round(precision, 4), "r": round(recall, 4), "f": round(f, 4), "gold": self.gold, "pred": self.predicted}


def span_keys(annotation: Annotation) -> set[SpanKey]:
    """Return the spans of an annotation as (start, end, label)."""
    return {(span.start, span.end, span.label) for span in annotation.spans}


def link_keys(annotation: Annotation, *, places: bool = False) -> set[tuple[SpanKey, SpanKey]]:
    """Return the links of values to subjects, or with ``places`` those of subjects to places, as pairs of spans."""
    by_id = {span.id: (span.start, span.end, span.label) for span in annotation.spans}
    place_types = current_scheme().place_types
    return {(by_id[r.head], by_id[r.tail]) for r in annotation.relations if (r.type in place_types) is places}


def count_exact(gold: set[Any], predicted: set[Any]) -> Counts:
    """Count what stands in both sets."""
    return Counts(len(gold & predicted), len(predicted), len(gold))


def count_partial(gold: set[SpanKey], predicted: set[SpanKey]) -> Counts:
    """Count spans of the right label, exact ones as 1, overlapping ones as ½ (MUC-5, Chinchor & Sundheim 1993).

    Each span counts for one pair at most.
    """
    exact = gold & predicted
    left, found = gold - exact, predicted - exact
    half = sum(_overlapping({s for s in left if s[2] == label}, {s for s in found if s[2] == label}) for label in current_scheme().labels)
    return Counts(len(exact) + half / 2, len(predicted), len(gold))


def _overlapping(gold: set[SpanKey], predicted: set[SpanKey]) -> int:
    """Return how many pairs of overlapping spans there are when each of two flat sets lends a span to one pair only."""
    pairs, waiting = 0, sorted(predicted)
    for start, end, _ in sorted(gold):
        while waiting and waiting[0][1] <= start:
            waiting.pop(0)
        if waiting and waiting[0][0] < end:
            waiting.pop(0)
            pairs += 1
    return pairs


def count_annotation(gold: Annotation, predicted: Annotation) -> dict[str, Counts]:
    """Count one chunk: each label, ``ALL``, ``PARTIAL``, ``LINK`` and ``PLACE_LINK``.

    A link is right when both spans and both labels are right.
    """
    g, p = span_keys(gold), span_keys(predicted)
    counts = {label: count_exact({s for s in g if s[2] == label}, {s for s in p if s[2] == label}) for label in current_scheme().labels}
    counts["ALL"] = count_exact(g, p)
    counts["PARTIAL"] = count_partial(g, p)
    counts["LINK"] = count_exact(link_keys(gold), link_keys(predicted))
    counts["PLACE_LINK"] = count_exact(link_keys(gold, places=True), link_keys(predicted, places=True))
    return counts


def score_reports(pairs: Mapping[str, Sequence[tuple[Annotation, Annotation]]], *, resamples: int = 1000, seed: int = 0) -> dict[str, Any]:
    """Score predictions against gold.

    :param pairs: For each report its chunks as (gold, predicted).
    :param resamples: Bootstrap samples of reports for the 95 % intervals of ``ALL`` and ``LINK``; 0 for none.
    """
    by_report = {report_id: sum_counts(count_annotation(g, p) for g, p in chunks) for report_id, chunks in pairs.items()}
    total = sum_counts(by_report.values())
    result: dict[str, Any] = {name: counts.rates() for name, counts in total.items()}
    if resamples and len(by_report) > 1:
        for name in ("ALL", "LINK"):
            result[name]["ci95"] = bootstrap_f([counts[name] for counts in by_report.values()], resamples, seed)
    return result


def sum_counts(many: Iterable[Mapping[str, Counts]]) -> dict[str, Counts]:
    """Add up counts by name."""
    total: dict[str, Counts] = defaultdict(Counts)
    for counts in many:
        for name, one in counts.items():
            total[name] = total[name] + one
    return dict(total)


def bootstrap_f(counts: Sequence[Counts], resamples: int, seed: int) -> list[float]:
    """Return the 95 % percentile interval of micro F1 when whole reports are drawn again (Efron 1979)."""
    draw = random.Random(seed)
    scores = []
    for _ in range(resamples):
        sample = sum((counts[draw.randrange(len(counts))] for _ in counts), Counts())
        scores.append(sample.rates()["f"])
    scores.sort()
    return [scores[int(0.025 * resamples)], scores[min(int(0.975 * resamples), resamples - 1)]]


def format_scores(scores: Mapping[str, Any], write: Callable[[str, Mapping[str, Any]], None]) -> None:
    """Hand each row that has P, R and F to ``write``, labels first."""
    names = score_names()
    for name in (*names[:-2], "PARTIAL", *names[-2:]):
        if name in scores:
            write(name, scores[name])
