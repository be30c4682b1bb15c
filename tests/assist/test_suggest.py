"""Pre-annotation of rows: order and other keys stay, bad rows come back with their error."""

import pytest

from baoshu.annotate.rows import row_to_annotation
from baoshu.assist.suggest import suggest_rows
from baoshu.corpus.align import doc_to_annotation
from baoshu.errors import BaoshuError
from baoshu.model import load_model

TEXT = "😀全市地区生产总值增长6.1%，𠀀城城镇新增就业3.2万人。"


@pytest.fixture(scope="module")
def nlp(small_model):
    return load_model(small_model)


def test_rows_come_back_in_order_with_code_points_and_their_other_keys(nlp):
    rows = [
        {"id": 7, "text": TEXT, "entities": [{"id": 9, "label": "OLD", "start_offset": 0, "end_offset": 1}], "relations": [1], "meta": {"a": [1]}, "error": "old"},
        {"text": "各位代表："},
        *({"n": n, "text": f"第{n}段，税收增长{n}%。"} for n in range(70)),
    ]  # fmt: skip
    given = [dict(row) for row in rows]
    found = list(suggest_rows(nlp, enumerate(given, 1), "in.jsonl"))
    assert [{k: v for k, v in row.items() if k not in ("entities", "relations")} for row in found] == [
        {k: v for k, v in row.items() if k not in ("entities", "relations", "error")} for row in rows
    ]
    first = found[0]
    assert [TEXT[e["start_offset"] : e["end_offset"]] for e in first["entities"]] == [ent.text for ent in nlp(TEXT).ents] != []
    assert found[1]["entities"] == found[1]["relations"] == []
    for row in found:
        ids = [e["id"] for e in row["entities"]]
        assert len(set(ids)) == len(ids) and all(type(one) is int for one in ids)
        assert all(set(e) == {"id", "label", "start_offset", "end_offset"} for e in row["entities"])
        assert all(set(r) == {"from_id", "to_id", "type"} and {r["from_id"], r["to_id"]} <= set(ids) for r in row["relations"])
        assert row_to_annotation(row, "row") == doc_to_annotation(nlp(row["text"]))


@pytest.mark.parametrize(
    "text, what",
    [
        (None, "text is None"),
        (3, "text is 3"),
        ("", "text is ''"),
        ("税收\ud83d增长", "text holds half a surrogate pair"),
        ("税" * 1_000_001, "a text of 1,000,001 characters"),
    ],
)
def test_a_row_without_a_usable_text_comes_back_with_its_error(nlp, text, what):
    bad, good = {"id": 1, "text": text, "entities": "old"}, {"id": 2, "text": TEXT}
    failures = []
    first, second = suggest_rows(nlp, [(4, bad), (5, good)], "in.jsonl", failures)
    assert first == bad | {"error": str(failures[0])} and first["error"].startswith(f"in.jsonl:4: {what}; expected ")
    assert second["entities"] and "error" not in second and len(failures) == 1


def test_a_line_that_is_no_object_comes_back_as_its_error(nlp):
    error = BaoshuError("in.jsonl:1", "not JSON", "one JSON object a line")
    assert list(suggest_rows(nlp, [(1, error)], "in.jsonl")) == [{"error": "in.jsonl:1: not JSON; expected one JSON object a line"}]


def test_facts_are_computed_again_afterwards(nlp):
    list(suggest_rows(nlp, [(1, {"text": TEXT})], "in.jsonl"))
    assert nlp.pipe_names == ["entities", "linker", "facts"] and nlp(TEXT)._.facts
