"""A linear-chain conditional random field over batches of sequences (Lafferty et al. 2001), in NumPy.

Arrays are padded: ``scores`` has the shape (sequences, positions, tags), ``lengths`` the shape (sequences,) with at
least 1 each; what lies behind a length is ignored. ``transitions[a, b]`` is the score of tag b after tag a; a
forbidden transition is ``-inf``, as are forbidden first and last tags in ``start`` and ``end``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def forward_backward(scores: Floats, lengths: Ints, transitions: Floats, start: Floats, end: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Run the scaled forward-backward algorithm (Rabiner 1989, section V.A).

    :returns: alpha, beta and the scaled potentials, each of shape (sequences, positions, tags), and the log partition of each sequence.
        ``alpha * beta`` is the probability of a tag; a path from one position to the next multiplies by ``exp(transition)`` and the potential.
    """
    n, longest, tags = scores.shape
    peak = scores.max(2, keepdims=True)
    potential = np.exp(scores - peak)
    moves, ends = np.exp(transitions), np.exp(end)
    alpha = np.zeros_like(potential)
    scale = np.ones((n, longest), dtype=scores.dtype)
    current = potential[:, 0] * np.exp(start)
    for position in range(longest):
        if position:
            current = (alpha[:, position - 1] @ moves) * potential[:, position]
        total = np.maximum(current.sum(1), 1e-30)
        scale[:, position] = total
        alpha[:, position] = current / total[:, None]
    last = np.maximum(alpha[np.arange(n), lengths - 1] @ ends, 1e-30)
    inside = np.arange(longest)[None] < lengths[:, None]
    log_partition = np.where(inside, np.log(scale) + peak[:, :, 0], 0).sum(1) + np.log(last)
    potential /= scale[:, :, None]
    potential[~inside] = 0
    beta = np.zeros_like(potential)
    following = np.zeros((n, tags), dtype=scores.dtype)
    for position in range(longest - 1, -1, -1):
        is_last = (lengths - 1 == position)[:, None]
        beta[:, position] = np.where(is_last, ends / last[:, None], following)
        following = (potential[:, position] * beta[:, position]) @ moves.T
    return alpha, beta * inside[:, :, None], potential, log_partition


def marginals(scores: Floats, lengths: Ints, transitions: Floats, start: Floats, end: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the probability of each tag at each position, shape (sequences, positions, tags); the expected number of each
    transition over the batch, shape (tags, tags); the log partition of each sequence.
    """
    alpha, beta, potential, log_partition = forward_backward(scores, lengths, transitions, start, end)
    tags = scores.shape[2]
    expected = alpha[:, :-1].reshape(-1, tags).T @ (potential * beta)[:, 1:].reshape(-1, tags)
    return alpha * beta, (expected * np.exp(transitions)).astype(np.float32), log_partition


def loss_and_gradient(
    scores: Floats, lengths: Ints, gold: Ints, transitions: Floats, start: Floats, end: Floats
) -> tuple[float, Floats, Floats, Floats, Floats]:
    """Return the negative log likelihood of ``gold`` (shape (sequences, positions)) and its gradients.

    :returns: loss, d scores, d transitions, d start, d end; forbidden entries have gradient 0.
    """
    n, longest, tags = scores.shape
    probabilities, expected, log_partition = marginals(scores, lengths, transitions, start, end)
    inside = np.arange(longest)[None] < lengths[:, None]
    rows = np.arange(n)
    picked = np.take_along_axis(scores, gold[:, :, None], 2)[:, :, 0]
    pair = inside[:, 1:]
    before, after = gold[:, :-1][pair], gold[:, 1:][pair]
    first, final = gold[:, 0], gold[rows, lengths - 1]
    path = float(np.where(inside, picked, 0).sum() + transitions[before, after].sum() + start[first].sum() + end[final].sum())
    d_scores = probabilities
    d_start = probabilities[:, 0].sum(0) - np.bincount(first, minlength=tags)
    d_end = probabilities[rows, lengths - 1].sum(0) - np.bincount(final, minlength=tags)
    d_transitions = expected - np.bincount(before * tags + after, minlength=tags * tags).reshape(tags, tags)
    d_scores[(*np.nonzero(inside), gold[inside])] -= 1
    return float(log_partition.sum()) - path, d_scores, d_transitions.astype(np.float32), d_start.astype(np.float32), d_end.astype(np.float32)


def viterbi(scores: Floats, lengths: Ints, transitions: Floats, start: Floats, end: Floats) -> Any:
    """Return the best tags of each sequence, shape (sequences, positions); 0 behind the length."""
    n, longest, tags = scores.shape
    back = np.zeros((longest, n, tags), dtype=np.int16)
    best = scores[:, 0] + start
    finals = np.empty((longest, n, tags), dtype=scores.dtype)
    finals[0] = best
    columns = transitions.T[None]  # [1, tag, tag before]
    for position in range(1, longest):
        candidates = best[:, None, :] + columns
        choice = candidates.argmax(2)
        back[position] = choice
        best = np.take_along_axis(candidates, choice[:, :, None], 2)[:, :, 0] + scores[:, position]
        finals[position] = best
    rows = np.arange(n)
    tag = np.zeros(n, dtype=np.int64)
    path = np.zeros((n, longest), dtype=np.int64)
    ending = (finals[lengths - 1, rows] + end).argmax(1)
    for position in range(longest - 1, -1, -1):
        tag = np.where(lengths - 1 == position, ending, tag)
        inside = position < lengths
        path[:, position] = np.where(inside, tag, 0)
        tag = np.where(inside, back[position, rows, tag], tag)
    return path
