"""Evaluation against gold facts: on annotated links, and end to end with a small pipeline."""

import shutil
from pathlib import Path

import pytest

from baoshu.annotate.composed import read_composed
from baoshu.corpus.gold_facts import read_gold_facts
from baoshu.facts.evaluation import evaluate_facts, gold_link_facts, read_facts
from baoshu.facts.scoring import COLUMNS, by_link
from baoshu.files import read_jsonl, write_jsonl
from baoshu.model import load_model

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("tonghu-2017", "xilin-qi-2019")
WAYS = {"reports", "gold", "found", "columns", "right", "row"}


@pytest.fixture(scope="module")
def nlp(small_model):
    return load_model(small_model)


@pytest.fixture
def annotations(tmp_path):
    for folder, suffix in (("composed", ".txt"), ("facts", ".jsonl")):
        (tmp_path / folder).mkdir()
        for name in NAMES:
            shutil.copy(ROOT / "annotations" / folder / f"{name}{suffix}", tmp_path / folder)
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_facts_on_gold_links_are_those_of_every_link(annotations, name):
    composed = read_composed(annotations / "composed" / f"{name}.txt")
    gold = read_gold_facts(annotations, {one: read_composed(annotations / "composed" / f"{one}.txt") for one in NAMES})[name]
    facts = gold_link_facts(composed)
    assert len(facts) == len(gold) and all(fact is not None for _, fact in by_link(gold, facts))
    assert {(fact.chunk_id, fact.value, fact.subject, fact.place) for fact in facts} == {
        (one.chunk_id, one.value, one.subject, one.place) for one in gold
    }


def test_end_to_end_reads_the_plain_text_and_its_metadata(nlp, annotations):
    composed = read_composed(annotations / "composed" / "tonghu-2017.txt")
    facts = read_facts(nlp, composed)
    assert facts and {(fact.report_id, fact.report_year) for fact in facts} == {("tonghu-2017", 2017)}
    assert all(composed.report.text[fact.start : fact.end] == fact.value for fact in facts)


def test_scores_have_both_settings_and_the_parts_of_the_split(nlp, annotations):
    scores, errors = evaluate_facts(nlp, annotations, {"tonghu-2017": "dev", "xilin-qi-2019": "train"})
    assert set(scores) == {"facts_gold_links", "facts_end_to_end"}
    on_links, end_to_end = scores["facts_gold_links"], scores["facts_end_to_end"]
    assert set(on_links) == {*WAYS, "ci95", "held_back", "train"} and set(end_to_end) == {"by_link", "by_value", "predicted", "precision"}
    assert on_links["gold"] == on_links["held_back"]["gold"] + on_links["train"]["gold"] == end_to_end["by_value"]["gold"] > 100
    assert (on_links["found"], set(on_links["columns"])) == (1.0, set(COLUMNS)) and on_links["row"] > 0.8
    linked = end_to_end["by_link"]
    assert linked["found"] <= end_to_end["by_value"]["found"] < 1 and linked["row"] <= end_to_end["by_value"]["row"]
    assert end_to_end["precision"] == round(linked["right"] / end_to_end["predicted"], 4)
    missed = [row for row in errors if not row["found"]]
    assert {row["setting"] for row in missed} == {"end to end"} and len(missed) == round(linked["gold"] * (1 - linked["found"]))


def test_a_wrong_gold_row_lowers_its_column_and_is_listed(nlp, annotations):
    split = dict.fromkeys(NAMES, "test")
    before, listed = evaluate_facts(nlp, annotations, split)
    path = annotations / "facts" / "tonghu-2017.jsonl"
    rows = list(read_jsonl(path))
    write_jsonl(path, [rows[0] | {"bound": "under"}, *rows[1:]])
    after, errors = evaluate_facts(nlp, annotations, split)
    assert after["facts_gold_links"]["right"] == before["facts_gold_links"]["right"] - 1
    assert after["facts_gold_links"]["columns"] == before["facts_gold_links"]["columns"] | {"bound": after["facts_gold_links"]["columns"]["bound"]}
    (added,) = [row for row in errors if row not in listed and row["setting"] == "gold links"]
    assert (added["value"], added["columns"]["bound"]["gold"]) == (rows[0]["value"], "under")


def test_without_gold_facts_there_is_nothing_to_score(nlp, annotations):
    shutil.rmtree(annotations / "facts")
    assert evaluate_facts(nlp, annotations, {}) == ({}, [])
