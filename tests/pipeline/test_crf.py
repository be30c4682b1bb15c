"""The field against brute force: every path of a small field is written out."""

import itertools

import numpy as np
import pytest

from baoshu.pipeline.crf import loss_and_gradient, marginals, viterbi

TAGS = 3
LENGTHS = np.array([4, 2, 3, 1])


@pytest.fixture
def field():
    rng = np.random.default_rng(7)
    transitions = rng.normal(size=(TAGS, TAGS))
    transitions[0, 1] = -np.inf
    start = rng.normal(size=TAGS)
    start[2] = -np.inf
    return rng.normal(size=(len(LENGTHS), 4, TAGS)), transitions, start, rng.normal(size=TAGS)


def paths(scores, length, transitions, start, end):
    """Return the score of every path of one sequence."""
    found = {}
    for path in itertools.product(range(TAGS), repeat=length):
        moves = sum(transitions[a, b] for a, b in itertools.pairwise(path))
        found[path] = start[path[0]] + end[path[-1]] + moves + sum(scores[i, tag] for i, tag in enumerate(path))
    return found


def test_marginals_and_partition_equal_the_sum_over_all_paths(field):
    scores, transitions, start, end = field
    probabilities, expected, log_partition = marginals(scores, LENGTHS, transitions, start, end)
    counted = np.zeros((TAGS, TAGS))
    for row, length in enumerate(LENGTHS):
        every = paths(scores[row], length, transitions, start, end)
        total = np.log(sum(np.exp(score) for score in every.values()))
        by_hand = np.zeros((length, TAGS))
        for path, score in every.items():
            weight = np.exp(score - total)
            by_hand[np.arange(length), path] += weight
            for pair in itertools.pairwise(path):
                counted[pair] += weight
        assert log_partition[row] == pytest.approx(total)
        np.testing.assert_allclose(probabilities[row, :length], by_hand, atol=1e-9)
        assert not probabilities[row, length:].any()
    np.testing.assert_allclose(expected, counted, atol=1e-5)


def test_viterbi_finds_the_best_path_of_each_length(field):
    scores, transitions, start, end = field
    found = viterbi(scores, LENGTHS, transitions, start, end)
    for row, length in enumerate(LENGTHS):
        every = paths(scores[row], length, transitions, start, end)
        assert tuple(found[row, :length]) == max(every, key=every.get)


def test_gradients_equal_finite_differences(field):
    scores, transitions, start, end = field
    gold = np.array([[0, 2, 2, 0], [1, 0, 0, 0], [0, 0, 2, 0], [1, 0, 0, 0]])
    _, d_scores, d_transitions, d_start, d_end = loss_and_gradient(scores, LENGTHS, gold, transitions, start, end)
    d_scores = d_scores.copy()
    for array, gradient, place in (
        (scores, d_scores, (0, 1, 2)), (scores, d_scores, (3, 0, 1)), (transitions, d_transitions, (2, 0)), (start, d_start, (1,)), (end, d_end, (0,)),
    ):  # fmt: skip
        kept, step = array[place], 1e-5
        array[place] = kept + step
        above = loss_and_gradient(scores, LENGTHS, gold, transitions, start, end)[0]
        array[place] = kept - step
        below = loss_and_gradient(scores, LENGTHS, gold, transitions, start, end)[0]
        array[place] = kept
        assert gradient[place] == pytest.approx((above - below) / (2 * step), abs=1e-4)
