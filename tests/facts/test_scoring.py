"""Facts against gold facts: what counts as right, and figures equal to an independent scorer."""

import json
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from plain_fact import PLAIN

from baoshu.corpus.gold_facts import GoldFact
from baoshu.facts.extract import fact_row
from baoshu.facts.scoring import COLUMNS, by_link, by_value, fact_errors, score_facts, wrong_columns
from baoshu.files import write_jsonl
from baoshu.types import BOUNDS, MEASURES, STATUSES

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
GOLD = GoldFact(**{name: getattr(PLAIN, name) for name in GoldFact.__dataclass_fields__ if name != "note"})


def test_equal_rows_have_no_wrong_column():
    assert wrong_columns(GOLD, PLAIN) == []


@pytest.mark.parametrize(
    "change, wrong",
    [
        ({"number": 3.5009}, []),
        ({"number": 3.51}, ["number"]),
        ({"number": None}, ["number"]),
        ({"number_high": 4.0}, ["number_high"]),
        ({"unit": "百分点", "measure": "change"}, ["unit", "measure"]),
        ({"direction": "down"}, ["direction"]),
        ({"bound": "over", "status": "target"}, ["bound", "status"]),
        ({"period": "2021/2025"}, ["period"]),
        ({"period": None, "place": None}, ["period", "place"]),
        ({"confidence": 0.1, "subject": "油料产量", "metric_id": "粮食总产量"}, []),
    ],
)
def test_a_column_is_wrong_when_it_differs_and_a_number_when_it_is_off_by_more_than_a_thousandth(change, wrong):
    assert wrong_columns(GOLD, replace(PLAIN, **change)) == wrong


@pytest.mark.parametrize("number, off, right", [(1.2e11, 1.2e8, True), (1.2e11, 1.3e8, False), (0.3333, 0.0009, True), (0.3333, 0.002, False)])
def test_the_tolerance_grows_with_the_number_and_is_0_001_below_1(number, off, right):
    assert (wrong_columns(replace(GOLD, number=number), replace(PLAIN, number=number + off)) == []) is right


def test_by_link_asks_for_the_subject_and_by_value_takes_the_first_fact_of_the_value():
    other = replace(PLAIN, subject_start=9, subject_end=13, measure="level")
    assert by_link([GOLD], [other, PLAIN]) == [(GOLD, PLAIN)] and by_link([GOLD], [other]) == [(GOLD, None)]
    assert by_value([GOLD], [other, PLAIN]) == [(GOLD, other)] and by_value([GOLD], [replace(PLAIN, end=7)]) == [(GOLD, None)]


def test_columns_are_shares_of_the_found_and_rows_of_all():
    pairs = [(GOLD, PLAIN), (GOLD, None), (GOLD, replace(PLAIN, place=None, number_high=9.0)), (GOLD, replace(PLAIN, period="2024"))]
    assert score_facts({"a": pairs[:2], "b": pairs[2:]}, resamples=0) == {
        "reports": 2, "gold": 4, "found": 0.75, "right": 2, "row": 0.5,
        "columns": dict.fromkeys(COLUMNS, 1.0) | {"number_high": 0.6667, "period": 0.6667, "place": 0.6667},
    }  # fmt: skip


def test_the_interval_is_by_report_and_one_report_has_none():
    right, wrong = [(GOLD, PLAIN)] * 10, [(GOLD, PLAIN)] * 5 + [(GOLD, None)] * 5
    score = score_facts({"a": right, "b": wrong, "c": right, "d": wrong})
    assert (score["row"], score["ci95"]) == (0.75, [0.5, 1.0])
    assert "ci95" not in score_facts({"a": right})
    assert score_facts({})["row"] == 0.0


def test_errors_list_what_was_missed_and_what_differs():
    rows = fact_errors("end to end", [(GOLD, PLAIN), (GOLD, None), (GOLD, replace(PLAIN, status="target", place=None))])
    named = {
        "setting": "end to end",
        "report_id": "qingshi-2026",
        "chunk_id": "qingshi-2026:1",
        "start": 4,
        "end": 8,
        "value": "3.5%",
        "subject": "粮食产量",
    }
    assert rows == [
        named | {"found": False, "columns": {}, "sentence": None},
        named
        | {
            "found": True,
            "columns": {"status": {"gold": "actual", "read": "target"}, "place": {"gold": "青石县", "read": None}},
            "sentence": PLAIN.sentence,
        },
    ]


def random_rows(seed, paragraphs):
    """Gold facts and facts that differ from them here and there, a line of the text each."""
    draw, offset, gold, facts = random.Random(seed), 0, [], []
    for text in paragraphs:
        start = offset + draw.randrange(2, 5)
        one = replace(
            GOLD, start=start, end=start + 2, number=draw.choice([None, 0.5, 3.0, 2e8]), measure=draw.choice(MEASURES), bound=draw.choice(BOUNDS), status=draw.choice(STATUSES)
        )  # fmt: skip
        gold.append(one)
        row = {name: getattr(one, name) for name in ("start", "end", *COLUMNS)}
        changed = {
            "number": row["number"] and row["number"] * draw.choice([1.0002, 1.01]),
            "measure": draw.choice(MEASURES),
            "period": "2024",
            "unit": "元",
        }
        row |= dict(draw.sample(sorted(changed.items()), draw.randrange(3)))
        if draw.random() < 0.8:
            facts.append(replace(PLAIN, **row))
        offset += len(text) + 1
    return gold, facts


@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
@pytest.mark.parametrize("seed", range(3))
def test_scores_by_value_equal_those_of_the_scorer_of_the_benchmark(seed, tmp_path):
    paragraphs = [f"{number}号村修了三条水渠两座桥" for number in range(100, 140)]
    gold, facts = random_rows(seed, paragraphs)
    starts = [sum(len(text) + 1 for text in paragraphs[:number]) for number in range(len(paragraphs))]
    columns = [name for name in COLUMNS if name != "place"]
    write_jsonl(
        tmp_path / "gold_facts.jsonl",
        (
            {"paragraph": n, "start": one.start - starts[n], "end": one.end - starts[n], "value": one.value, **{c: getattr(one, c) for c in columns}}
            for n, one in enumerate(gold)
        ),
    )
    write_jsonl(tmp_path / "gold.jsonl", ({"paragraph": number, "text": text} for number, text in enumerate(paragraphs)))
    write_jsonl(tmp_path / "facts.jsonl", map(fact_row, facts))
    (tmp_path / "clean.txt").write_text("\n".join(paragraphs), encoding="utf-8")
    names = [str(tmp_path / name) for name in ("gold_facts.jsonl", "gold.jsonl", "facts.jsonl", "clean.txt")]
    done = subprocess.run([sys.executable, str(SHARED / "bench" / "score_facts.py"), *names], capture_output=True, text=True, check=True)
    theirs, ours = json.loads(done.stdout), score_facts({"a": by_value(gold, facts)})
    assert theirs["gold"] == ours["gold"] == 40 and theirs["all"] < 1
    assert (theirs["found"], theirs["all"]) == (round(ours["found"], 3), round(ours["row"], 3))
    assert {c: theirs[c] for c in columns} == {c: pytest.approx(ours["columns"][c], abs=6e-4) for c in columns}
