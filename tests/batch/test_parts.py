"""The partitioned data set: rows come back as they were, other tools read it, names hold any id."""

import duckdb
import pyarrow.dataset
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from baoshu.batch.parts import NULL, Parts, report_hash
from baoshu.errors import OutputError
from baoshu.facts.extract import fact_row
from baoshu.files import sha256
from baoshu.store import parquet_schema
from baoshu.types import Fact, Report

KEY, OTHER = "0" * 16, "1" * 16


def report(report_id="青石县-2026", **changes):
    return Report(report_id, "", sha256(""), "a.txt", **{"year": 2026, "adcode": "410105"} | changes)


def row(report, n=1):
    fact = Fact(
        f"id{n}", report.report_id, report.year, ("一、回顾", "（一）工业"), "c", 5, 9, "句", "生产总值", "METRIC", 0, 4, "地区生产总值", "5.1%", 5.1, None, "%",
        "growth", "up", "exact", "actual", "2025", "青石县", ("青石县",), report.adcode, 0.75, "zh_baoshu-0.1.0",
    )  # fmt: skip
    return fact_row(fact)


@pytest.mark.parametrize(
    "changes, folder",
    [
        ({}, "report_year=2026/province=410000"),
        ({"year": None}, f"report_year={NULL}/province=410000"),
        ({"adcode": None}, f"report_year=2026/province={NULL}"),
    ],
)
def test_rows_come_back_from_the_folder_of_their_year_and_province(tmp_path, changes, folder):
    one, parts = report(**changes), Parts(str(tmp_path / "facts"))
    rows = [row(one, 1), row(one, 2)]
    part = parts.write(one, rows, KEY)
    assert part == f"{folder}/青石县-2026-{report_hash(one.report_id)}.{KEY}.parquet"
    assert parts.read(part) == rows
    assert parts.read(part, ["status"]) == [{"status": "actual", "report_year": one.year}] * 2
    assert parts.listing() == {report_hash(one.report_id): (part,)}


def test_duckdb_and_pyarrow_read_all_columns_with_year_and_province(tmp_path):
    parts = Parts(str(tmp_path))
    for n, (year, code) in enumerate([(2025, "410100"), (2026, "440000"), (None, None)]):
        parts.write(one := report(f"r{n}", year=year, adcode=code), [row(one, n)], KEY)
    query = f"SELECT report_id, report_year, province::VARCHAR FROM read_parquet('{tmp_path}/**/*.parquet', hive_partitioning = true) ORDER BY 1"
    expected = [("r0", 2025, "410000"), ("r1", 2026, "440000"), ("r2", None, None)]
    assert duckdb.sql(query).fetchall() == expected
    table = pyarrow.dataset.dataset(tmp_path, partitioning="hive").to_table()
    assert set(table.column_names) == {*parquet_schema().names, "province"}
    found = zip(*(table[name].to_pylist() for name in ("report_id", "report_year", "province")), strict=True)
    assert sorted((name, year, None if code is None else str(code)) for name, year, code in found) == expected


def test_a_report_read_anew_replaces_its_part_also_in_another_folder(tmp_path):
    parts = Parts(str(tmp_path))
    first = parts.write(report(), [row(report())], KEY)
    moved = report(year=2025)
    second = parts.write(moved, [], OTHER, (first,))
    assert second.startswith("report_year=2025/") and parts.listing() == {report_hash(moved.report_id): (second,)}
    assert parts.read(second) == []


def test_of_two_parts_that_a_killed_run_left_the_one_with_the_key_stays(tmp_path):
    parts = Parts(str(tmp_path))
    first, second = parts.write(report(), [], KEY), parts.write(report(), [row(report())], OTHER)
    both = parts.listing()[report_hash("青石县-2026")]
    assert set(both) == {first, second}
    assert parts.current(both, "2" * 16) is None and parts.current(both, OTHER) == second
    assert parts.listing() == {report_hash("青石县-2026"): (second,)}


def test_half_a_part_is_removed_and_other_files_are_left(tmp_path):
    (tmp_path / "report_year=2026").mkdir()
    (tmp_path / "report_year=2026" / f"a-{report_hash('a')}.{KEY}.parquet.tmp").write_bytes(b"PAR1")
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "other.parquet").write_bytes(b"PAR1")
    assert Parts(str(tmp_path)).listing() == {}
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["notes.txt", "other.parquet"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("..")
@example("_draft")
@example("../../etc/passwd")
@example("渔" * 200)
@given(st.text(min_size=1, max_size=200))
def test_any_id_makes_a_name_that_is_found_again(tmp_path, report_id):
    parts = Parts(str(tmp_path / "facts"))
    part = parts.write(report(report_id), [], KEY)
    assert part.count("/") == 2 and not part.split("/")[2].startswith((".", "_"))
    assert part in parts.listing()[report_hash(report_id)]


def test_a_place_that_cannot_be_written_is_one_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="expected a folder that can be written"):
        Parts(str(tmp_path / "file" / "facts")).write(report(), [], KEY)
