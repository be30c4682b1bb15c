"""Annotation ↔ rows of doccano's relation JSONL: offsets in UTF-16, and rows that break a rule."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baoshu.annotate.rows import annotation_to_row, check_annotation, row_to_annotation, utf16_offsets
from baoshu.errors import AnnotationError
from baoshu.types import Annotation, Relation, Span

TEXT = "😀青石县𠀀产量达12万吨"
ANNOTATION = Annotation(
    TEXT, (Span(0, "PLACE", 1, 4), Span(3, "METRIC", 4, 7), Span(7, "VALUE", 8, 12)), (Relation(3, 0, "所在地"), Relation(7, 3, "指标值")), "a:1"
)
UTF16_ROW = {
    "text": TEXT,
    "entities": [
        {"id": 0, "label": "PLACE", "start_offset": 2, "end_offset": 5},
        {"id": 3, "label": "METRIC", "start_offset": 5, "end_offset": 9},
        {"id": 7, "label": "VALUE", "start_offset": 10, "end_offset": 14},
    ],
    "relations": [{"id": 0, "from_id": 3, "to_id": 0, "type": "所在地"}, {"id": 1, "from_id": 7, "to_id": 3, "type": "指标值"}],
}


def row(text="青石县粮食产量达12万吨", entities=((0, "METRIC", 3, 7), (1, "VALUE", 8, 12)), relations=((1, 0, "指标值"),)):
    return {
        "text": text,
        "entities": [{"id": i, "label": label, "start_offset": start, "end_offset": end} for i, label, start, end in entities],
        "relations": [{"from_id": head, "to_id": tail, "type": kind} for head, tail, kind in relations],
    }


def test_utf16_offsets_count_two_for_emoji_and_extension_b():
    assert annotation_to_row(ANNOTATION, utf16=True) == UTF16_ROW
    assert row_to_annotation(UTF16_ROW, "a.jsonl:1", utf16=True, id="a:1") == ANNOTATION


def test_code_point_rows_carry_the_offsets_as_they_are_and_extra_keys():
    written = annotation_to_row(ANNOTATION, chunk_id="a:1", part="train")
    assert [(e["start_offset"], e["end_offset"]) for e in written["entities"]] == [(1, 4), (4, 7), (8, 12)]
    assert (written["chunk_id"], written["part"]) == ("a:1", "train")
    assert row_to_annotation(json.loads(json.dumps(written)), "a.jsonl:1") == ANNOTATION


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("😀𠀀\u200d\ufe0f"), min_size=1), st.data())
def test_utf16_offsets_cut_the_same_bytes_as_code_points(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    convert = utf16_offsets(text)
    assert text.encode("utf-16-le")[2 * convert(start) : 2 * convert(end)] == text[start:end].encode("utf-16-le")
    if text[start:end].strip() == text[start:end]:
        annotation = Annotation(text, (Span(0, "VALUE", start, end),))
        assert row_to_annotation(annotation_to_row(annotation, utf16=True), "row", utf16=True) == annotation


def test_entities_in_any_order_and_relations_in_either_direction_are_read():
    read = row_to_annotation(row(entities=[(5, "VALUE", 8, 12), (2, "METRIC", 3, 7)], relations=[(2, 5, "指标值"), (5, 2, "指标值")]), "row")
    assert read.spans == (Span(2, "METRIC", 3, 7), Span(5, "VALUE", 8, 12))
    assert read.relations == (Relation(5, 2, "指标值"),)


def test_whole_numbers_written_as_floats_are_read():
    read = row_to_annotation(row(entities=[(0.0, "METRIC", 3.0, 7.0)], relations=[]), "row")
    assert read.spans == (Span(0, "METRIC", 3, 7),)


@pytest.mark.parametrize(
    "changes, what",
    [
        ({"entities": [(0, "METRIC", 3, 70)]}, "lies outside its text of 12 characters"),
        ({"entities": [(0, "METRIC", -1, 3)]}, "lies outside its text"),
        ({"entities": [(0, "METRIC", 3, 3)]}, "lies outside its text"),
        ({"entities": [(0, "METRIC", 7, 3)]}, "lies outside its text"),
        ({"entities": [(0, "METRIC", 3, 7), (1, "VALUE", 6, 12)]}, "overlaps or precedes [3:7] '粮食产量'"),
        ({"entities": [(0, "METRIC", 3, 7), (1, "METRIC", 3, 7)]}, "overlaps or precedes"),
        ({"entities": [(0, "INDICATOR", 3, 7)]}, "has the label 'INDICATOR'"),
        ({"entities": [(0, "METRIC", 3, 7), (0, "VALUE", 8, 12)]}, "the span id 0 stands twice"),
        ({"text": "青石县 粮食产量12万", "entities": [(0, "METRIC", 3, 8)]}, "starts or ends with a space"),
        ({"relations": [(1, 0, "包含")]}, "relation type '包含'"),
        ({"relations": [(1, 0, "项目值")]}, "relation '项目值' from VALUE to METRIC"),
        ({"relations": [(1, 9, "指标值")]}, "points to no span"),
        ({"relations": [(1, 1, "指标值")]}, "from VALUE to VALUE"),
        ({"text": ""}, "text is ''"),
        ({"text": None}, "text is None"),
    ],
)
def test_rows_that_break_a_rule_are_refused_in_one_line(changes, what):
    broken = row(**({"relations": []} | changes if "entities" in changes or "text" in changes else changes))
    with pytest.raises(AnnotationError) as caught:
        row_to_annotation(broken, "a.jsonl:7")
    assert what in caught.value.what
    assert str(caught.value).startswith("a.jsonl:7: ") and "; expected " in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("offset", ["3", 3.5, True, None, float("inf"), float("nan")])
def test_offsets_that_are_no_whole_numbers_are_refused(offset):
    broken = row(relations=[])
    broken["entities"][0]["start_offset"] = offset
    with pytest.raises(AnnotationError, match=r"a\.jsonl:7: entity .* expected \{id, label, start_offset, end_offset\}"):
        row_to_annotation(broken, "a.jsonl:7")


@pytest.mark.parametrize("key", ["id", "label", "start_offset", "end_offset"])
def test_an_entity_without_a_key_is_refused(key):
    broken = row(relations=[])
    del broken["entities"][0][key]
    with pytest.raises(AnnotationError, match=f"'{key}' is missing"):
        row_to_annotation(broken, "a.jsonl:7")


@pytest.mark.parametrize("start, end", [(1, 3), (0, 1), (0, 99)])
def test_utf16_offsets_inside_a_pair_or_outside_the_text_are_refused(start, end):
    broken = {"text": "😀产量", "entities": [{"id": 0, "label": "METRIC", "start_offset": start, "end_offset": end}]}
    with pytest.raises(AnnotationError, match="inside a character or outside the text"):
        row_to_annotation(broken, "a.jsonl:7", utf16=True)


@pytest.mark.parametrize(
    "broken, what",
    [
        ({"text": "税收", "relations": []}, "no entities among the keys text, relations"),
        ({"text": "税收", "label": [[0, 2, "METRIC"]]}, "no entities among the keys text, label"),
        ({"text": "税收", "entities": {}}, "entities is dict"),
        ({"text": "税收", "entities": ["METRIC"]}, "entities is list"),
        ({"text": "税收", "entities": [], "relations": 0}, "relations is int"),
        ({"text": "税收", "entities": [], "relations": [{"from_id": 0}]}, "'to_id' is missing"),
    ],
)
def test_rows_of_another_shape_are_refused(broken, what):
    with pytest.raises(AnnotationError) as caught:
        row_to_annotation(broken, "a.jsonl:7")
    assert what in caught.value.what


def test_a_row_without_relations_has_none():
    assert row_to_annotation({"text": "税收", "entities": []}, "row") == Annotation("税收")


def test_unsorted_spans_are_refused_in_an_annotation():
    with pytest.raises(AnnotationError, match="flat spans in order"):
        check_annotation(Annotation("税收12亿元", (Span(0, "VALUE", 2, 6), Span(1, "METRIC", 0, 2))))
