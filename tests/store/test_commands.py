"""``baoshu query`` and ``baoshu store …``: what each prints and writes, and the exit codes."""

import json
import signal
import subprocess
import sys

import openpyxl
import pytest
from qingshi import county, ids

from baoshu.files import read_jsonl
from baoshu.store.database import open_database
from baoshu.store.reports import write_reports

JOBS = ids()["青石县-2026", "城镇新增就业", "2860人"]
SPRUCES = ids()["青石县-2026", "云杉保有量", "90万株"]


def rows(path, sql):
    with open_database(path) as connection:
        return connection.execute(sql).fetchall()


# ----------------------------------------------------------------------------------------------------------------- query


def test_a_query_prints_a_table_of_the_first_rows(run, database):
    code, out, err = run("query", database, "SELECT subject, number, places FROM facts ORDER BY number DESC", "--limit", "2")
    cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in out.splitlines() if "│" in line]
    assert code == 0 and cells == [["云杉保有量", "1,000,000", ""], ["云杉保有量", "900,000", ""]]
    assert "the first 2 rows; all of them: --out FILE" in err
    assert run("query", database, "SELECT '[bold]x[/bold]' AS \"[red]a\"")[1].count("[bold]x[/bold]") == 1


def test_a_query_prints_a_row_a_line_as_json_without_end(run, database):
    code, out, err = run("query", database, "SELECT i, '甲' AS s FROM range(6000) t(i)", "--json", "--quiet")
    assert (code, err) == (0, "") and [json.loads(line) for line in out.splitlines()] == [{"i": i, "s": "甲"} for i in range(6000)]


def test_a_query_writes_a_file(run, database, tmp_path):
    out = tmp_path / "deep" / "f.xlsx"
    code, stdout, err = run("query", database, "SELECT place, metric_id, target, reached FROM targets_and_actuals", "--out", out)
    assert (code, stdout) == (0, "") and f"6 rows → {out}" in err
    assert [cell.value for cell in openpyxl.load_workbook(out)["结果"][1]] == ["地点", "标准指标", "目标值", "是否达到"]
    assert run("query", database, "FROM coverage", "--out", tmp_path / "c.csv", "--excel", "--quiet") == (0, "", "")
    assert (tmp_path / "c.csv").read_text(encoding="utf-8-sig").startswith("报告编号,标题,")


@pytest.mark.parametrize("sql, message", [("SELEC 1", "error query: Parser Error"), ("DELETE FROM facts", "read-only")])
def test_a_query_that_cannot_be_answered_leaves_with_3(run, database, sql, message):
    code, out, err = run("query", database, sql)
    assert (code, out) == (3, "") and message in err and "There are: chunks" in err and len(err.splitlines()) == 1


