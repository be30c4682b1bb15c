"""Adjudication: what agrees is kept, the rest is decided, and the decisions become the gold."""

from pathlib import Path

import pytest
from hypothesis import given
from versions import TEXT, annotation_of, versions

from baoshu.annotate.adjudicate import merge_round, review_rows, settle, write_gold
from baoshu.annotate.composed import read_all_composed
from baoshu.annotate.disputes import all_links
from baoshu.annotate.markup import format_markup, parse_markup
from baoshu.annotate.read import read_rows
from baoshu.annotate.rounds import read_round
from baoshu.annotate.rows import annotation_to_row, row_to_annotation
from baoshu.evaluate import span_keys
from baoshu.files import read_jsonl, write_jsonl

ROOT = Path(__file__).resolve().parents[2]


def chunks(**marked):
    return {f"r:{key[1:]}": parse_markup(text, id=f"r:{key[1:]}") for key, text in marked.items()}


ANN = chunks(c1="{M1|税收}增{V>M1|3%}", c2="建设{P1|白河水厂}，{M1|税收}{V>M1|3%}", c3="各位代表：")
BO = chunks(c1="{M1|税收}增{V>M1|3%}", c2="建设白河{P1|水厂}，{M1|税收}{V|3%}")


def test_a_round_is_put_together_chunk_by_chunk():
    failures = []
    merged = merge_round({"ann": ANN, "bo": BO}, failures)
    assert {chunk_id: format_markup(a) for chunk_id, a in merged.agreed.items()} == {
        "r:1": "{M1|税收}增{V>M1|3%}", "r:2": "建设白河水厂，{M1|税收}{V|3%}",
    }  # fmt: skip
    assert {chunk_id: [d.kind for d in disputes] for chunk_id, disputes in merged.disputes.items()} == {"r:2": ["boundary", "link"]}
    assert (list(merged.single), failures) == (["r:3"], [])


def test_a_row_for_review_holds_what_is_agreed_and_both_versions_of_the_rest():
    assert review_rows(merge_round({"ann": ANN, "bo": BO}, [])) == [
        {
            "chunk_id": "r:2",
            "section": ["【边界】第3–6字　ann：项目「白河水厂」；bo：项目「水厂」", "【连线】第8–11字　ann：指标值「3%」→「税收」；bo：无"],
            "disputes": [
                {"kind": "boundary", "start_offset": 2, "end_offset": 6, "versions": {
                    "ann": {"spans": [{"label": "PROJECT", "start_offset": 2, "end_offset": 6}], "links": []},
                    "bo": {"spans": [{"label": "PROJECT", "start_offset": 4, "end_offset": 6}], "links": []},
                }},
                {"kind": "link", "start_offset": 7, "end_offset": 11, "versions": {
                    "ann": {"spans": [], "links": [{
                        "type": "指标值",
                        "from": {"label": "VALUE", "start_offset": 9, "end_offset": 11},
                        "to": {"label": "METRIC", "start_offset": 7, "end_offset": 9},
                    }]},
                    "bo": {"spans": [], "links": []},
                }},
            ],
            **annotation_to_row(parse_markup("建设白河水厂，{M1|税收}{V|3%}")),
        }
    ]  # fmt: skip


def test_a_chunk_of_different_texts_is_a_failure_and_the_others_go_on():
    failures = []
    merged = merge_round({"ann": ANN, "bo": BO | chunks(c3="各位委员：")}, failures)
    assert list(merged.agreed) == ["r:1", "r:2"] and [str(e)[:8] for e in failures] == ["r:3: bo "]


def test_gold_is_what_agrees_and_what_was_decided():
    failures = []
    merged = merge_round({"ann": ANN, "bo": BO}, failures)
    assert (settle(merged, BO, failures), failures) == ({"r:1": ANN["r:1"], "r:2": BO["r:2"]}, [])


@pytest.mark.parametrize(
    "decisions, message",
    [
        ({}, "r:2: not decided"),
        (chunks(c2="建设白河水厂"), "r:2: decided on another text"),
        ({"r:2": BO["r:2"], "r:3": ANN["r:3"]}, "r:3: decided, but not in the round"),
    ],
)
def test_decisions_that_are_missing_or_about_something_else_are_failures(decisions, message):
    failures = []
    gold = settle(merge_round({"ann": ANN, "bo": BO}, []), decisions, failures)
    assert "r:1" in gold and "r:3" not in gold and [str(e).split(";")[0] for e in failures] == [message]


