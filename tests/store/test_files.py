"""Facts → files: what is written is what was given, in every format, whole or not at all."""

import csv
import json

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from baoshu import store
from baoshu.errors import OutputError
from baoshu.store import CHINESE_HEADERS, COLUMNS, SUFFIXES, check_output, write_facts

INTEGERS = ("report_year", "start", "end", "subject_start", "subject_end")
FLOATS = ("number", "number_high", "confidence")
NULLABLE = ("report_year", "metric_id", "number", "number_high", "direction", "period", "place", "adcode")


def fact(n=0, report_id="青石县-2026", **changes):
    return {
        "fact_id": f"f{n}", "report_id": report_id, "report_year": 2026, "section": ["一、过去一年", "（一）农业"], "chunk_id": f"{report_id}:c{n}",
        "start": 6, "end": 10, "sentence": "粮食产量达到12万吨，\n😀𠀀“增长”。", "subject": "粮食产量", "subject_type": "METRIC", "subject_start": 0, "subject_end": 4,
        "metric_id": "粮食总产量", "value": "12万吨", "number": 120000.0, "number_high": None, "unit": "吨", "measure": "level", "direction": None,
        "bound": "exact", "status": "actual", "period": "2025", "place": "青石县", "places": ["青石县", "白河镇"], "adcode": None, "confidence": 0.9123,
        "model": "zh_baoshu-0.1.0",
    } | changes  # fmt: skip


ROWS = [
    fact(0),
    fact(1, section=[], places=[], report_year=None, metric_id=None, number=None, unit="", period=None, place=None, adcode="410181", direction="up"),
    fact(2, report_id="a", value="2～3家", number=2.0, number_high=3.0, sentence='引号"、逗号,、竖线|和\t制表符'),
]


def cell(column, text):
    """The value that a cell of a CSV or XLSX file stands for."""
    if column in ("section", "places"):
        return text.split(" / ") if text else []
    if text in ("", None):
        return None if column in NULLABLE else ""
    return int(text) if column in INTEGERS else float(text) if column in FLOATS else text


def read(path):
    """Read any fact file back as rows."""
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as stream:
            return [{column: cell(column, text) for column, text in row.items()} for row in csv.DictReader(stream)]
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    if path.suffix == ".xlsx":
        rows = openpyxl.load_workbook(path)["事实"].iter_rows(min_row=2, values_only=True)
        return [{column: cell(column, value) for column, value in zip(COLUMNS, row, strict=True)} for row in rows]
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute("SELECT * FROM facts ORDER BY fact_id").fetchall()
        assert [column[0] for column in connection.description] == list(COLUMNS)
        return [dict(zip(COLUMNS, row, strict=True)) for row in found]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_gives_the_same_rows_back(tmp_path, suffix):
    path = tmp_path / "deep" / f"facts{suffix}"
    assert write_facts(path, iter(ROWS)) == 3
    assert read(path) == ROWS
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_rows_make_a_file_of_columns_alone(tmp_path, suffix):
    path = tmp_path / f"facts{suffix}"
    assert write_facts(path, []) == 0
    assert read(path) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("=+-@\"',\r\n\t😀𠀀")), min_size=3, max_size=3))
@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
def test_text_is_verbatim_in_files_for_machines(tmp_path, suffix, texts):
    rows = [fact(n, sentence=text, subject=text) for n, text in enumerate(texts)]
    write_facts(tmp_path / f"facts{suffix}", rows)
    assert read(tmp_path / f"facts{suffix}") == rows


def test_columns_and_headers_are_those_of_the_schema():
    assert COLUMNS == tuple(ROWS[0]) == tuple(CHINESE_HEADERS)
    assert len(set(CHINESE_HEADERS.values())) == len(COLUMNS) and all(
        any("\u4e00" <= c <= "\u9fff" for c in name) for name in CHINESE_HEADERS.values()
    )


def test_more_rows_than_a_batch_keep_their_order(tmp_path):
    rows = [fact(n, report_id=f"r{n % 3}", fact_id=f"{n:06}") for n in range(12_000)]
    for suffix in (".parquet", ".duckdb"):
        assert write_facts(tmp_path / f"facts{suffix}", iter(rows)) == 12_000
        assert [row["fact_id"] for row in read(tmp_path / f"facts{suffix}")] == [row["fact_id"] for row in rows]


FORMULAS = ["=1+1", "+8%", "-0.6%", "@SUM(A1)", "＝1+1", "\t=1", "\r=1", "\n=1"]


def test_csv_for_excel_has_a_mark_chinese_headers_and_no_formulas(tmp_path):
    path = tmp_path / "facts.csv"
    write_facts(path, [fact(n, value=text) for n, text in enumerate(FORMULAS)], excel=True)
    assert path.read_bytes().startswith("\ufeff事实编号,报告编号,报告年份".encode()) and b"\r\n" in path.read_bytes()
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == list(CHINESE_HEADERS.values())
    assert [row["数值原文"] for row in rows] == ["'" + text for text in FORMULAS]
    assert {(row["数值起点"], row["数"], row["相关地点"]) for row in rows} == {("6", "120000.0", "青石县 / 白河镇")}


def test_csv_for_machines_has_no_mark_and_leaves_cells_alone(tmp_path):
    path = tmp_path / "facts.csv"
    write_facts(path, [fact(n, value=text) for n, text in enumerate(FORMULAS)])
    assert path.read_bytes().startswith(b"fact_id,report_id,report_year,")
    assert [row["value"] for row in read(path)] == FORMULAS


