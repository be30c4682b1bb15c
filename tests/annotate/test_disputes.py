"""Disputes: what several annotators agree on and the places where they do not, each a place to decide."""

from itertools import pairwise

import pytest
from hypothesis import given
from versions import versions

from baoshu.annotate.disputes import Dispute, agreed_part, all_links, find_disputes
from baoshu.annotate.markup import format_markup, parse_markup
from baoshu.annotate.rows import check_annotation
from baoshu.errors import AnnotationError
from baoshu.evaluate import span_keys


def chunk(marked):
    return parse_markup(marked, id="r:1")


@pytest.mark.parametrize(
    "first, second, kind, place, types",
    [
        ("建设{P1|白河水厂}", "建设白河水厂", "missing", (2, 6), ("PROJECT",)),
        ("建设白河水厂", "建设{P1|白河水厂}", "missing", (2, 6), ("PROJECT",)),
        ("建设{P1|白河水厂}", "建设{L1|白河水厂}", "label", (2, 6), ("PLACE", "PROJECT")),
        ("建设{P1|白河水厂}", "建设{L1|白河}水厂", "label", (2, 6), ("PLACE", "PROJECT")),
        ("建设{P1|白河水厂}", "建设白河{P1|水厂}", "boundary", (2, 6), ("PROJECT",)),
        ("建设{P1|白河水厂}", "建设{P1|白河}{P2|水厂}", "boundary", (2, 6), ("PROJECT",)),
        ("建{P1|设白河}水厂", "建设{P1|白河水厂}", "boundary", (1, 6), ("PROJECT",)),
        ("{M1|税收}增{V>M1|3%}", "{M1|税收}增{V|3%}", "link", (0, 5), ("指标值",)),
        ("{L1|青石}{M1@L1|税收}{V>M1|3%}", "{L1|青石}{M1|税收}{V>M1|3%}", "link", (0, 4), ("所在地",)),
    ],
)
def test_a_place_is_of_one_kind(first, second, kind, place, types):
    found = find_disputes({"a": chunk(first), "b": chunk(second)})
    assert [(d.chunk_id, d.kind, (d.start, d.end), d.types) for d in found] == [("r:1", kind, place, types)]


def test_spans_that_touch_but_do_not_overlap_are_two_places():
    found = find_disputes({"a": chunk("{M1|税收}{V>M1|3%}"), "b": chunk("税收3%")})
    assert [(d.kind, d.start, d.end) for d in found] == [("missing", 0, 2), ("missing", 2, 4)]


def test_links_belong_to_the_place_of_an_end_that_is_disputed():
    found = find_disputes({"a": chunk("{M1|新增税收}{V>M1|3%}"), "b": chunk("新增{M1|税收}{V>M1|3%}")})
    value = (4, 6, "VALUE")
    assert found == [
        Dispute(
            "r:1", "boundary", 0, 4, {"a": ((0, 4, "METRIC"),), "b": ((2, 4, "METRIC"),)},
            {"a": ((value, (0, 4, "METRIC")),), "b": ((value, (2, 4, "METRIC")),)},
        )
    ]  # fmt: skip


def test_other_links_of_one_value_are_one_place():
    found = find_disputes({"a": chunk("{M1|进口}{M2|出口}增{V>M1|3%}"), "b": chunk("{M1|进口}{M2|出口}增{V>M2|3%}")})
    value, imports, exports = (5, 7, "VALUE"), (0, 2, "METRIC"), (2, 4, "METRIC")
    assert found == [Dispute("r:1", "link", 0, 7, {"a": (), "b": ()}, {"a": ((value, imports),), "b": ((value, exports),)})]


def test_three_annotators_agree_only_where_all_do():
    marked = {"a": chunk("{L1|青石}建{P1|水厂}"), "b": chunk("{L1|青石}建{P1|水厂}"), "c": chunk("{L1|青石}建水厂")}
    assert format_markup(agreed_part(marked)) == "{L1|青石}建水厂"
    plant = (3, 5, "PROJECT")
    assert find_disputes(marked) == [Dispute("r:1", "missing", 3, 5, {"a": (plant,), "b": (plant,), "c": ()}, {"a": (), "b": (), "c": ()})]


def test_versions_of_different_texts_cannot_be_compared():
    for function in (agreed_part, find_disputes):
        with pytest.raises(AnnotationError, match="r:1: b has another text"):
            function({"a": chunk("税收"), "b": chunk("税务")})


@given(versions())
def test_every_span_and_link_is_agreed_or_in_one_dispute(marked):
    agreed, disputes = agreed_part(marked), find_disputes(marked)
    check_annotation(agreed)
    for name, version in marked.items():
        spans = [span for d in disputes for span in d.spans[name]]
        assert len(spans) == len(set(spans)) and {*spans} | span_keys(agreed) == span_keys(version) and not {*spans} & span_keys(agreed)
        links = {link for d in disputes for link in d.links[name]}
        assert links | all_links(agreed) == all_links(version) and not links & all_links(agreed)


@given(versions())
def test_places_of_spans_do_not_overlap_and_names_and_order_of_annotators_do_not_matter(marked):
    disputes = find_disputes(marked)
    places = sorted((d.start, d.end) for d in disputes if d.kind != "link")
    assert all(before[1] <= after[0] for before, after in pairwise(places))
    turned = find_disputes(dict(reversed(marked.items())))
    assert turned == disputes and agreed_part(dict(reversed(marked.items()))) == agreed_part(marked)


@given(versions())
def test_there_are_disputes_exactly_where_versions_differ(marked):
    alike = len({(frozenset(span_keys(a)), frozenset(all_links(a))) for a in marked.values()}) == 1
    assert (find_disputes(marked) == []) is alike
