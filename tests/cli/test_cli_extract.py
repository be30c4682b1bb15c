"""``baoshu extract``: every format, failures, the pipeline that is found, data sets."""

import csv
import json
import sys
import time

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest
from sample_report import TEXT, failures

from baoshu.files import read_jsonl
from baoshu.store import COLUMNS
from baoshu.types import Fact


def count(path):
    match path.suffix:
        case ".jsonl":
            return len(list(read_jsonl(path)))
        case ".csv":
            with path.open(encoding="utf-8", newline="") as stream:
                return len(list(csv.DictReader(stream)))
        case ".parquet":
            return pq.read_metadata(path).num_rows
        case ".xlsx":
            return openpyxl.load_workbook(path)["事实"].max_row - 1
        case _:
            with duckdb.connect(str(path), read_only=True) as connection:
                return connection.execute("SELECT count(*) FROM facts").fetchone()[0]


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet", ".xlsx", ".duckdb"])
def test_extract_writes_every_format_twice_alike(run, small_model, report, tmp_path, suffix):
    out = tmp_path / "facts" / f"facts{suffix}"
    for _ in range(2):
        code, stdout, _ = run("extract", report, "--out", out, "--model", small_model, "--json")
        summary = json.loads(stdout)
        assert code == 0 and summary["facts"] == count(out) >= 4
        assert (summary["out"], summary["reports"], summary["failed"]) == (str(out), 1, 0)
        assert sum(n for name, n in summary.items() if name.startswith("measure ")) == summary["facts"]
    assert [path.name for path in out.parent.iterdir()] == [out.name]


def test_extract_with_si_adds_three_columns_behind_those_of_the_schema(run, small_model, report, tmp_path):
    assert run("extract", report, "--out", tmp_path / "a.jsonl", "--model", small_model, "--si", "--quiet") == (0, "", "")
    assert run("extract", report, "--out", tmp_path / "b.jsonl", "--model", small_model, "--quiet") == (0, "", "")
    rows = list(read_jsonl(tmp_path / "a.jsonl"))
    assert rows and all(tuple(row) == (*COLUMNS, "number_si", "number_high_si", "unit_si") for row in rows)
    assert [{column: row[column] for column in COLUMNS} for row in rows] == list(read_jsonl(tmp_path / "b.jsonl"))


def test_extract_of_ingested_reports_gives_the_facts_of_the_files(run, small_model, report, reports, tmp_path):
    assert run("extract", report, "--out", tmp_path / "a.jsonl", "--model", small_model, "--quiet") == (0, "", "")
    assert run("extract", reports, "--out", tmp_path / "b.jsonl", "--model", small_model, "--quiet", "--jobs", "2") == (0, "", "")
    rows = list(read_jsonl(tmp_path / "a.jsonl"))
    assert rows == list(read_jsonl(tmp_path / "b.jsonl")) and all(tuple(row) == COLUMNS for row in rows)
    (ingested,) = read_jsonl(reports)
    for row in rows:
        Fact(**row)
        assert ingested["text"][row["start"] : row["end"]] == row["value"]
        assert ingested["text"][row["subject_start"] : row["subject_end"]] == row["subject"]
        assert (row["report_id"], row["report_year"]) == ("巩义-2026", 2026)


def test_extract_prints_a_summary_to_stderr(run, small_model, report, tmp_path):
    code, out, err = run("extract", report, "--out", tmp_path / "facts.csv", "--model", small_model)
    assert (code, out) == (0, "") and "1 reports" in err and "first facts" in err


def test_extract_for_excel_has_chinese_headers(run, small_model, report, tmp_path):
    assert run("extract", report, "--out", tmp_path / "facts.csv", "--excel", "--model", small_model, "--quiet")[0] == 0
    assert (tmp_path / "facts.csv").read_bytes().startswith("\ufeff事实编号,".encode())


def test_extract_lists_failures_and_writes_the_rest(run, small_model, report, reports, tmp_path):
    out = tmp_path / "facts.jsonl"
    (tmp_path / "old.doc").write_bytes(b"x")
    broken = tmp_path / "more.jsonl"
    broken.write_text('not JSON\n{"report_id": "x", "text": ""}\n', encoding="utf-8")
    code, _, err = run("extract", report, tmp_path / "old.doc", tmp_path / "missing.txt", broken, reports, "--out", out, "--model", small_model)
    assert code == 1 and count(out) >= 4
    found = failures(out)
    assert sorted(f["source"] for f in found) == sorted(
        [str(tmp_path / "old.doc"), str(tmp_path / "missing.txt"), f"{broken}:1", f"{broken}:2", "巩义-2026"]
    )
    assert "this report id stands twice" in next(f for f in found if f["source"] == "巩义-2026")["message"]
    assert all(f["stage"] in ("read", "run") and f["source"] in f["message"] for f in found) and "5 failed, listed in" in err
    assert run("extract", report, "--out", out, "--model", small_model, "--quiet") == (0, "", "")
    assert not out.with_name("facts.failures.jsonl").exists()


