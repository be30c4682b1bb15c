"""Queries and exports: what the database holds, in every format, and SQL that cannot do harm."""

import csv
import json

import openpyxl
import pyarrow.parquet as pq
import pytest
from qingshi import county, ids

from baoshu.errors import OutputError, StoreError
from baoshu.facts.si import SI_COLUMNS, with_si
from baoshu.store import write_facts
from baoshu.store.columns import TITLES, Column, column, headers
from baoshu.store.corrections import Correction, correct
from baoshu.store.database import open_database
from baoshu.store.export import FORMATS, TABLES, ask, export, read_table, table_names, write_result
from baoshu.store.reports import write_reports


def read(path):
    """Read a file as rows of plain values, cells of CSV as text."""
    match path.suffix:
        case ".jsonl":
            return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        case ".parquet":
            return pq.read_table(path).to_pylist()
        case ".csv":
            with path.open(encoding="utf-8", newline="") as stream:
                return list(csv.DictReader(stream))
        case _:
            header, *rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
            return [dict(zip(header, row, strict=True)) for row in rows]


def found(database, sql):
    with open_database(database) as connection:
        return list(ask(connection, sql).rows())


def test_the_three_tables_are_written_as_parquet_and_facts_as_extract_writes_them(database, tmp_path):
    with open_database(database) as connection:
        written = list(export(connection, tmp_path / "tables", TABLES, format="parquet"))
    assert written == [(tmp_path / "tables" / f"{name}.parquet", count) for name, count in (("reports", 3), ("chunks", 14), ("facts", 19))]
    reports = [one for one, _ in sorted(county(), key=lambda pair: pair[0].report_id)]
    assert [row["text"] for row in read(tmp_path / "tables" / "reports.parquet")] == [one.text for one in reports]
    facts = sorted((fact for _, facts in county() for fact in facts), key=lambda fact: (fact["report_id"], fact["start"]))
    write_facts(tmp_path / "facts.parquet", facts)
    tables = [pq.read_table(path) for path in (tmp_path / "tables" / "facts.parquet", tmp_path / "facts.parquet")]
    assert tables[0].to_pylist() == tables[1].to_pylist() == facts
    assert tables[0].schema.names == tables[1].schema.names and tables[0].schema.metadata[b"schema_version"] == b"1"


@pytest.mark.parametrize("format", FORMATS)
def test_every_table_and_view_is_written_in_every_format(database, tmp_path, format):
    with open_database(database, write=True) as connection:
        correct(connection, [Correction(ids()["青石县-2026", "城镇新增就业", "2860人"], {"number": 3060.0}, note="核对")])
    with open_database(database) as connection:
        names = table_names(connection)
        assert set(names) == set(TITLES)
        counts = {path.stem: count for path, count in export(connection, tmp_path / "out", names, format=format, excel=True)}
        assert counts == {name: connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in names}
    assert counts["corrections"] == 1 and min(counts.values()) > 0


@pytest.mark.parametrize("format", ["jsonl", "csv", "parquet"])
def test_the_same_database_gives_the_same_bytes(database, tmp_path, format):
    for folder in ("a", "b"):
        write_reports(database, county() if folder == "a" else county()[::-1])
        with open_database(database) as connection:
            list(export(connection, tmp_path / folder, table_names(connection), format=format))
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert [(tmp_path / "a" / name).read_bytes() for name in files] == [(tmp_path / "b" / name).read_bytes() for name in files]


def test_a_view_for_people_has_chinese_headers_and_numbers(database, tmp_path):
    with open_database(database) as connection:
        list(export(connection, tmp_path, ["targets_and_actuals"], format="xlsx"))
    book = openpyxl.load_workbook(tmp_path / "targets_and_actuals.xlsx")
    assert book.sheetnames == ["目标与完成", "列说明"]
    row = next(row for row in read(tmp_path / "targets_and_actuals.xlsx") if row["标准指标"] == "城镇新增就业")
    assert {name: row[name] for name in ("目标值", "完成值", "差额", "是否达到", "目标报告年份", "单位")} == {
        "目标值": 3000, "完成值": 2860, "差额": -140, "是否达到": "否", "目标报告年份": 2025, "单位": "人",
    }  # fmt: skip


def test_the_text_of_reports_is_left_out_for_people_alone(database, tmp_path):
    names = {}
    for format, excel in (("xlsx", False), ("csv", True), ("csv", False), ("jsonl", False)):
        with open_database(database) as connection:
            list(export(connection, tmp_path, ["reports"], format=format, excel=excel))
        names[format, excel] = (tmp_path / f"reports.{format}").read_bytes()
    assert "正文" not in read(tmp_path / "reports.xlsx")[0] and "正文校验值" in read(tmp_path / "reports.xlsx")[0]
    assert ["全县地区生产总值增长5.1%".encode() in names[key] for key in (("csv", True), ("csv", False), ("jsonl", False))] == [False, True, True]