def test_an_interrupt_ends_a_long_query(database):
    sql = "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE hash(a.range + b.range) % 7 = 1"
    code = (
        "import os, signal, threading, duckdb, pyarrow\nfrom baoshu.cli.main import main\n"
        "threading.Timer(4, os.kill, (os.getpid(), signal.SIGINT)).start()\nmain()"
    )
    # a shell that starts the tests in the background makes its children ignore SIGINT
    process = subprocess.run(
        [sys.executable, "-c", code, "query", database, sql], capture_output=True, text=True, timeout=60,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert (process.returncode, process.stdout, process.stderr) == (130, "", "interrupted; no file is half-written\n")


# ---------------------------------------------------------------------------------------------------------------- export


def test_export_writes_the_tables_to_a_folder(run, database, tmp_path):
    code, out, err = run("store", "export", database, "--out", tmp_path / "tables")
    assert (code, out) == (0, "") and f"19 rows → {tmp_path / 'tables' / 'facts.parquet'}" in err
    assert sorted(path.name for path in (tmp_path / "tables").iterdir()) == ["chunks.parquet", "facts.parquet", "reports.parquet"]
    assert run(
        "store",
        "export",
        database,
        "--out",
        tmp_path / "sheets",
        "--format",
        "csv",
        "--excel",
        "--view",
        "coverage",
        "--view",
        "latest_facts",
        "--quiet",
    ) == (0, "", "")
    assert sorted(path.name for path in (tmp_path / "sheets").iterdir()) == ["coverage.csv", "latest_facts.csv"]
    assert (tmp_path / "sheets" / "coverage.csv").read_bytes().startswith("\ufeff报告编号".encode())
    assert run("store", "export", database, "--out", tmp_path / "none", "--view", "nonsense")[0] == 3 and not (tmp_path / "none").exists()


# ----------------------------------------------------------------------------------------------------------- corrections


def test_correct_sets_rejects_and_takes_back(run, database):
    code, out, err = run("store", "correct", database, JOBS, "--set", "number=3060", "--set", "metric_id=城镇就业人数", "--note", "核对")
    assert (code, out) == (0, "") and f"fact {JOBS}: corrected" in err and "note: 城镇就业人数 is no metric of the registry" in err
    assert run("store", "correct", database, SPRUCES, "--reject", "--quiet") == (0, "", "")
    assert rows(database, "SELECT number, metric_id, rejected, note FROM facts_reviewed WHERE corrected ORDER BY number") == [
        (3060.0, "城镇就业人数", False, "核对"), (900000.0, None, True, None),
    ]  # fmt: skip
    assert run("store", "correct", database, JOBS, "--undo")[2] == f"fact {JOBS}: as extracted\n"
    assert rows(database, "SELECT fact_id FROM corrections") == [(SPRUCES,)]
    code, _, err = run("store", "correct", database, JOBS, "--undo")
    assert code == 3 and f"fact {JOBS}: has no correction" in err


@pytest.mark.parametrize(
    "arguments",
    [(), ("--reject", "--set", "number=1"), ("--undo", "--reject"), ("--undo", "--note", "x"), ("--set", "number"), ("--set", "number=二"), ("--set", "value=二"), ("--set", "measure=x")],
    ids=" ".join,
)  # fmt: skip
def test_a_correction_that_says_nothing_or_nonsense_is_a_wrong_argument(run, database, arguments):
    before = database.read_bytes()
    code, out, err = run("store", "correct", database, JOBS, *arguments)
    assert (code, out) == (2, "") and "expected" in err and database.read_bytes() == before


def test_a_fact_that_is_not_there_leaves_with_3(run, database):
    code, _, err = run("store", "correct", database, "0" * 16, "--reject")
    assert code == 3 and "no such fact" in err and "baoshu query DB" in err


def test_corrections_are_listed_with_what_became_of_them(run, database):
    run("store", "correct", database, JOBS, "--set", "number=3060", "--set", "direction=", "--note", "核对")
    run("store", "correct", database, SPRUCES, "--reject")
    one = county()
    shifted = county(second=one[1][0].text.replace("政府工作报告\n", "政府工作报告\n各位代表：\n", 1))
    shifted[1][1][:] = [fact for fact in shifted[1][1] if fact["subject"] != "云杉保有量"]
    write_reports(database, shifted)
    code, out, err = run("store", "corrections", database)
    assert (code, err) == (0, "") and "number=3,060, direction=" in out and "rejected" in out and out.count("orphaned") == 2
    listed = [json.loads(line) for line in run("store", "corrections", database, "--orphaned", "--json")[1].splitlines()]
    assert {row["fact_id"]: row["candidate"] for row in listed} == {JOBS: ids(shifted)["青石县-2026", "城镇新增就业", "2860人"], SPRUCES: None}
    assert run("store", "reattach", database)[2] == "1 corrections moved\n"
    listed = [json.loads(line) for line in run("store", "corrections", database, "--orphaned", "--json")[1].splitlines()]
    assert [row["fact_id"] for row in listed] == [SPRUCES]


def test_a_sheet_that_was_edited_is_taken_over_and_rows_that_fail_are_listed(run, database, tmp_path):
    sheet = tmp_path / "s.csv"
    sheet.write_text(f"事实编号,数,剔除,标准指标\n{JOBS},3060,,城镇就业人数\n{SPRUCES},900000,是,\n", encoding="utf-8-sig")
    code, out, err = run("store", "import-corrections", database, sheet)
    assert (code, out) == (0, "") and f"2 corrections → {database}" in err and "城镇就业人数 is no metric" in err
    assert rows(database, "SELECT number FROM facts_reviewed WHERE corrected ORDER BY number") == [(3060.0,), (900000.0,)]
    assert run("store", "import-corrections", database, sheet, "--quiet") == (0, "", "")
    sheet.write_text(f"fact_id,number\n{JOBS},3000\n{SPRUCES},many\n{'0' * 16},1\n", encoding="utf-8")
    code, _, err = run("store", "import-corrections", database, sheet)
    failures = list(read_jsonl(tmp_path / "s.failures.jsonl"))
    assert code == 1 and [failure["source"] for failure in failures] == [f"{sheet}:3", f"{sheet}:4"] and "2 failed, listed in" in err
    assert rows(database, "SELECT number FROM facts_reviewed WHERE corrected AND NOT rejected") == [(3000.0,)]
    sheet.write_text("fact_id,number\nx,1\n", encoding="utf-8")
    assert run("store", "import-corrections", database, sheet)[0] == 3


@pytest.mark.parametrize(
    "command",
    [
        ("query", "{}", "FROM facts"),
        ("store", "export", "{}", "--out", "out"),
        ("store", "corrections", "{}"),
        ("store", "migrate", "{}"),
        ("store", "reattach", "{}"),
    ],
)
def test_a_missing_database_leaves_with_3_and_is_not_made(run, tmp_path, command, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = run(*(word.format("none.duckdb") for word in command))
    assert code == 3 and "none.duckdb: no such file; expected a database of facts" in err and list(tmp_path.iterdir()) == []
