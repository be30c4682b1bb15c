"""What the descent leaves out of a batch."""

import numpy as np
import pytest

from baoshu.pipeline.features import FEATURES, LEXICAL
from baoshu.pipeline.field import _kept

OTHERS = np.setdiff1d(np.arange(FEATURES), LEXICAL)


@pytest.mark.parametrize(("unknown", "left"), [(0.0, True), (1.0, False)])
def test_an_unknown_word_loses_its_lexical_features_and_no_other(unknown, left):
    kept = _kept((50, FEATURES), 0.0, unknown, np.random.default_rng(0).random)
    assert kept[:, OTHERS].all()
    assert (kept[:, LEXICAL] == left).all()


def test_unknown_words_come_in_stretches_of_four_characters():
    kept = _kept((4000, FEATURES), 0.0, 0.25, np.random.default_rng(1).random)
    known = kept[:, LEXICAL]
    assert (known.all(1) | ~known.any(1)).all()
    changes = np.flatnonzero(np.diff(known[:, 0].astype(int)))
    assert len(set(changes % 4)) == 1
    assert known[:, 0].mean() == pytest.approx(0.75, abs=0.05)


def test_noise_leaves_out_single_features():
    kept = _kept((400, FEATURES), 0.5, 0.0, np.random.default_rng(2).random)
    assert kept.mean() == pytest.approx(0.5, abs=0.02)
    assert kept.mean(0).min() > 0.3 and kept.mean(1).max() < 0.9