def test_extract_lists_what_the_checks_find_and_removes_the_list_when_there_is_nothing(run, small_model, report, tmp_path):
    out, findings = tmp_path / "facts.parquet", tmp_path / "facts.findings.jsonl"
    twice = tmp_path / "twice.txt"
    twice.write_text(TEXT.replace("二、", TEXT.splitlines()[5].replace("4.2", "9.8") + "\n二、"), encoding="utf-8")
    code, stdout, err = run("extract", twice, "--out", out, "--model", small_model)
    assert (code, stdout) == (0, "") and "findings of the checks" in err and str(findings) in err
    rows = list(read_jsonl(findings))
    (growth,) = [row for row in rows if row["kind"] == "metric_with_two_values"]
    ids = {row["fact_id"]: row["value"] for row in pq.read_table(out).to_pylist()}
    assert [ids[fact_id] for fact_id in growth["fact_ids"]] == ["4.2%", "9.8%"] and "不同的数：4.2%、9.8%" in growth["message"]
    code, stdout, _ = run("extract", twice, "--out", out, "--model", small_model, "--json", "--quiet")
    assert (code, json.loads(stdout)["findings"]) == (0, len(rows))
    assert run("extract", report, "--out", out, "--model", small_model, "--quiet") == (0, "", "") and not findings.exists()


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet", ".xlsx", ".duckdb"])
def test_extract_of_nothing_leaves_with_3_and_the_old_file(run, small_model, report, tmp_path, suffix):
    out = tmp_path / f"facts{suffix}"
    assert run("extract", report, "--out", out, "--model", small_model, "--quiet")[0] == 0
    before = out.read_bytes()
    (tmp_path / "empty").mkdir()
    code, _, err = run("extract", tmp_path / "missing.txt", tmp_path / "empty", "--out", out, "--model", small_model)
    assert code == 3 and out.read_bytes() == before
    assert len(failures(out)) == 2 and "no such file or folder" in err and "a folder with no report" in err


def test_extract_of_a_report_without_facts_replaces_the_file(run, small_model, report, tmp_path):
    out, quiet = tmp_path / "facts.duckdb", tmp_path / "巩义-2026.txt"
    assert run("extract", report, "--out", out, "--model", small_model, "--quiet")[0] == 0
    quiet.write_text("各位代表：\n", encoding="utf-8")
    assert run("extract", quiet, "--out", out, "--model", small_model, "--quiet")[0] == 0
    assert count(out) == 0


def test_extract_to_a_database_fills_reports_chunks_and_facts_and_changes_nothing_the_second_time(run, small_model, report, reports, tmp_path):
    out = tmp_path / "facts.duckdb"
    seen = []
    for source in (report, reports):
        assert run("extract", source, "--out", out, "--model", small_model, "--quiet") == (0, "", "")
        with duckdb.connect(str(out), read_only=True) as connection:
            seen.append(
                [connection.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in ("reports", "chunks", "facts", "coverage")]
            )
    assert seen[0] == seen[1] and len(seen[0][1]) == 8 and len(seen[0][2]) > 3
    (stored,) = read_jsonl(reports)
    assert dict(zip(stored, seen[0][0][0], strict=True)) == stored


def test_without_a_pipeline_the_way_to_one_is_named(run, report, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("baoshu.model.find_spec", lambda name: None)
    code, _, err = run("extract", report, "--out", tmp_path / "facts.csv")
    assert code == 3 and "no trained pipeline" in err and "make run" in err
    code, _, err = run("extract", report, "--out", tmp_path / "facts.csv", "--model", tmp_path / "none", "--jobs", "2")
    assert code == 3 and "cannot be loaded" in err and not (tmp_path / "facts.csv").exists()


def test_the_environment_names_the_pipeline(run, small_model, report, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BAOSHU_MODEL", str(small_model))
    assert run("extract", report, "--out", "facts.csv", "--quiet") == (0, "", "")


def test_ray_is_named_as_missing(run, small_model, report, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    code, _, err = run("extract", report, "--out", tmp_path / "facts.csv", "--model", small_model, "--engine", "ray")
    assert code == 3 and err.startswith("error --engine ray: Ray is not installed; expected --engine local. Install it with: pip install")
    assert list(tmp_path.glob("facts*")) == []


def test_extract_into_a_folder_writes_a_data_set_and_resumes_it(run, small_model, report, tmp_path):
    out = f"{tmp_path}/facts/"
    (tmp_path / "old.doc").write_bytes(b"x")
    code, stdout, err = run("extract", report, tmp_path / "old.doc", "--out", out, "--model", small_model, "--json")
    summary = json.loads(stdout)
    assert (code, summary["reports"], summary["unchanged"], summary["failed"]) == (1, 1, 0, 1)
    (part,) = (tmp_path / "facts").rglob("*.parquet")
    assert part.parent == tmp_path / "facts" / "report_year=2026" / "province=410000" and count(part) == summary["facts"] > 0
    assert [f["source"] for f in failures(tmp_path / "facts")] == [str(tmp_path / "old.doc")] and "1 failed, listed in" in err
    code, stdout, err = run("extract", report, "--out", out, "--model", small_model, "--resume", "--json")
    assert (code, json.loads(stdout)) == (0, summary | {"unchanged": 1, "failed": 0})
    assert "1 reports (1 unchanged)" in run("extract", report, "--out", out, "--model", small_model, "--resume")[2]


def test_a_report_beyond_the_time_limit_is_a_failure(run, small_model, report, tmp_path, monkeypatch):
    def sleeps(nlp, reports):
        for one in reports:
            time.sleep(60 if one.report_id == "waits" else 0)
            yield one, []

    monkeypatch.setattr("baoshu.facts.extract.report_facts", sleeps)
    waits, out = tmp_path / "waits.txt", tmp_path / "facts.jsonl"
    waits.write_text(TEXT, encoding="utf-8")
    assert run("extract", waits, report, "--out", out, "--model", small_model, "--timeout", "1", "--quiet")[0] == 1
    assert [f["message"] for f in failures(out)] == [f"{waits}: not done after 1 seconds; expected a report that can be read in time"]
