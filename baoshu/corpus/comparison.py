"""Intervals of every score, two models on the same reports, and whether confidences keep their word."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from baoshu.corpus.evaluation import Predictions
from baoshu.evaluate import Counts, bootstrap_f, count_annotation, link_keys, score_names, sum_counts

_BINS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
_Z = 1.959964


def counts_by_report(predictions: Predictions) -> dict[str, dict[str, Counts]]:
    """Return the counts of each report, summed over its chunks."""
    return {report_id: sum_counts(count_annotation(g, p) for g, p in chunks) for report_id, chunks in sorted(predictions.pairs.items())}


def intervals(counts: Mapping[str, Mapping[str, Counts]], *, resamples: int = 1000, seed: int = 0) -> dict[str, dict[str, Any]]:
    """Return for each name its rates over all reports and, of more than one report, ``ci95`` of F1."""
    found: dict[str, dict[str, Any]] = {}
    for name in score_names():
        of_reports = [one[name] for one in counts.values()]
        found[name] = sum(of_reports, Counts()).rates()
        if len(of_reports) > 1:
            found[name]["ci95"] = bootstrap_f(of_reports, resamples, seed)
    return found


def paired_differences(
    first: Mapping[str, Mapping[str, Counts]], second: Mapping[str, Mapping[str, Counts]], *, resamples: int = 1000, seed: int = 0
) -> dict[str, dict[str, Any]]:
    """Return for each name F1 of both and the difference, second minus first, with ``ci95``: whole reports are drawn, the same for both.

    :raises ValueError: when the two are of different reports.
    """
    if first.keys() != second.keys():
        raise ValueError("the two models were not scored on the same reports")
    reports = sorted(first)
    found: dict[str, dict[str, Any]] = {}
    for name in score_names():
        draw = random.Random(seed)
        f = [sum((counts[one][name] for one in reports), Counts()).rates()["f"] for counts in (first, second)]
        found[name] = {"first": f[0], "second": f[1], "difference": round(f[1] - f[0], 4)}
        if len(reports) > 1:
            differences = []
            for _ in range(resamples):
                sample = [reports[draw.randrange(len(reports))] for _ in reports]
                drawn = [sum((counts[one][name] for one in sample), Counts()).rates()["f"] for counts in (first, second)]
                differences.append(drawn[1] - drawn[0])
            differences.sort()
            low, high = differences[int(0.025 * resamples)], differences[min(int(0.975 * resamples), resamples - 1)]
            found[name]["ci95"] = [round(low, 4), round(high, 4)]
    return found


def calibration(predictions: Predictions) -> dict[str, Any]:
    """Return how often links of values said with a confidence are right: ``bins`` and the expected calibration error ``ece``.

    Each bin has ``low`` and ``high`` (excluded, but for the last), ``links``, mean ``confidence``, share ``right`` and its Wilson
    interval ``ci95`` (Wilson 1927); ``ece`` is the mean of |right - confidence|, weighted by links (Naeini et al. 2015).
    """
    said = [
        (probability, link in link_keys(one.gold))
        for chunks in predictions.reports.values()
        for one in chunks
        for link, probability in one.confidence.items()
    ]
    bins, error = [], 0.0
    for low, high in pairwise(_BINS):
        inside = [(p, right) for p, right in said if low <= p < high or (high == 1.0 and p >= 1.0)]
        if inside:
            mean, share = sum(p for p, _ in inside) / len(inside), sum(right for _, right in inside) / len(inside)
            error += abs(share - mean) * len(inside)
            found = {"confidence": round(mean, 4), "right": round(share, 4), "ci95": wilson(share, len(inside))}
            bins.append({"low": low, "high": high, "links": len(inside), **found})
    return {"bins": bins, "links": len(said), "ece": round(error / len(said), 4) if said else None}


def wilson(share: float, count: int) -> list[float]:
    """Return the 95 % Wilson score interval of a share of ``count`` cases."""
    centre, spread = share + _Z**2 / (2 * count), _Z * math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    return [round(max(0.0, (centre - spread) / (1 + _Z**2 / count)), 4), round(min(1.0, (centre + spread) / (1 + _Z**2 / count)), 4)]


def mean_agreement(rounds: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Return F1 between annotators for each name, over the rounds weighted by their spans or links."""
    found = {}
    for name in score_names():
        weighted = [(one[name]["f"], one[name]["gold"] + one[name]["pred"]) for one in rounds.values() if name in one]
        total = sum(weight for _, weight in weighted)
        if total:
            found[name] = round(sum(f * weight for f, weight in weighted) / total, 4)
    return found