def test_si_columns_are_written_when_a_fact_has_them(database, tmp_path):
    def columns():
        with open_database(database) as connection:
            return [column.name for column in read_table(connection, "facts_corrected").columns]

    assert not set(SI_COLUMNS) & set(columns())
    write_reports(database, [(one, [with_si(fact) for fact in facts]) for one, facts in county()])
    assert set(SI_COLUMNS) < set(columns())


def test_every_column_of_every_table_and_view_is_explained_in_both_languages(database):
    with open_database(database) as connection:
        for name in table_names(connection):
            for one in ask(connection, f"FROM {name}", table=name).columns:
                assert any("\u4e00" <= c <= "\u9fff" for c in one.header) and one.meaning_in_chinese and one.meaning, (name, one)
            headers_of_table = [one.header for one in ask(connection, f"FROM {name}", table=name).columns]
            assert len(set(headers_of_table)) == len(headers_of_table), name


def test_a_chinese_header_means_one_column():
    assert headers()["数"] == "number" and headers()["段落起点"] == "start" and headers()["事实编号"] == "fact_id"
    assert column("start", "integer", "chunks").header == "段落起点" != column("start", "integer", "facts").header
    assert column("mine", "text") == Column("mine", "text", "mine")


@pytest.mark.parametrize(
    "sql, rows",
    [
        ("SELECT 1 AS a, 2 AS a, 3 AS a", [{"a": 1, "a_2": 2, "a_3": 3}]),
        ("SELECT sum(facts) AS n, 0.5::DECIMAL(4, 2) AS d FROM coverage", [{"n": 19, "d": 0.5}]),
        ("SELECT DATE '2026-01-20' AS d, TIMESTAMP '2026-01-20 08:00:00' AS t, TIME '08:00' AS c", [{"d": "2026-01-20", "t": "2026-01-20T08:00:00", "c": "08:00:00"}]),
        ("SELECT [1.5, 2] AS l, {'甲': 0.5} AS s, 'nan'::DOUBLE AS n, true AS b, NULL AS z", [{"l": [1.5, 2], "s": {"甲": 0.5}, "n": "nan", "b": True, "z": None}]),
        ("SELECT count(*) AS n FROM facts; SELECT 2 AS m", [{"m": 2}]),
        ("SELECT 1 AS a WHERE false", []),
    ],
)  # fmt: skip
def test_a_query_gives_plain_rows(database, tmp_path, sql, rows):
    assert found(database, sql) == rows
    for suffix in (".jsonl", ".csv", ".parquet", ".xlsx"):
        with open_database(database) as connection:
            assert write_result(tmp_path / f"out{suffix}", ask(connection, sql)) == len(rows)
    assert read(tmp_path / "out.jsonl") == rows and len(read(tmp_path / "out.xlsx")) == len(rows)


@pytest.mark.parametrize(
    "sql, message",
    [
        ("SELEC 1", "syntax error"), ("SELECT x FROM facts", '"x" not found'), ("FROM nonsense", "nonsense"), ("SELECT error('late') FROM range(3)", "late"), ("", "a statement without rows"),
        ("SELECT CASE WHEN i = 2900000 THEN error('late') END FROM range(3000000) t(i)", "late"), ("DELETE FROM facts", "read-only"), ("CREATE TABLE t (i INTEGER)", "read-only"),
        ("COPY facts TO 'facts.csv'", "disabled by configuration"), ("FROM read_csv('/etc/hostname')", "disabled by configuration"), ("INSTALL httpfs", "disabled"),
    ],
)  # fmt: skip
def test_a_query_that_cannot_be_answered_is_one_error_that_names_what_there_is(database, tmp_path, sql, message):
    with (
        open_database(database) as connection,
        pytest.raises(StoreError, match=rf"query: .*{message}.*There are: chunks corrections .* targets_and_actuals"),
    ):
        write_result(tmp_path / "out.csv", ask(connection, sql))
    assert not (tmp_path / "out.csv").exists()


def test_an_unknown_view_is_named_before_anything_is_written(database, tmp_path):
    with open_database(database) as connection, pytest.raises(StoreError, match="no table or view nonsense; expected one of chunks corrections"):
        list(export(connection, tmp_path / "out", ["facts", "nonsense"], format="csv"))
    assert not (tmp_path / "out").exists()
    with open_database(database) as connection, pytest.raises(OutputError, match=r"unknown kind of output \.doc"):
        write_result(tmp_path / "x.doc", ask(connection, "SELECT 1"))
