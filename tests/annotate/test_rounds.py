"""Rounds: which files are annotators, and how far each of them is."""

import pytest

from baoshu.annotate.markup import parse_markup
from baoshu.annotate.read import annotated_ids, annotator_files
from baoshu.annotate.rounds import find_round, progress, read_round, stored_agreement
from baoshu.annotate.rows import annotation_to_row
from baoshu.errors import AnnotationError
from baoshu.files import write_json, write_jsonl

MARKED = {"r:1": "{L1|青石县}{M1@L1|税收}{V>M1|3亿元}", "r:2": "{P1|水厂}投资{V>P1|2亿元}", "r:3": "各位代表："}


def rows(*ids, **key):
    return [annotation_to_row(parse_markup(MARKED[chunk_id]), id=chunk_id, **key) for chunk_id in ids]


@pytest.fixture
def rounds(tmp_path):
    folder = tmp_path / "rounds"
    write_jsonl(folder / "one" / "ann.jsonl", rows("r:1", "r:2"))
    write_jsonl(folder / "one" / "bo.jsonl", rows("r:1"))
    write_jsonl(folder / "one" / "review.jsonl", rows("r:1"))
    write_jsonl(folder / "one" / "bo.failures.jsonl", [{"source": "x"}])
    write_jsonl(folder / "two" / "chunks.jsonl", [{"id": chunk_id, "text": "…"} for chunk_id in MARKED])
    write_jsonl(folder / "two" / "bo.jsonl", [*rows("r:3"), {"id": "r:2"}])
    (folder / "empty").mkdir()
    return folder


def test_annotators_are_the_files_that_are_nothing_else(rounds):
    assert list(annotator_files(rounds / "one")) == ["ann", "bo"]
    failures = []
    assert {name: list(chunks) for name, chunks in read_round(rounds / "one", failures).items()} == {"ann": ["r:1", "r:2"], "bo": ["r:1"]}
    assert failures == []


def test_annotated_chunks_are_those_of_composed_texts_of_the_gold_and_of_annotators(rounds, composed):
    folder = rounds.parent
    write_jsonl(folder / "gold" / "q.jsonl", [*rows("r:1"), {"chunk_id": "q:1"}])
    (folder / "composed").mkdir()
    (folder / "composed" / composed[0].name).write_bytes(composed[0].read_bytes())
    found = annotated_ids(folder, [])
    assert {"q:1", *MARKED} <= found and {i.partition(":")[0] for i in found} == {"q", "r", composed[0].stem}


def test_a_round_is_found_by_name_or_by_path(rounds):
    assert find_round("one", rounds) == rounds / "one" == find_round(str(rounds / "one"), rounds)


def test_a_round_that_is_not_there_or_empty_is_an_error(rounds):
    with pytest.raises(AnnotationError, match="no such round; expected one of empty, one, two"):
        find_round("three", rounds)
    with pytest.raises(AnnotationError, match="no annotator's file"):
        read_round(rounds / "empty", [])


def test_progress_counts_what_is_done_and_left_by_annotator_and_label(rounds):
    chunks = [{"id": chunk_id, "text": parse_markup(marked).text} for chunk_id, marked in MARKED.items()] + [{"id": "r:4", "text": "谢谢"}]
    nothing = {"METRIC": 0, "VALUE": 0, "PROJECT": 0, "PLACE": 0}
    bare = {"指标值": 0, "项目值": 0, "所在地": 0}
    assert progress(rounds, chunks) == {
        "chunks": 4, "characters": 8 + 7 + 5 + 2, "times": {"0": 1, "1": 2, "2": 1},
        "rounds": {
            "one": {"chunks": 2, "annotators": {
                "ann": {"done": 2, "left": 0, "broken": 0, "characters": 15, "spans": {"METRIC": 1, "VALUE": 2, "PROJECT": 1, "PLACE": 1}, "links": {"指标值": 1, "项目值": 1, "所在地": 1}},
                "bo": {"done": 1, "left": 1, "broken": 0, "characters": 8, "spans": nothing | {"METRIC": 1, "VALUE": 1, "PLACE": 1}, "links": bare | {"指标值": 1, "所在地": 1}},
            }},
            "two": {"chunks": 3, "annotators": {"bo": {"done": 1, "left": 2, "broken": 1, "characters": 5, "spans": nothing, "links": bare}}},
        },
    }  # fmt: skip


def test_progress_of_no_rounds_is_nothing_done(tmp_path):
    assert progress(tmp_path / "missing", [{"id": "r:1", "text": "税收"}]) == {"chunks": 1, "characters": 2, "times": {"0": 1}, "rounds": {}}


def test_stored_agreement_goes_by_round_and_by_pair_where_there_are_several(tmp_path):
    a, b = ({"first": "甲", "second": name, "kappa": 0.9} for name in ("乙", "丙"))
    write_json(tmp_path / "1" / "agreement.json", {"pairs": [a]})
    write_json(tmp_path / "2" / "agreement.json", {"pairs": [a, b]})
    assert stored_agreement(tmp_path) == {"1": a, "2 甲–乙": a, "2 甲–丙": b}
