"""Facts → files: what is written is what was given, in every format, whole or not at all."""

import csv
import json

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from baoshu.errors import OutputError
from baoshu.files import sha256
from baoshu.store import CHINESE_HEADERS, COLUMNS, check_output, workbook, write_facts
from baoshu.store.columns import column
from baoshu.store.files import FILE_SUFFIXES, unguarded, write_table
from baoshu.store.reports import write_reports
from baoshu.types import Report

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


def write(path, rows):
    """Write fact rows to any kind of file; in a database each report stands with its id as text."""
    if path.suffix != ".duckdb":
        return write_facts(path, rows)
    reports = {}
    for row in rows:
        reports.setdefault(row["report_id"], []).append(row)
    return write_reports(path, [(Report(name, name, sha256(name), name), facts) for name, facts in reports.items()])


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
    rows = openpyxl.load_workbook(path)["事实"].iter_rows(min_row=2, values_only=True)
    return [{column: cell(column, value) for column, value in zip(COLUMNS, row, strict=True)} for row in rows]


@pytest.mark.parametrize("suffix", FILE_SUFFIXES)
def test_every_format_gives_the_same_rows_back(tmp_path, suffix):
    path = tmp_path / "deep" / f"facts{suffix}"
    assert write_facts(path, iter(ROWS)) == 3
    assert read(path) == ROWS
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", FILE_SUFFIXES)
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
    assert write_facts(tmp_path / "facts.parquet", iter(rows)) == 12_000
    assert [row["fact_id"] for row in read(tmp_path / "facts.parquet")] == [row["fact_id"] for row in rows]


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


@pytest.mark.parametrize(
    "text", ["1234567890123456", "12345e6789012345", "3-5", "1/3", "2026/1", "3:1", *FORMULAS]
)  # fmt: skip
def test_csv_for_excel_guards_text_that_a_spreadsheet_would_misread(tmp_path, text):
    path = tmp_path / "facts.csv"
    write_facts(path, [fact(value=text)], excel=True)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["数值原文"] == "'" + text and unguarded(row["数值原文"]) == text


@pytest.mark.parametrize("text", ["2025", "2021/2025", "6.1%", "410181", "3f2a90c1d4e5b677", "12万吨", "2026-01-20", "'"])
def test_csv_for_excel_leaves_other_text_alone(tmp_path, text):
    path = tmp_path / "facts.csv"
    write_facts(path, [fact(value=text)], excel=True)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["数值原文"] == text == unguarded(text)


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


def test_xlsx_opens_filtered_with_widths_and_numbers(tmp_path):
    path = tmp_path / "facts.xlsx"
    write_facts(path, [fact(0, number=120000000000.0), fact(1, number=6.1)])
    book = openpyxl.load_workbook(path)
    sheet = book["事实"]
    assert book.sheetnames == ["事实", "列说明"] and sheet.auto_filter.ref == "A1:AA3" and sheet["A1"].font.bold
    number = list(CHINESE_HEADERS).index("number") + 1
    assert [(c.value, c.data_type, c.number_format) for (c,) in sheet.iter_rows(min_row=2, min_col=number, max_col=number)] == [
        (120000000000, "n", "#,##0"),
        (6.1, "n", "General"),
    ]
    widths = {name: sheet.column_dimensions[cell.column_letter].width for name, cell in zip(COLUMNS, sheet[1], strict=True)}
    assert widths["number"] == 16 and widths["unit"] == 8 and 30 < widths["sentence"] <= 60


def test_xlsx_explains_its_columns_in_both_languages(tmp_path):
    write_facts(tmp_path / "facts.xlsx", [])
    rows = list(openpyxl.load_workbook(tmp_path / "facts.xlsx")["列说明"].iter_rows(values_only=True))
    assert rows[0] == ("列", "column", "说明", "meaning") and [row[1] for row in rows[1:]] == list(COLUMNS)
    assert rows[15] == ("数", "number", "已展开万、亿，不带正负号；区间取下限", "万 and 亿 expanded, never negative; the lower end of a range")


def test_xlsx_formulas_stay_text_when_someone_edits_the_cell(tmp_path):
    write_facts(tmp_path / "facts.xlsx", [fact(value="=1+1", sentence="增长")])
    sheet = openpyxl.load_workbook(tmp_path / "facts.xlsx")["事实"]
    assert {c.value for c in sheet[2] if c.quotePrefix} == {"=1+1"}


