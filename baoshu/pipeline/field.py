"""The conditional random field of the entity recognizer: hashed features of characters to scores of tags."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from baoshu.pipeline.crf import loss_and_gradient
from baoshu.pipeline.descent import Descent
from baoshu.pipeline.features import LEXICAL
from baoshu.pipeline.hashing import Keys
from baoshu.pipeline.sequences import FORBIDDEN, allowed_tags, cut_sequences

Floats = NDArray[np.float32]
Rows = NDArray[np.int32]
RandomNumbers = Callable[[int], NDArray[np.float64]]
_WIDEST = 32767
_STRETCH = 4  # characters, about two words


class Field:
    """Weights of the features that occur often enough, and scores of the transitions between tags."""

    def __init__(self, labels: Sequence[str], used: NDArray[np.int64], bits: int) -> None:
        """Make a field without knowledge.

        :param labels: Label ``k`` has the tags ``1 + 4 k`` to ``4 + 4 k``; tag 0 is outside.
        :param used: The hashed rows, among ``2 ** bits``, that have weights.
        """
        self.labels = tuple(labels)
        self.index = np.zeros(1 << bits, dtype=np.int32)  # hashed row → row of the weights, 0 for none
        self.index[used] = np.arange(1, len(used) + 1)
        tags = 1 + 4 * len(self.labels)
        self.weights: Floats = np.zeros((len(used) + 1, tags), dtype=np.float32)
        self.chain: Floats = np.zeros((tags + 2, tags), dtype=np.float32)  # transitions, then first and last tags

    @classmethod
    def of_keys(cls, labels: Sequence[str], keys: Iterable[Keys], *, bits: int, min_count: int) -> Field:
        """Make a field for the features that occur at least ``min_count`` times in the keys of the training documents."""
        distinct, counts = np.unique(np.concatenate([document.ravel() for document in keys]), return_counts=True)
        return cls(labels, np.unique(distinct[counts >= min_count] & np.uint64((1 << bits) - 1)).astype(np.int64), bits)

    def rows(self, keys: Keys) -> Rows:
        """Return rows of the weights for hashed features, 0 for those without."""
        found: Rows = self.index[(keys & np.uint64(len(self.index) - 1)).astype(np.int64)]
        return found

    def scores(self, rows: Rows) -> Floats:
        """Return the score of each tag, shape (characters, tags)."""
        scores: Floats = self._matrix(rows) @ self.weights
        return scores

    def potentials(self, chain: Floats | None = None) -> tuple[Floats, Floats, Floats]:
        """Return transitions, first and last tags with the impossible ones forbidden."""
        chain = self.chain if chain is None else chain
        allowed, first, last = allowed_tags(len(self.labels))
        return np.where(allowed, chain[:-2], FORBIDDEN), np.where(first, chain[-2], FORBIDDEN), np.where(last, chain[-1], FORBIDDEN)

    def descent(self, characters: int) -> Descent:
        """Start a descent from the present weights over a corpus of so many characters."""
        return Descent(self.weights.copy(), self.chain.copy(), characters=characters)

    def step(
        self,
        descent: Descent,
        texts: Sequence[str],
        rows: Rows,
        tags: NDArray[np.int64],
        *,
        noise: float,
        unknown: float,
        rate: float,
        random: RandomNumbers,
    ) -> float:
        """Take one step of the descent on a batch and average the weights when it is due; returns the negative log likelihood.

        :param noise: Share of the features left out at random (feature noising, Wang et al. 2013).
        :param unknown: Share of stretches of four characters whose lexical features are all left out, as those of an unknown word are.
        :param random: Gives so many numbers between 0 and 1.
        """
        features = self._matrix(rows)
        if noise or unknown:
            features.data *= _kept(rows.shape, noise, unknown, random).ravel() / np.float32(1 - noise)
        sequences = cut_sequences(texts)
        grid, inside = sequences.grid()
        scores = features @ descent.weights
        loss, d_scores, *d_chain = loss_and_gradient(scores[grid], sequences.lengths, tags[grid], *self.potentials(descent.chain))
        d_output = np.zeros_like(scores)
        d_output[grid[inside]] = d_scores[inside]
        found = np.zeros(len(descent.weights), dtype=bool)
        found[rows] = True
        touched = np.flatnonzero(found[1:]) + 1
        descent.weights[touched] -= rate * (features[:, touched].T @ d_output)
        allowed, _, _ = allowed_tags(len(self.labels))
        descent.chain -= rate * np.vstack([np.where(allowed, d_chain[0], 0), d_chain[1][None], d_chain[2][None]])
        if descent.advance(len(rows)):
            descent.average(self.weights, self.chain)
        return loss

    def to_dict(self) -> dict[str, Any]:
        """Return labels, the used rows as bits and the weights as 16-bit integers times a scale."""
        scale = max(float(np.abs(self.weights).max(initial=0)) / _WIDEST, 1e-12)
        weights = np.round(self.weights[1:] / np.float32(scale)).astype(np.int16)
        return {"labels": list(self.labels), "used": np.packbits(self.index > 0), "weights": weights, "scale": scale, "chain": self.chain}

    @classmethod
    def from_dict(cls, stored: dict[str, Any], bits: int) -> Field:
        """Read what :meth:`to_dict` gave."""
        field = cls(stored["labels"], np.flatnonzero(np.unpackbits(stored["used"])), bits)
        np.multiply(stored["weights"], np.float32(stored["scale"]), out=field.weights[1:])
        field.chain = np.array(stored["chain"], dtype=np.float32)
        return field

    def _matrix(self, rows: Rows) -> Any:
        """Return rows of features as a sparse matrix, shape (characters, rows of the weights); row 0 weighs nothing."""
        shape = (len(rows), len(self.weights))
        return csr_matrix((np.ones(rows.size, dtype=np.float32), rows.ravel(), np.arange(0, rows.size + 1, rows.shape[1])), shape=shape)


def _kept(shape: tuple[int, ...], noise: float, unknown: float, random: RandomNumbers) -> NDArray[np.bool_]:
    """Return which features of which characters are left, shape (characters, features)."""
    kept = (random(math.prod(shape)) >= noise).reshape(shape)
    stretch = (np.arange(shape[0]) + int(random(1)[0] * _STRETCH)) // _STRETCH
    kept[np.ix_(random(stretch[-1] + 1)[stretch] < unknown, LEXICAL)] = False
    return kept
