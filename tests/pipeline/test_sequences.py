"""Sequences and the tags of spans."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from baoshu.pipeline.sequences import allowed_tags, cut_sequences, tagged_spans


@given(st.lists(st.text(alphabet="甲乙，。；！𠀀😀\n", min_size=1, max_size=700), min_size=1, max_size=5))
def test_sequences_cover_every_character_once_and_stay_short(texts):
    found = cut_sequences(texts)
    assert found.lengths.sum() == sum(map(len, texts))
    assert (found.starts == np.concatenate([[0], np.cumsum(found.lengths)[:-1]])).all()
    assert found.lengths.max() <= 240 and found.lengths.min() >= 1


def test_groups_by_length_hold_all_sequences():
    found = cut_sequences(["甲。" * 200 + "乙" * 90])
    parts = list(found.by_length())
    assert sorted(np.concatenate([part.starts for part in parts])) == sorted(found.starts)


def test_tags_of_two_labels_can_only_follow_as_spans_do():
    allowed, first, last = allowed_tags(2)
    outside, b1, i1, e1, s1, b2 = range(6)
    assert allowed[b1, e1] and allowed[b1, i1] and allowed[e1, b2] and allowed[s1, outside]
    assert not allowed[b1, outside] and not allowed[b1, b2] and not allowed[outside, i1] and not allowed[i1, s1]
    assert first[b1] and not first[i1] and last[e1] and not last[b1]


def test_tags_become_spans_with_labels():
    assert list(tagged_spans(np.array([0, 1, 2, 3, 4, 5, 7, 0, 8]))) == [(1, 4, 0), (4, 5, 0), (5, 7, 1), (8, 9, 1)]
