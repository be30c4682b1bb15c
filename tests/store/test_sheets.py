"""Sheets that someone edited: what changed becomes corrections, what a spreadsheet did by itself does not."""

import csv
import io

import openpyxl
import pytest
from qingshi import county, ids

from baoshu.errors import StoreError
from baoshu.store.corrections import Correction, correct
from baoshu.store.database import open_database
from baoshu.store.export import export
from baoshu.store.reports import write_reports
from baoshu.store.sheets import read_sheet_corrections

JOBS = ids()["青石县-2026", "城镇新增就业", "2860人"]
SPRUCES = ids()["青石县-2026", "云杉保有量", "90万株"]


@pytest.fixture
def sheet(database, tmp_path):
    """The facts as a CSV for Excel."""
    with open_database(database) as connection:
        ((path, count),) = export(connection, tmp_path / "sheets", ["facts_reviewed"], format="csv", excel=True)
    assert count == 19
    return path


def edit(path, change):
    """Change the rows of a sheet, each as a dict by header."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    for row in rows:
        change(row)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
    return text.getvalue()


def of(fact_id, **cells):
    """A change of the cells of one fact."""

    def change(row):
        if row["事实编号"].removeprefix("'") == fact_id:
            row.update(cells)

    return change


def read(database, path):
    failures = []
    with open_database(database) as connection:
        return list(read_sheet_corrections(connection, path, failures)), [failure.message for failure in failures]


def test_an_unedited_sheet_holds_no_correction(database, sheet):
    assert read(database, sheet) == ([], [])


@pytest.mark.parametrize(
    "cells, correction",
    [
        ({"数": "3060"}, {"changes": {"number": 3060.0}}),
        ({"数": "3,060.0", "标准指标": "税收收入"}, {"changes": {"number": 3060.0, "metric_id": "税收收入"}}),
        ({"标准指标": "", "方向": ""}, {"changes": {"metric_id": None, "direction": None}}),
        ({"相关地点": "青石县 / 白河县"}, {"changes": {"places": ["青石县", "白河县"]}}),
        ({"剔除": "是"}, {"rejected": True}),
        ({"剔除": "1", "备注": "重复"}, {"rejected": True, "note": "重复"}),
        ({"备注": "待核"}, {"note": "待核"}),
        ({"剔除": "", "指标起点": "7", "置信度": "1", "章节": ""}, None),
    ],
    ids=str,
)  # fmt: skip
def test_each_edited_cell_is_a_change(database, sheet, cells, correction):
    edit(sheet, of(JOBS, **cells))
    assert read(database, sheet) == ([] if correction is None else [Correction(JOBS, **correction)], [])


def test_a_rejection_can_be_taken_back_in_a_sheet(database, sheet, tmp_path):
    with open_database(database, write=True) as connection:
        correct(connection, [Correction(SPRUCES, rejected=True, note="重复")])
    assert read(database, sheet) == ([Correction(SPRUCES, rejected=False)], [])


@pytest.mark.parametrize(
    "number, shown",
    [
        (1.23456789012e11, "1.23457E+11"),
        (1.2e11, "1.20E+11"),
        (1.2e11, "120,000,000,000"),
        (0.33333333333333, "0.333333333"),
        (2860.0, "2860"),
        (2860.5, "2,860.50"),
    ],
)
def test_a_number_that_a_spreadsheet_showed_in_its_way_is_untouched(database, sheet, number, shown):
    with open_database(database, write=True) as connection:
        connection.execute("UPDATE facts SET number = ? WHERE fact_id = ?", [number, JOBS])
    edit(sheet, of(JOBS, 数=shown))
    assert read(database, sheet) == ([], [])


@pytest.mark.parametrize("number, typed", [(1.23456789012e11, "1.2E+11"), (6.12, "6.1"), (0.3333, "0.333"), (2860.0, "2861")])
def test_a_number_that_someone_rounded_is_a_change(database, sheet, number, typed):
    with open_database(database, write=True) as connection:
        connection.execute("UPDATE facts SET number = ? WHERE fact_id = ?", [number, JOBS])
    edit(sheet, of(JOBS, 数=typed))
    assert read(database, sheet) == ([Correction(JOBS, {"number": float(typed)})], [])


def test_a_percentage_that_a_spreadsheet_wrote_anew_is_untouched(database, sheet):
    edit(sheet, lambda row: row.update(数值原文=row["数值原文"].replace("%", "0%")))
    assert read(database, sheet) == ([], [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_sheets_are_read_in_the_encodings_and_with_the_delimiters_of_spreadsheets(database, sheet, encoding, delimiter):
    text = edit(sheet, of(JOBS, 数="3060", 备注="核对，原文；见“附表”"))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(csv.reader(io.StringIO(text, newline="")))
    sheet.write_bytes(out.getvalue().encode(encoding))
    assert read(database, sheet) == ([Correction(JOBS, {"number": 3060.0}, note="核对，原文；见“附表”")], [])


def test_a_workbook_is_read_as_well(database, tmp_path):
    with open_database(database) as connection:
        ((path, _),) = export(connection, tmp_path / "sheets", ["facts_reviewed"], format="xlsx")
    assert read(database, path) == ([], [])
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headers = {cell.value: cell.column for cell in sheet[1]}
    row = next(cells[0].row for cells in sheet.iter_rows(min_row=2) if cells[headers["事实编号"] - 1].value == JOBS)
    for header, value in {"数": 3060, "时期": 2026, "剔除": None, "备注": "核对"}.items():
        sheet.cell(row, headers[header]).value = value
    book.save(path)
    assert read(database, path) == ([Correction(JOBS, {"number": 3060.0, "period": "2026"}, note="核对")], [])


def test_columns_may_be_missing_and_named_in_english(database, tmp_path):
    path = tmp_path / "some.csv"
    path.write_text(f"fact_id,remark,number\n{JOBS},x,3060\n\n,,7\n{SPRUCES},,900000\n", encoding="utf-8")
    assert read(database, path) == ([Correction(JOBS, {"number": 3060.0})], [])


@pytest.mark.parametrize("fact_id", ["1234567890123456", "12345e6789012345"])
def test_an_id_that_looks_like_a_number_comes_back_whole(database, tmp_path, fact_id):
    with open_database(database, write=True) as connection:
        connection.execute("UPDATE facts SET fact_id = ? WHERE fact_id = ?", [fact_id, JOBS])
    with open_database(database) as connection:
        ((path, _),) = export(connection, tmp_path, ["facts_reviewed"], format="csv", excel=True)
    assert f"'{fact_id}," in path.read_text(encoding="utf-8-sig")
    edit(path, of(fact_id, 数="3060"))
    assert read(database, path) == ([Correction(fact_id, {"number": 3060.0})], [])


@pytest.mark.parametrize(
    "cells, message",
    [
        ({"数": "两千"}, "number: is '两千'; expected a number from 0 on"),
        ({"含义": "增长"}, "measure: is '增长'; expected one of level increment growth change share rank"),
        ({"剔除": "也许"}, "rejected: is '也许'; expected 是, 否 or nothing"),
        ({"数": "1", "指标或项目": "城镇就业"}, f"fact {JOBS}: subject is '城镇就业' in the sheet and '城镇新增就业' in the database; expected the fact as it was exported"),
        ({"数": "1", "事实编号": "0" * 15 + "a"}, f"fact {'0' * 15}a: no such fact; expected a fact of the database"),
    ],
    ids=str,
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_listed_with_its_number(database, sheet, cells, message):
    edit(sheet, of(JOBS, **cells))
    corrections, failures = read(database, sheet)
    assert corrections == [] and len(failures) == 1 and failures[0].startswith(f"{sheet}:13: {message}")


def test_a_sheet_of_facts_that_were_read_anew_changes_nothing(database, sheet):
    edit(sheet, of(JOBS, 数="3060"))
    write_reports(database, [(one, [fact | {"number": 7.0, "model": "zh_baoshu-0.2.0"} for fact in facts]) for one, facts in county()])
    corrections, failures = read(database, sheet)
    assert (
        corrections == [] and len(failures) == 19 and "model is 'zh_baoshu-0.1.0' in the sheet and 'zh_baoshu-0.2.0' in the database" in failures[0]
    )


def test_an_export_of_corrections_brings_them_to_another_database(database, tmp_path):
    found = [Correction(JOBS, {"number": 3060.0, "metric_id": None}, note="核对"), Correction(SPRUCES, rejected=True)]
    with open_database(database, write=True) as connection:
        correct(connection, found)
    with open_database(database) as connection:
        ((path, _),) = export(connection, tmp_path, ["corrections"], format="csv", excel=True)
    other = tmp_path / "other.duckdb"
    write_reports(other, county())
    with open_database(other, write=True) as connection:
        assert correct(connection, list(read_sheet_corrections(connection, path, []))) == 2
    views = []
    for one in (database, other):
        with open_database(one) as connection:
            views.append(connection.execute("FROM facts_reviewed ORDER BY fact_id").fetchall())
    assert views[0] == views[1]


@pytest.mark.parametrize(
    "name, content",
    [("none.csv", None), ("empty.csv", b""), ("binary.csv", bytes(range(256)) * 20), ("broken.xlsx", b"PK\x03\x04"), ("text.xlsx", b"fact_id")],
)
def test_a_file_that_is_no_sheet_is_one_error(database, tmp_path, name, content):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(StoreError, match=rf"{name}: .*; expected a CSV or XLSX file of facts"):
        read(database, tmp_path / name)


def test_a_sheet_without_ids_is_one_error(database, tmp_path):
    (tmp_path / "s.csv").write_text("数,单位\n1,元\n", encoding="utf-8")
    with pytest.raises(StoreError, match=r"no column fact_id \(事实编号\); expected a sheet of facts\. Write one with: baoshu store export DB"):
        read(database, tmp_path / "s.csv")
