"""The second look: a logistic regression over whole spans, learned from what fields said of documents that they had not seen.

A field weighs characters and never sees a span as one thing; its probabilities are also too sure of themselves on documents that it was
trained on. So three fields, each trained without one third of the reports, propose spans in that third, and the regression learns
which of them are right. Its probabilities are those that the pipeline reports.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baoshu.pipeline.candidates import Candidates
from baoshu.pipeline.layers import Layers
from baoshu.pipeline.span_features import competitors, span_features

_BITS = 18
_REGULARISATION = 2.0  # C of scikit-learn
Floats = NDArray[np.float32]


class SpanRanker:
    """Weights of hashed span features; without weights it ranks nothing."""

    def __init__(self, labels: int) -> None:
        self.labels = labels
        self.weights: Floats = np.zeros((1 << _BITS) + labels + 2, dtype=np.float32)

    def fit(self, batches: Sequence[tuple[Layers, Candidates, NDArray[np.bool_]]]) -> None:
        """Learn from spans and whether they are right; there must be right and wrong ones."""
        from scipy.sparse import csr_matrix, hstack
        from sklearn.linear_model import LogisticRegression

        rows, dense = zip(*(self._rows(layers, candidates) for layers, candidates, _ in batches), strict=True)
        index = np.concatenate(rows)
        hashed = csr_matrix((np.ones(index.size), index.ravel(), np.arange(0, index.size + 1, index.shape[1])), shape=(len(index), 1 << _BITS))
        model = LogisticRegression(C=_REGULARISATION, max_iter=300)
        model.fit(hstack([hashed, np.concatenate(dense)], format="csr"), np.concatenate([right for _, _, right in batches]))
        self.weights = np.concatenate([model.coef_[0], model.intercept_]).astype(np.float16).astype(np.float32)

    def probabilities(self, layers: Layers, candidates: Candidates) -> Floats:
        """Return the probability that each span is right."""
        index, dense = self._rows(layers, candidates)
        scores = self.weights[index].sum(1) + dense @ self.weights[1 << _BITS : -1] + self.weights[-1]
        return (1 / (1 + np.exp(-scores))).astype(np.float32)  # type: ignore[no-any-return]

    def _rows(self, layers: Layers, candidates: Candidates) -> tuple[NDArray[np.int64], Floats]:
        """Return hashed rows, shape (spans, SPAN_FEATURES), and dense features: half the log odds of the span in the column of its label, the strongest competitor."""
        rivals = competitors(candidates)
        index = (span_features(layers, _joined(layers, candidates), rivals) & np.uint64((1 << _BITS) - 1)).astype(np.int64)
        sure = np.clip(candidates.probabilities, 1e-6, 1 - 1e-6)
        dense = np.zeros((len(candidates), self.labels + 1), dtype=np.float32)
        dense[np.arange(len(candidates)), candidates.labels] = np.log(sure / (1 - sure)) / 2
        dense[:, -1] = np.where(rivals >= 0, candidates.probabilities[rivals], 0)
        return index, dense

    def to_dict(self) -> dict[str, Any]:
        """Return the weights as 16-bit floats."""
        return {"weights": self.weights.astype(np.float16)}

    @classmethod
    def from_dict(cls, stored: dict[str, Any], labels: int) -> SpanRanker:
        """Read what :meth:`to_dict` gave."""
        ranker = cls(labels)
        ranker.weights = np.array(stored["weights"], dtype=np.float32)
        return ranker


def _joined(layers: Layers, candidates: Candidates) -> Candidates:
    """Return the spans with offsets in the joined characters of the layers."""
    rows = layers.rows()
    return Candidates(rows[candidates.starts], rows[candidates.ends - 1] + 1, candidates.labels, candidates.probabilities)


def choose(candidates: Candidates, probabilities: Floats, threshold: float) -> list[int]:
    """Return the spans, in order and without overlap, with the highest sum of ``probability − threshold`` (weighted interval scheduling).

    With a threshold of half the F1 that can be reached this maximises the expected F1 (Lewis 1995).
    """
    order = np.argsort(candidates.ends, kind="stable").tolist()
    ends = candidates.ends[order].tolist()
    starts, gains = candidates.starts.tolist(), (probabilities - threshold).tolist()
    best, previous = [0.0], []
    for position, number in enumerate(order):
        before = bisect_right(ends, starts[number], 0, position)
        gain = best[before] + gains[number]
        taken = gains[number] > 0 and gain > best[-1]
        best.append(gain if taken else best[-1])
        previous.append(before if taken else -1)
    chosen, position = [], len(order)
    while position:
        before = previous[position - 1]
        if before >= 0:
            chosen.append(order[position - 1])
        position = before if before >= 0 else position - 1
    return chosen[::-1]
