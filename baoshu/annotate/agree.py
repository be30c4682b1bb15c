"""Agreement of two annotations of the same chunks: pairwise F1, and kappa on characters.

F1 of one annotator against the other is the usual measure for spans, since nobody counts the true negatives
(Hripcsak & Rothschild 2005). Cohen's kappa on characters stands beside it; it is raised by the many unmarked ones, so
that over the characters that at least one of the two marked is given too, which is lowered by their absence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baoshu.annotate.disputes import DISPUTE_KINDS, Dispute, find_disputes
from baoshu.errors import AnnotationError
from baoshu.evaluate import count_partial, score_reports, span_keys, sum_counts
from baoshu.scheme import current_scheme
from baoshu.types import Annotation

Pairs = Sequence[tuple[Annotation, Annotation]]


def agreement(first: Mapping[str, Annotation], second: Mapping[str, Annotation]) -> dict[str, Any]:
    """Compare two annotators over the chunks that both have, by id.

    :returns: ``chunks`` and ``characters`` compared; for each label, ``ALL``, ``LINK`` and ``PLACE_LINK`` the exact rates, with
        ``ci95`` over reports for ``ALL`` and ``LINK``; for spans ``partial`` F1; for each label ``kappa``; ``kappa`` over all
        characters, ``kappa_marked`` over those that either marked; ``disputes``: how many of each kind.
    :raises AnnotationError: when a chunk's text differs or there is none in common.
    """
    disputes = compare(first, second)
    shared = sorted(set(first) & set(second))
    pairs = [(first[chunk_id], second[chunk_id]) for chunk_id in shared]
    by_report: dict[str, list[tuple[Annotation, Annotation]]] = defaultdict(list)
    for chunk_id, pair in zip(shared, pairs, strict=True):
        by_report[chunk_id.rpartition(":")[0]].append(pair)
    figures = score_reports(by_report)
    del figures["PARTIAL"]
    marks = _marks([a for a, _ in pairs]), _marks([b for _, b in pairs])
    for number, label in enumerate(current_scheme().labels, start=1):
        figures[label] |= {"partial": _partial(pairs, (label,)), "kappa": _kappa(marks[0] == number, marks[1] == number)}
    figures["ALL"]["partial"] = _partial(pairs, current_scheme().labels)
    either = (marks[0] > 0) | (marks[1] > 0)
    kinds = Counter(dispute.kind for dispute in disputes)
    return figures | {
        "chunks": len(shared),
        "characters": len(marks[0]),
        "kappa": _kappa(*marks),
        "kappa_marked": _kappa(marks[0][either], marks[1][either]),
        "disputes": {kind: kinds[kind] for kind in DISPUTE_KINDS},
    }


def compare(first: Mapping[str, Annotation], second: Mapping[str, Annotation], names: tuple[str, str] = ("first", "second")) -> list[Dispute]:
    """Return the disputes of two annotators, called ``names`` in them, over the chunks that both have, in order of ids.

    :raises AnnotationError: when a chunk's text differs or there is none in common.
    """
    shared = sorted(set(first) & set(second))
    if not shared:
        raise AnnotationError("agreement", "the two annotators share no chunk", "chunks with the same ids")
    return [dispute for chunk_id in shared for dispute in find_disputes(dict(zip(names, (first[chunk_id], second[chunk_id]), strict=True)))]


def character_kappa(pairs: Pairs) -> float:
    """Return Cohen's kappa (1960) over the labels of all characters, unmarked ones included; 1.0 when all are alike."""
    return _kappa(_marks([a for a, _ in pairs]), _marks([b for _, b in pairs]))


def _marks(annotations: Sequence[Annotation]) -> NDArray[np.int8]:
    """Return the number of the label of each character of all texts in a row, 0 where nothing is marked."""
    labels = current_scheme().labels
    marks = []
    for annotation in annotations:
        row = np.zeros(len(annotation.text), dtype=np.int8)
        for span in annotation.spans:
            row[span.start : span.end] = labels.index(span.label) + 1
        marks.append(row)
    return np.concatenate(marks)


def _kappa(first: NDArray[Any], second: NDArray[Any]) -> float:
    from sklearn.metrics import cohen_kappa_score

    return 1.0 if np.array_equal(first, second) else round(float(cohen_kappa_score(first, second)), 4)


def _partial(pairs: Pairs, labels: Sequence[str]) -> float:
    sides = (({s for s in span_keys(a) if s[2] in labels}, {s for s in span_keys(b) if s[2] in labels}) for a, b in pairs)
    return sum_counts({"": count_partial(*side)} for side in sides)[""].rates()["f"]
