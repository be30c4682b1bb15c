"""Fact tables are read back to the facts they were written from, whatever their format."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from plain_fact import PLAIN
from test_store import write

from baoshu.errors import BaoshuError
from baoshu.fact_files import find_fact_files, read_all_facts, read_facts
from baoshu.facts.extract import fact_row
from baoshu.files import write_jsonl
from baoshu.store import write_facts

FACTS = [
    PLAIN,
    replace(
        PLAIN,
        fact_id="1",
        start=12,
        end=20,
        unit="",
        number=None,
        period=None,
        place="河东镇",
        places=("河东镇", "河西镇"),
        adcode="410181",
        section=(),
    ),
    replace(
        PLAIN,
        fact_id="2",
        start=21,
        end=30,
        value='"1，2"万吨\n',
        number=12000.5,
        number_high=13000.0,
        section=("一、工作", "（一）农业"),
        report_year=None,
    ),
]


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet", ".duckdb"])
def test_what_extract_writes_is_read_back_whole(tmp_path, suffix):
    path = tmp_path / f"facts{suffix}"
    write(path, map(fact_row, FACTS))
    failures = []
    assert list(read_facts(path, failures)) == FACTS and failures == []


def test_rows_that_are_no_facts_are_named_and_the_others_read(tmp_path):
    path = tmp_path / "facts.jsonl"
    wrong = [{key: value for key, value in fact_row(PLAIN).items() if key != "unit"}, fact_row(PLAIN) | {"number": "many"}]
    path.write_text("no row\n" + "".join(json.dumps(row) + "\n" for row in [*wrong, fact_row(PLAIN)]), encoding="utf-8")
    failures = []
    assert list(read_facts(path, failures)) == [PLAIN]
    assert [error.where for error in failures] == [f"{path}:{number}" for number in (1, 2, 3)]
    assert "lacks unit" in failures[1].message and "could not convert" in failures[2].message


@pytest.mark.parametrize(
    "name, cell, what",
    [
        *((name, cell, f"{name} is empty") for name in ("fact_id", "report_id", "chunk_id", "sentence", "value", "subject", "start", "subject_end") for cell in (None, "")),
        ("start", 1.9, "start 1.9, no whole number"),
        ("end", -1, "end -1, no whole number"),
        ("report_year", True, "report_year True"),
        ("number", 10**400, "too large"),
        ("number_high", "inf", "number_high 'inf'"),
        ("confidence", "nan", "confidence 'nan'"),
        ("confidence", 1.5, "confidence 1.5"),
        ("measure", "foo", "measure 'foo', none of level, increment"),
        ("direction", "sideways", "direction 'sideways', none of up, down"),
        ("status", ["actual"], "status ['actual'], none of actual, target"),
        ("subject_type", "PLACE", "none of METRIC, PROJECT"),
        ("places", [1], "places [1]"),
    ],
)  # fmt: skip
def test_a_cell_that_its_column_cannot_hold_is_an_error_of_its_row(tmp_path, name, cell, what):
    path = tmp_path / "facts.jsonl"
    write_jsonl(path, [fact_row(PLAIN) | {name: cell}, fact_row(PLAIN)])
    failures = []
    assert list(read_facts(path, failures)) == [PLAIN]
    assert [(error.where, what in error.what) for error in failures] == [(f"{path}:1", True)], failures


@pytest.mark.parametrize("name", ["report_year", "metric_id", "number", "number_high", "direction", "period", "place", "adcode"])
def test_columns_that_may_be_empty_are_null(tmp_path, name):
    write_jsonl(tmp_path / "facts.jsonl", [fact_row(PLAIN) | {name: cell} for cell in (None, "")])
    failures = []
    assert list(read_facts(tmp_path / "facts.jsonl", failures)) == [replace(PLAIN, **{name: None})] * 2 and failures == []


def test_a_fact_of_several_files_is_read_once_and_a_bad_file_is_passed_over(tmp_path):
    write_facts(tmp_path / "a.jsonl", map(fact_row, FACTS[:2]))
    (tmp_path / "b.parquet").write_bytes(b"PAR1")
    write_facts(tmp_path / "c.csv", map(fact_row, FACTS[1:]))
    failures = []
    assert list(read_all_facts([tmp_path / name for name in ("a.jsonl", "b.parquet", "c.csv")], failures)) == FACTS
    assert [error.where for error in failures] == [str(tmp_path / "b.parquet")]


@pytest.mark.parametrize(
    "name, content, what",
    [
        ("facts.xlsx", b"", "unknown kind of fact table .xlsx"),
        ("none.jsonl", None, "No such file"),
        ("none.parquet", None, "no such file"),
        ("none.duckdb", None, "no such file"),
        ("facts.parquet", b"PAR1", "not a fact table"),
        ("facts.duckdb", b"x" * 100, "not a fact table"),
    ],
)
def test_what_is_no_fact_table_is_an_error(tmp_path, name, content, what):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(BaoshuError, match=what):
        list(read_facts(tmp_path / name, []))


def test_csv_for_excel_is_read_by_its_chinese_headers(tmp_path):
    risky = [*FACTS, replace(PLAIN, fact_id="3", subject="=HYPERLINK(1)", period="2025-06")]
    write_facts(tmp_path / "facts.csv", map(fact_row, risky), excel=True)
    failures = []
    assert list(read_facts(tmp_path / "facts.csv", failures)) == risky and failures == []


@pytest.mark.parametrize("name, content", [("f.csv", "a,b\n1,2\n"), ("f.jsonl", '{"a": 1}\n')])
def test_rows_of_another_table_are_no_facts(tmp_path, name, content):
    (tmp_path / name).write_text(content, encoding="utf-8")
    failures = []
    assert list(read_facts(tmp_path / name, failures)) == [] and "lacks fact_id" in failures[0].message


def test_folders_are_searched_and_what_stands_beside_them_left_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("b.parquet", "sub/A.JSONL", "b.failures.jsonl", "b.findings.jsonl", "C.FINDINGS.JSONL", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "empty").mkdir()
    files, errors = find_fact_files([tmp_path, Path("b.parquet"), Path("sub/../sub"), tmp_path / "empty", tmp_path / "missing.csv"])
    assert files == [tmp_path / "b.parquet", tmp_path / "sub" / "A.JSONL"]
    assert [error.message.split("; ")[0] for error in errors] == [
        f"{tmp_path / 'empty'}: a folder without facts",
        f"{tmp_path / 'missing.csv'}: no such file or folder",
    ]
