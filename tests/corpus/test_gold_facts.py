"""Gold facts: rows that fit the composed report are read, and each one that does not is named."""

import json
from pathlib import Path

import pytest

from baoshu.annotate.composed import read_all_composed
from baoshu.corpus.gold_facts import GoldFact, read_gold_facts
from baoshu.errors import AnnotationError
from baoshu.files import write_jsonl

ROOT = Path(__file__).resolve().parents[2]
REPORT = """---
title: 青石县2026年政府工作报告
kind: 政府工作报告
place: 青石县
province: 河南省
level: 县
year: 2026
reported_year: 2025
date: 2026-01-25
session: 青石县第十届人民代表大会第五次会议
speaker: 青石县人民政府县长 李青河
---
一、2025年工作回顾
😀{M1|粮食产量}、{M2|油料产量}均增长{V>M1,M2|3.5%}。
{L1|河东镇}{P1@L1|青石水厂二期}日供水{V>P1|2～3万吨}。
"""
FIRST = {
    "report_id": "qingshi-2026", "start": 25, "end": 29, "subject_start": 13, "subject_end": 17, "value": "3.5%", "subject": "粮食产量", "subject_type": "METRIC",
    "number": 3.5, "number_high": None, "unit": "%", "measure": "growth", "direction": "up", "bound": "exact", "status": "actual", "period": "2025", "place": "青石县",
}  # fmt: skip


@pytest.fixture
def annotations(tmp_path):
    (tmp_path / "composed").mkdir()
    (tmp_path / "composed" / "qingshi-2026.txt").write_text(REPORT, encoding="utf-8")
    return tmp_path


@pytest.fixture
def composed(annotations):
    return {one.report.report_id: one for one in read_all_composed(annotations / "composed")}


@pytest.fixture
def rows(composed):
    _, second, third = (annotation.id for annotation in composed["qingshi-2026"].annotations)
    water = {
        "chunk_id": third, "start": 43, "end": 48, "subject_start": 34, "subject_end": 40, "value": "2～3万吨", "subject": "青石水厂二期", "subject_type": "PROJECT",
        "number": 20000, "number_high": 30000, "unit": "吨", "measure": "level", "direction": None, "place": "河东镇", "note": "按日计",
    }  # fmt: skip
    return [FIRST | {"chunk_id": second}, FIRST | {"chunk_id": second, "subject_start": 18, "subject_end": 22, "subject": "油料产量"}, FIRST | water]


def read(annotations, composed, rows):
    write_jsonl(annotations / "facts" / "qingshi-2026.jsonl", rows)
    failures = []
    return read_gold_facts(annotations, composed, failures), [
        (error.where.removeprefix(f"{annotations}/facts/"), error.message) for error in failures
    ]


def test_rows_that_fit_are_read_whole(annotations, composed, rows):
    assert read(annotations, composed, rows) == ({"qingshi-2026": [GoldFact(**row) for row in rows]}, [])


def test_a_folder_without_gold_facts_gives_none(annotations, composed):
    assert read_gold_facts(annotations, composed) == {}


@pytest.mark.parametrize(
    "change, message",
    [
        ({"report_id": "other"}, "report_id is other; expected qingshi-2026"),
        ({"start": 24}, "[24:29] reads '长3.5%'; expected '3.5%'"),
        ({"subject": "粮食"}, "[13:17] reads '粮食产量'; expected '粮食'"),
        ({"start": 23, "end": 25, "value": "增长"}, "增长 is not linked to 粮食产量; expected a link of the composed report"),
        ({"chunk_id": "qingshi-2026:0"}, "chunk_id is 'qingshi-2026:0'"),
        ({"subject_type": "PROJECT"}, "subject_type is 'PROJECT'; expected 'METRIC'"),
        ({"place": "河东镇"}, "place is '河东镇'; expected '青石县'"),
        ({"measure": "speed"}, "measure is 'speed'; expected one of level increment growth change share rank"),
        ({"direction": "left"}, "direction is 'left'; expected one of up down null"),
        ({"measure": "level"}, "level has the direction up; expected a direction of growth, change and increment only"),
        ({"bound": None}, "bound is None; expected one of exact about at_least at_most over under"),
        ({"period": "2025-2026"}, "period is '2025-2026'; expected 2025, 2021/2025 or null"),
        ({"number": "3.5"}, "number is '3.5'; expected a number or null"),
        ({"number": True}, "number is True; expected a number or null"),
        ({"number": -1}, "number -1, number_high None; expected 0 or more"),
        ({"number_high": 3}, "number 3.5, number_high 3; expected 0 or more, and an upper end that is not the lower one"),
        ({"unit": None}, "unit is None; expected a string"),
        ({"confidence": 1}, "the row has confidence; expected the keys report_id"),
    ],
)
def test_a_row_that_does_not_fit_is_named_and_left_out(annotations, composed, rows, change, message):
    gold, failures = read(annotations, composed, [*rows[1:], rows[0] | change])
    assert gold == {"qingshi-2026": [GoldFact(**row) for row in rows[1:]]}
    assert failures[0][0] == "qingshi-2026.jsonl:3" and failures[0][1].split(":3: ")[1].startswith(message)
    assert len(failures) == (2 if {"start", "end"} & set(change) else 1)


def test_a_missing_key_a_row_that_stands_twice_and_a_line_that_is_no_row_are_named(annotations, composed, rows):
    short = {key: value for key, value in rows[0].items() if key != "bound"}
    _, failures = read(annotations, composed, [short, rows[1], rows[1], rows[2]])
    assert [(where, message.split(": ", 1)[1]) for where, message in failures] == [
        ("qingshi-2026.jsonl:1", f"the row lacks bound; expected the keys {', '.join(GoldFact.__dataclass_fields__)}"),
        ("qingshi-2026.jsonl:3", "the link 3.5% → 油料产量 stands twice; expected one row a link"),
    ]
    (annotations / "facts" / "qingshi-2026.jsonl").write_text("[]\n" + "".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    failures = []
    assert len(read_gold_facts(annotations, composed, failures)["qingshi-2026"]) == 3
    assert [error.message.split(": ")[1] for error in failures] == ["a list; expected a JSON object"]


def test_every_link_without_a_row_is_named(annotations, composed, rows):
    _, failures = read(annotations, composed, rows[:2])
    chunk = composed["qingshi-2026"].annotations[2].id
    assert failures == [
        (
            "qingshi-2026.jsonl",
            f"{annotations}/facts/qingshi-2026.jsonl: no row for 2～3万吨 [43:48] → 青石水厂二期 in {chunk}; expected a row for every link",
        )
    ]


def test_gold_facts_of_no_composed_report_are_an_error(annotations, rows):
    failures = []
    write_jsonl(annotations / "facts" / "other.jsonl", rows)
    assert read_gold_facts(annotations, {}, failures) == {}
    assert [error.message.split(": ")[1] for error in failures] == ["no composed report other; expected annotations/composed/other.txt"]


def test_without_a_list_the_first_error_is_raised(annotations, composed, rows):
    write_jsonl(annotations / "facts" / "qingshi-2026.jsonl", [rows[0] | {"status": "done"}, *rows[1:]])
    with pytest.raises(AnnotationError, match="status is 'done'"):
        read_gold_facts(annotations, composed)


def test_the_shipped_gold_facts_fit():
    composed = {one.report.report_id: one for one in read_all_composed(ROOT / "annotations" / "composed")}
    gold = read_gold_facts(ROOT / "annotations", composed)
    assert len(gold) >= 12 and min(map(len, gold.values())) > 50