def test_xlsx_has_chinese_headers_and_formulas_are_text(tmp_path):
    path = tmp_path / "facts.xlsx"
    write_facts(path, [fact(n, value=text) for n, text in enumerate(FORMULAS)])
    sheet = openpyxl.load_workbook(path)["事实"]
    assert [c.value for c in sheet[1]] == list(CHINESE_HEADERS.values()) and sheet.freeze_panes == "A2"
    column = list(CHINESE_HEADERS).index("value") + 1
    cells = [sheet.cell(row, column) for row in range(2, 2 + len(FORMULAS))]
    assert {c.data_type for c in cells} == {"s"} and [c.value for c in cells[:5]] == FORMULAS[:5]
    assert {c.data_type for c in sheet[2] if isinstance(c.value, (int, float))} == {"n"}


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud83d"])
def test_xlsx_shows_characters_that_it_cannot_hold_as_replaced(tmp_path, character):
    write_facts(tmp_path / "facts.xlsx", [fact(sentence=f"产量{character}增长😀𠀀")])
    assert read(tmp_path / "facts.xlsx")[0]["sentence"] == "产量\ufffd增长😀𠀀"


def test_xlsx_refuses_what_a_sheet_cannot_hold(tmp_path, monkeypatch):
    with pytest.raises(OutputError, match=r"sentence of 32,768 characters; expected at most 32,767\. Write to \.csv"):
        write_facts(tmp_path / "facts.xlsx", [fact(sentence="增" * 32_768)])
    monkeypatch.setattr(store, "_XLSX_ROWS", 2)
    with pytest.raises(OutputError, match=r"more than 2 facts; expected what a sheet of XLSX holds\. Write to \.csv"):
        write_facts(tmp_path / "facts.xlsx", ROWS)
    assert not list(tmp_path.iterdir())


def test_parquet_names_its_schema_version_and_keeps_types(tmp_path):
    write_facts(tmp_path / "facts.parquet", ROWS)
    schema = pq.read_schema(tmp_path / "facts.parquet")
    assert schema.metadata[b"schema_version"] == b"1"
    assert {name: str(schema.field(name).type) for name in ("start", "report_year", "number", "places", "value")} == {
        "start": "int64", "report_year": "int64", "number": "double", "places": "list<element: string>", "value": "string",
    }  # fmt: skip


def test_duckdb_replaces_a_report_and_leaves_the_others(tmp_path):
    path = tmp_path / "facts.duckdb"
    write_facts(path, [fact(0, "a"), fact(1, "a"), fact(2, "b"), fact(3, "c")])
    for _ in range(2):
        assert write_facts(path, [fact(7, "a"), fact(8, "d")]) == 2
        assert read(path) == [fact(2, "b"), fact(3, "c"), fact(7, "a"), fact(8, "d")]


def test_duckdb_forgets_a_report_that_has_no_facts_any_more(tmp_path):
    path = tmp_path / "facts.duckdb"
    write_facts(path, [fact(0, "a"), fact(2, "b")])
    processed = set()

    def rows():
        processed.update("ac")
        yield fact(5, "c")

    write_facts(path, rows(), reports=processed)
    assert read(path) == [fact(2, "b"), fact(5, "c")]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("error", [RuntimeError("midway"), KeyboardInterrupt()])
def test_rows_that_raise_midway_leave_the_old_file(tmp_path, suffix, error):
    def rows():
        yield from (fact(n, fact_id=f"new {n}") for n in range(6_000 if suffix in (".duckdb", ".parquet") else 5))
        raise error

    path = tmp_path / f"facts{suffix}"
    write_facts(path, ROWS)
    before = path.read_bytes()
    with pytest.raises(type(error)):
        write_facts(path, rows())
    assert read(path) == ROWS and (path.read_bytes() == before or suffix == ".duckdb")
    with pytest.raises(type(error)):
        write_facts(tmp_path / f"new{suffix}", rows())
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_database_of_another_schema_is_left_alone(tmp_path):
    path = tmp_path / "facts.duckdb"
    write_facts(path, ROWS)
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE baoshu_schema SET version = 99")
    with pytest.raises(OutputError, match=r"schema version 99; expected version 1\. Write to a new file\."):
        write_facts(path, [fact(9)])
    assert read(path) == ROWS


def test_a_database_with_another_table_of_facts_is_left_alone(tmp_path):
    path = tmp_path / "facts.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE facts AS SELECT 1 AS one")
    with pytest.raises(OutputError, match="cannot be written as a DuckDB database"):
        write_facts(path, ROWS)
    with duckdb.connect(str(path)) as connection:
        assert connection.execute("SHOW TABLES").fetchall() == [("facts",)]


def test_a_file_that_is_no_database_is_left_alone(tmp_path):
    path = tmp_path / "facts.duckdb"
    path.write_text("text", encoding="utf-8")
    with pytest.raises(OutputError, match="Is another program using it"):
        write_facts(path, ROWS)
    assert path.read_text(encoding="utf-8") == "text"


@pytest.mark.parametrize("name", ["facts", "facts.json", "facts.xls", "facts.db", ".csv"])
def test_an_unknown_kind_of_output_is_refused(tmp_path, name):
    with pytest.raises(OutputError, match=r"unknown kind of output .*; expected a name ending in \.jsonl \.csv \.parquet \.xlsx \.duckdb"):
        write_facts(tmp_path / name, ROWS)


def test_suffixes_may_be_written_in_capitals(tmp_path):
    check_output(tmp_path / "FACTS.XLSX")
    assert write_facts(tmp_path / "FACTS.JSONL", ROWS) == 3


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_place_that_cannot_be_written_is_one_error(tmp_path, suffix):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError) as caught:
        write_facts(tmp_path / "file" / f"facts{suffix}", ROWS)
    assert str(tmp_path / "file") in caught.value.where
    (tmp_path / f"folder{suffix}").mkdir()
    with pytest.raises(OutputError):
        write_facts(tmp_path / f"folder{suffix}", ROWS)
