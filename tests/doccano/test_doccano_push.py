"""Rows before the upload: what doccano would drop, cut or refuse in silence is an error here, and nothing is sent."""

import pytest

from baoshu.annotate.markup import parse_markup
from baoshu.annotate.rows import annotation_to_row
from baoshu.doccano.push import Batch, check_name, read_batch
from baoshu.errors import ServerError
from baoshu.files import write_jsonl

MARKED = parse_markup("{L1|青石县}{M1@L1|粮食产量}达到{V>M1|12万吨}")
GOOD = {"id": "r:1", "report_id": "r", "section": ["一、工作", "（一）农业"], **annotation_to_row(MARKED)}


def entity(**values):
    return {"id": 0, "label": "METRIC", "start_offset": 3, "end_offset": 7} | values


def read(path, *rows):
    failures = []
    write_jsonl(path, rows)
    return read_batch(path, failures), [failure.message for failure in failures]


def test_a_suggested_row_becomes_an_annotation_with_its_heading(tmp_path):
    batch, failures = read(tmp_path / "a.jsonl", GOOD)
    assert failures == []
    assert batch == Batch((parse_markup("{L1|青石县}{M1@L1|粮食产量}达到{V>M1|12万吨}", id="r:1"),), {"r:1": "一、工作 › （一）农业"})


@pytest.mark.parametrize(
    "values, message",
    [
        ({"entities": [entity(), entity(id=1, end_offset=9)], "relations": []}, "overlaps"),
        ({"entities": [entity(start_offset=-1)], "relations": []}, "outside its text"),
        ({"entities": [entity(end_offset=99)], "relations": []}, "outside its text"),
        ({"entities": [entity(end_offset=3)], "relations": []}, "outside its text"),
        ({"entities": [entity(start_offset="3")], "relations": []}, "no whole number"),
        ({"entities": [entity(label="NUMBER")], "relations": []}, "the label 'NUMBER'"),
        ({"entities": [entity(), entity(start_offset=9, end_offset=11)], "relations": []}, "the span id 0 stands twice"),
        ({"entities": [entity()], "relations": [{"from_id": 0, "to_id": 5, "type": "指标值"}]}, "points to no span"),
        ({"entities": [entity()], "relations": [{"from_id": 0, "to_id": 0, "type": "like"}]}, "relation type 'like'"),
        ({"text": ""}, "a non-empty string"),
        ({"text": " \u3000", "entities": [], "relations": []}, "no database holds"),
        ({"text": "a\x00b", "entities": [], "relations": []}, "no database holds"),
        ({"text": "a\ud800b", "entities": [], "relations": []}, "no database holds"),
        ({"id": None}, "the chunk's id"),
        ({"error": "text is None"}, "the suggestion failed"),
    ],
)
def test_a_row_that_doccano_would_change_is_refused(tmp_path, values, message):
    batch, failures = read(tmp_path / "a.jsonl", GOOD | values)
    assert batch.annotations == () and len(failures) == 1
    assert message in failures[0] and "a.jsonl:1" in failures[0]


def test_a_chunk_that_stands_twice_is_refused(tmp_path):
    _, failures = read(tmp_path / "a.jsonl", GOOD, GOOD)
    assert len(failures) == 1 and "the chunk r:1 stands twice" in failures[0]


@pytest.mark.parametrize("name", ["", "..", ".a", "a/b", "a b", "a" * 41, "a\n"])
def test_a_name_that_is_no_file_is_refused(name):
    with pytest.raises(ServerError, match="not a name"):
        check_name(name, "annotator")


@pytest.mark.parametrize("name", ["li", "王小明", "li.wang", "a@b.c", "第1轮", "r-2"])
def test_names_in_chinese_are_names(name):
    assert check_name(name, "annotator") == name
