"""What a field says of a batch of texts: the best spans, or all spans that may be right with their probabilities.

*Offsets:* characters of the batch's texts one behind the other, end exclusive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from baoshu.pipeline.crf import forward_backward, marginals, viterbi
from baoshu.pipeline.field import Field, Floats
from baoshu.pipeline.sequences import Sequences, cut_sequences, tagged_spans

Ints = NDArray[np.int64]
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Candidates:
    """Spans that may overlap, sorted by start, end and label: arrays of one entry a span; ``labels`` are numbers of the field's labels."""

    starts: Ints
    ends: Ints
    labels: Ints
    probabilities: Floats

    def __len__(self) -> int:
        return len(self.starts)

    def with_probabilities(self, probabilities: Floats) -> Candidates:
        """Return the same spans with other probabilities."""
        return Candidates(self.starts, self.ends, self.labels, probabilities)

    def take(self, chosen: Ints) -> Candidates:
        """Return some of the spans."""
        return Candidates(self.starts[chosen], self.ends[chosen], self.labels[chosen], self.probabilities[chosen])


def tag_probabilities(field: Field, texts: Sequence[str], scores: Floats) -> Floats:
    """Return the probability of each tag at each character, shape (characters, tags)."""
    found = np.zeros_like(scores)
    potentials = field.potentials()
    for part in cut_sequences(texts).by_length():
        grid, inside = part.grid()
        found[grid[inside]] = marginals(scores[grid], part.lengths, *potentials)[0][inside]
    return found


def best_spans(field: Field, texts: Sequence[str], scores: Floats) -> Candidates:
    """Return the spans of the best path; the probability is the lowest that the field gives to a tag of the span."""
    tags = np.zeros(len(scores), dtype=np.int64)
    potentials = field.potentials()
    for part in cut_sequences(texts).by_length():
        grid, inside = part.grid()
        tags[grid[inside]] = viterbi(scores[grid], part.lengths, *potentials)[inside]
    chosen = np.take_along_axis(tag_probabilities(field, texts, scores), tags[:, None], 1)[:, 0]
    spans = list(tagged_spans(tags))
    starts, ends, labels = np.array(spans, dtype=np.int64).reshape(-1, 3).T
    lowest = np.array([chosen[start:end].min() for start, end, _ in spans], dtype=np.float32)
    return Candidates(starts, ends, labels, lowest)


def likely_spans(field: Field, texts: Sequence[str], scores: Floats, floor: float) -> Candidates:
    """Return every span whose probability under the field is at least ``floor``; spans longer than 60 characters are left out.

    The probability of a span is that of all paths that have exactly this span (Culotta and McCallum 2004).
    """
    parts = [found for part in cut_sequences(texts).by_length() for found in _of_sequences(field, part, scores, floor)]
    starts, ends, labels, probabilities = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((labels, ends, starts))
    return Candidates(starts[order], ends[order], labels[order], probabilities[order].astype(np.float32))


def _of_sequences(field: Field, part: Sequences, scores: Floats, floor: float) -> list[tuple[Ints, Ints, Ints, Floats]]:
    grid, inside = part.grid()
    transitions, start, end = field.potentials()
    alpha, beta, potential, _ = forward_backward(scores[grid], part.lengths, transitions, start, end)
    moves = np.exp(transitions)
    probabilities = alpha * beta
    found: list[tuple[Ints, Ints, Ints, Floats]] = []

    def keep(row: Ints, first: Ints, last: Ints, label: int, probability: Floats) -> None:
        likely = probability >= floor
        row, first, last = row[likely], first[likely], last[likely]
        found.append((grid[row, first], grid[row, last] + 1, np.full(len(row), label), probability[likely]))

    for label in range(len(field.labels)):
        begins, inner, ends, single = range(1 + 4 * label, 5 + 4 * label)
        row, first = np.nonzero((probabilities[:, :, single] >= floor) & inside)
        keep(row, first, first, label, probabilities[row, first, single])
        row, first = np.nonzero((probabilities[:, :, begins] >= floor) & inside)
        reached, tag = alpha[row, first, begins], begins
        for length in range(1, _LONGEST):
            going = first + length < part.lengths[row]
            row, first, reached = row[going], first[going], reached[going]
            if not len(row):
                break
            last = first + length
            keep(row, first, last, label, reached * moves[tag, ends] * potential[row, last, ends] * beta[row, last, ends])
            reached = reached * moves[tag, inner] * potential[row, last, inner]
            tag = inner
            going = reached * beta[row, last, inner] >= floor
            row, first, reached = row[going], first[going], reached[going]
    return found
