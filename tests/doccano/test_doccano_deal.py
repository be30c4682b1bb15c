"""Dealing chunks: shares, evenness, and that nothing is taken back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baoshu.doccano.deal import deal

NAMES = ("li", "wang", "zhao")
IDS = [f"r:{number}" for number in range(10)]


def test_without_overlap_every_chunk_goes_to_one_annotator_in_reading_order():
    dealt = deal(IDS, NAMES[:2], overlap=0, given={})
    assert {name: len(chunks) for name, chunks in dealt.items()} == {"li": 5, "wang": 5}
    assert sorted(dealt["li"] + dealt["wang"], key=IDS.index) == IDS
    assert all(chunks == sorted(chunks, key=IDS.index) for chunks in dealt.values())


def test_a_share_of_the_chunks_goes_to_two():
    dealt = deal(IDS, NAMES[:2], overlap=0.2, given={})
    assert len(set(dealt["li"]) & set(dealt["wang"])) == 2
    assert {name: len(chunks) for name, chunks in dealt.items()} == {"li": 6, "wang": 6}


def test_a_second_call_deals_only_what_is_new():
    given = {name: set(chunks) for name, chunks in deal(IDS[:6], NAMES[:2], overlap=0.5, given={}).items()}
    assert deal(IDS[:6], NAMES[:2], overlap=0.5, given=given) == {"li": [], "wang": []}
    more = deal(IDS, NAMES[:2], overlap=0.5, given=given)
    assert set(more["li"] + more["wang"]) == set(IDS[6:])
    assert len(more["li"]) == len(more["wang"]) == 3


def test_a_new_annotator_gets_new_chunks_and_none_that_others_have():
    given = {"li": set(IDS[:4])}
    assert deal(IDS, ["zhao"], overlap=0, given=given) == {"zhao": IDS[4:]}


@pytest.mark.parametrize("names, overlap", [([], 0), (["li"], 0.1), (NAMES, 1.1), (NAMES, -0.1)])
def test_an_impossible_share_is_an_error(names, overlap):
    with pytest.raises(ValueError, match="overlap"):
        deal(IDS, names, overlap=overlap, given={})


@given(st.integers(0, 40), st.integers(2, 3), st.floats(0, 1))
def test_shares_are_exact_and_loads_differ_by_one_at_most(count, annotators, overlap):
    ids, names = [f"r:{number}" for number in range(count)], NAMES[:annotators]
    dealt = deal(ids, names, overlap=overlap, given={})
    holders = [sum(chunk in chunks for chunks in dealt.values()) for chunk in ids]
    assert holders.count(2) == math.ceil(round(overlap * count, 9)) and set(holders) <= {1, 2}
    loads = [len(chunks) for chunks in dealt.values()]
    assert max(loads) - min(loads) <= 1


@given(st.integers(0, 30), st.integers(0, 30), st.floats(0, 1))
def test_dealing_again_adds_nothing_and_dealing_more_takes_nothing_back(first, more, overlap):
    ids, names = [f"r:{number}" for number in range(first + more)], NAMES
    dealt = {name: set(chunks) for name, chunks in deal(ids[:first], names, overlap=overlap, given={}).items()}
    assert deal(ids[:first], names, overlap=overlap, given=dealt) == {name: [] for name in names}
    added = deal(ids, names, overlap=overlap, given=dealt)
    assert not any(set(added[name]) & dealt[name] for name in names)
    holders = [sum(chunk in dealt[name] | set(added[name]) for name in names) for chunk in ids]
    assert set(holders) <= {1, 2} and holders.count(2) >= math.ceil(round(overlap * len(ids), 9))