@given(annotation_of("青石县税收增长百分之三，白河水厂开工"))
def test_identical_annotations_are_the_gold_as_they_are(annotation):
    failures = []
    merged = merge_round({"ann": {"r:1": annotation}, "bo": {"r:1": annotation}}, failures)
    gold = settle(merged, {}, failures)["r:1"]
    assert (merged.disputes, failures) == ({}, []) and (gold.text, span_keys(gold), all_links(gold)) == (
        annotation.text, span_keys(annotation), all_links(annotation),
    )  # fmt: skip


@given(versions())
def test_a_reviewer_who_follows_one_annotator_gets_what_that_one_has(marked):
    failures = []
    merged = merge_round({name: {"r:1": a} for name, a in marked.items()}, failures)
    for row in review_rows(merged):
        assert row_to_annotation(row, "row") == merged.agreed["r:1"]
    follow = next(iter(marked.values()))
    gold = settle(merged, {"r:1": follow} if merged.disputes else {}, failures)["r:1"]
    assert failures == [] and (span_keys(gold), all_links(gold)) == (span_keys(follow), all_links(follow))


def test_gold_files_keep_their_other_rows_and_change_only_when_something_differs(tmp_path):
    failures = []
    write_jsonl(tmp_path / "gold" / "r.jsonl", [{"chunk_id": "r:9", "text": "旧", "entities": []}, annotation_to_row(BO["r:1"], chunk_id="r:1")])
    gold = {"r:1": ANN["r:1"], "r:2": ANN["r:2"], "q:1": parse_markup("谢谢", id="q:1")}
    assert write_gold(gold, tmp_path, failures) == {tmp_path / "gold" / "r.jsonl": 1, tmp_path / "gold" / "q.jsonl": 1}
    assert [row["chunk_id"] for row in read_jsonl(tmp_path / "gold" / "r.jsonl")] == ["r:9", "r:1", "r:2"]
    assert read_rows(tmp_path / "gold" / "q.jsonl", failures) == [gold["q:1"]]
    assert write_gold(gold, tmp_path, failures) == {tmp_path / "gold" / "r.jsonl": 0, tmp_path / "gold" / "q.jsonl": 0} and failures == []


def test_a_composed_report_is_written_only_when_asked_for(composed, tmp_path):
    path = tmp_path / "composed" / composed[0].name
    path.parent.mkdir()
    path.write_bytes(composed[0].read_bytes())
    annotation = next(a for one in read_all_composed(path.parent) for a in one.annotations if a.spans)
    bare = {annotation.id: type(annotation)(annotation.text, id=annotation.id)}
    failures = []
    assert write_gold(bare, tmp_path, failures) == {} and [e.hint for e in failures] == ["Add --into-composed."]
    assert path.read_bytes() == composed[0].read_bytes() and not (tmp_path / "gold").exists()
    assert write_gold(bare, tmp_path, [], into_composed=True) == {path: 1}
    assert write_gold({annotation.id: type(annotation)("改过的段落")}, tmp_path, failures, into_composed=True) == {} and len(failures) == 2


def test_the_third_round_and_its_decisions_give_the_composed_reports_as_they_are():
    failures = []
    merged = merge_round(read_round(ROOT / "annotations" / "rounds" / "third", failures), failures)
    composed = {a.id: a for one in read_all_composed(ROOT / "annotations" / "composed") for a in one.annotations}
    gold = settle(merged, {chunk_id: composed[chunk_id] for chunk_id in merged.disputes}, failures)
    assert (len(gold), len(merged.disputes), failures) == (634, 54, [])
    other = {i for i, a in gold.items() if (span_keys(a), all_links(a)) != (span_keys(composed[i]), all_links(composed[i]))}
    assert other == {"sanjiang-sheng-2020:d26a8d5b09d3", "xiangzhong-sheng-2026:4a3a5d66bf3e"}  # places before farm products, decided later


@pytest.mark.parametrize("chunk_id", ["r1", ":1", "../r:1", "a/r:1", "/r:1"])
def test_an_id_that_names_no_report_is_written_nowhere(tmp_path, chunk_id):
    failures = []
    assert write_gold({chunk_id: ANN["r:1"]}, tmp_path / "annotations", failures) == {} and [e.where for e in failures] == [chunk_id]
    assert not list(tmp_path.iterdir())


@given(TEXT)
def test_text_alone_has_nothing_to_decide(text):
    merged = merge_round({name: {"r:1": type(ANN["r:1"])(text, id="r:1")} for name in "ab"}, [])
    assert review_rows(merged) == [] and merged.agreed["r:1"].spans == ()