def test_headers_that_could_be_formulas_are_text_too(tmp_path):
    columns = [column("=1+1", "text")]
    write_table(tmp_path / "t.xlsx", columns, [{"=1+1": "a"}])
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert [book["结果"]["A1"].data_type, book["列说明"]["A2"].data_type, book["列说明"]["B2"].data_type] == ["s", "s", "s"]
    write_table(tmp_path / "t.csv", columns, [{"=1+1": "a"}], excel=True)
    assert (tmp_path / "t.csv").read_text(encoding="utf-8-sig") == "'=1+1\na\n"


def test_truth_values_and_compound_values_are_cells(tmp_path):
    columns = [column(name, "other") for name in ("corrected", "wins", "ids")]
    rows = [{"corrected": True, "wins": False, "ids": [1, {"a": "甲"}]}]
    write_table(tmp_path / "t.csv", columns, rows, excel=True)
    assert (tmp_path / "t.csv").read_text(encoding="utf-8-sig") == '已校正,以此为准,ids\n是,否,"[1, {""a"": ""甲""}]"\n'
    write_table(tmp_path / "m.csv", columns, rows)
    assert (tmp_path / "m.csv").read_text(encoding="utf-8") == 'corrected,wins,ids\ntrue,false,"[1, {""a"": ""甲""}]"\n'


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud83d"])
def test_xlsx_shows_characters_that_it_cannot_hold_as_replaced(tmp_path, character):
    write_facts(tmp_path / "facts.xlsx", [fact(sentence=f"产量{character}增长😀𠀀")])
    assert read(tmp_path / "facts.xlsx")[0]["sentence"] == "产量\ufffd增长😀𠀀"


def test_xlsx_refuses_what_a_sheet_cannot_hold(tmp_path, monkeypatch):
    with pytest.raises(OutputError, match=r"sentence of 32,768 characters; expected at most 32,767\. Write to \.csv"):
        write_facts(tmp_path / "facts.xlsx", [fact(sentence="增" * 32_768)])
    monkeypatch.setattr(workbook, "_ROWS", 2)
    with pytest.raises(OutputError, match=r"more than 2 rows; expected what a sheet of XLSX holds\. Write to \.csv"):
        write_facts(tmp_path / "facts.xlsx", ROWS)
    assert not list(tmp_path.iterdir())


def test_parquet_names_its_schema_version_and_keeps_types(tmp_path):
    write_facts(tmp_path / "facts.parquet", ROWS)
    schema = pq.read_schema(tmp_path / "facts.parquet")
    assert schema.metadata[b"schema_version"] == b"1"
    assert {name: str(schema.field(name).type) for name in ("start", "report_year", "number", "places", "value")} == {
        "start": "int64", "report_year": "int64", "number": "double", "places": "list<element: string>", "value": "string",
    }  # fmt: skip


@pytest.mark.parametrize("suffix", FILE_SUFFIXES)
@pytest.mark.parametrize("error", [RuntimeError("midway"), KeyboardInterrupt()])
def test_rows_that_raise_midway_leave_the_old_file(tmp_path, suffix, error):
    def rows():
        yield from (fact(n, fact_id=f"new {n}") for n in range(6_000 if suffix == ".parquet" else 150))
        raise error

    path = tmp_path / f"facts{suffix}"
    write_facts(path, ROWS)
    before = path.read_bytes()
    with pytest.raises(type(error)):
        write_facts(path, rows())
    assert read(path) == ROWS and path.read_bytes() == before
    with pytest.raises(type(error)):
        write_facts(tmp_path / f"new{suffix}", rows())
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["facts", "facts.json", "facts.xls", "facts.db", ".csv"])
def test_an_unknown_kind_of_output_is_refused(tmp_path, name):
    with pytest.raises(OutputError, match=r"unknown kind of output .*; expected a name ending in \.jsonl \.csv \.parquet \.xlsx \.duckdb"):
        check_output(tmp_path / name)
    with pytest.raises(OutputError, match=r"expected a name ending in \.jsonl \.csv \.parquet \.xlsx$"):
        write_facts(tmp_path / name, ROWS)


def test_suffixes_may_be_written_in_capitals(tmp_path):
    check_output(tmp_path / "FACTS.XLSX")
    assert write_facts(tmp_path / "FACTS.JSONL", ROWS) == 3


@pytest.mark.parametrize("suffix", FILE_SUFFIXES)
def test_a_place_that_cannot_be_written_is_one_error(tmp_path, suffix):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError) as caught:
        write_facts(tmp_path / "file" / f"facts{suffix}", ROWS)
    assert str(tmp_path / "file") in caught.value.where
    (tmp_path / f"folder{suffix}").mkdir()
    with pytest.raises(OutputError):
        write_facts(tmp_path / f"folder{suffix}", ROWS)
