"""The command line: what each command reads, writes and prints, and the exit codes that other tools rely on."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest
import typer
from plain_fact import PLAIN

from baoshu import __version__
from baoshu.annotate.markup import parse_markup
from baoshu.annotate.rows import annotation_to_row
from baoshu.cli.main import app
from baoshu.facts.extract import fact_row
from baoshu.files import read_jsonl, sha256, write_jsonl
from baoshu.reports.chunk import split_report
from baoshu.reports.read import report_from_row
from baoshu.store import COLUMNS
from baoshu.types import Fact

ROOT = Path(__file__).resolve().parents[1]
TEXT = """巩义市政府工作报告
——2026年1月20日在巩义市第十七届人民代表大会第五次会议上
市长 李青河
各位代表：
一、2025年工作回顾
😀全市地区生产总值增长6.1%，一般公共预算收入86.5亿元、增长4.2%，𠀀城城镇新增就业3.2万人。
二、2026年工作安排
今年主要预期目标是：地区生产总值增长6%左右，城镇新增就业3万人以上。
"""


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "巩义-2026.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def reports(run, report, tmp_path):
    out = tmp_path / "reports.jsonl"
    assert run("ingest", report, "--out", out, "--quiet") == (0, "", "")
    return out


def failures(out):
    return list(read_jsonl(out.with_name(f"{out.stem}.failures.jsonl")))


def commands():
    group = typer.main.get_command(app)
    for name, command in group.commands.items():
        inner = getattr(command, "commands", None)
        yield from ([(name,)] if inner is None else [(name, one) for one in inner])


# ------------------------------------------------------------------------------------------------------------ the whole


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_help_of_every_command_has_an_example_that_names_it(run, command):
    code, out, _ = run(*command, "--help")
    assert code == 0 and f"Example: baoshu {' '.join(command)}" in " ".join(out.split())


def test_the_commands_of_the_contract_are_there():
    assert {
        ("ingest",),
        ("chunk",),
        ("suggest",),
        ("extract",),
        ("check",),
        ("evaluate",),
        ("doctor",),
        ("annotate", "check"),
        ("annotate", "agreement"),
        ("annotate", "adjudicate"),
        ("annotate", "select"),
    } <= set(commands())


def test_version_and_help(run):
    assert run("--version") == (0, f"baoshu {__version__}\n", "")
    code, out, _ = run("--help")
    assert code == 0 and "Example: baoshu extract report.docx --out facts.xlsx" in out


def test_the_module_runs_as_the_command_does():
    done = subprocess.run([sys.executable, "-m", "baoshu", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"baoshu {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",), ("ingest",), ("ingest", "a.txt"), ("chunk", "a.jsonl"), ("suggest", "a.jsonl"), ("extract", "a.txt"), ("ingest", "a.txt", "--out", "b", "--nonsense"),
        ("chunk", "a.jsonl", "--out", "b.jsonl", "--max-chars", "5"), ("extract", "a.txt", "--out", "facts.doc"), ("extract", "a.txt", "--out", "facts"),
        ("extract", "a.txt", "--out", "a.csv", "--engine", "spark"), ("extract", "a.txt", "--out", "a.csv", "--jobs", "0"), ("evaluate", "--part", "train"),
        ("corpus", "build", "--dev", "0.9"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_arguments_leave_with_2(run, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*arguments)
    assert (code, out) == (2, "") and err.strip()
    assert list(tmp_path.iterdir()) == []


def test_an_internal_error_leaves_with_70_and_says_how_to_see_more(run, monkeypatch, report, tmp_path):
    def broken(*_, **__):
        raise RuntimeError("out of luck")

    monkeypatch.setattr("baoshu.reports.read.find_sources", broken)
    code, _, err = run("ingest", report, "--out", tmp_path / "reports.jsonl")
    assert code == 70
    assert err == "internal error: RuntimeError: out of luck. Run again with BAOSHU_DEBUG=1 and report the trace.\n"
    monkeypatch.setenv("BAOSHU_DEBUG", "1")
    assert "Traceback (most recent call last)" in run("ingest", report, "--out", tmp_path / "reports.jsonl")[2]


def test_an_interrupt_leaves_with_130_and_no_file(tmp_path):
    fifo = tmp_path / "waits.jsonl"
    os.mkfifo(fifo)
    out = tmp_path / "chunks.jsonl"
    command = [sys.executable, "-m", "baoshu", "chunk", fifo, "--out", out]
    # a shell that starts the tests in the background makes its children ignore SIGINT
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    with fifo.open("w") as stream:
        stream.write("\n")
        stream.flush()
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, "interrupted; no file is half-written\n")
    assert not out.exists()


# --------------------------------------------------------------------------------------------------------------- ingest


def test_ingest_writes_the_row_of_the_contract(reports, report):
    (row,) = read_jsonl(reports)
    assert row == {
        "report_id": "巩义-2026", "text": TEXT.strip(), "text_sha256": sha256(TEXT.strip()), "source": str(report), "title": "巩义市政府工作报告",
        "kind": "政府工作报告", "place": "巩义市", "adcode": "410181", "level": "县", "year": 2026, "reported_year": 2025, "date": "2026-01-20",
        "session": "巩义市第十七届人民代表大会第五次会议", "speaker": "李青河",
    }  # fmt: skip


def test_ingest_takes_folders_and_globs_and_names_what_it_skips(run, report, tmp_path):
    folder = tmp_path / "in" / "县"
    folder.mkdir(parents=True)
    shutil.copy(report, folder / "a.txt")
    (folder / "b.txt").write_text("青石县政府工作报告\n税收增长3%。\n", encoding="utf-8")
    (folder / "notes.md").write_text("x")
    out = tmp_path / "reports.jsonl"
    code, stdout, err = run("ingest", tmp_path / "in", "--out", out)
    assert (code, stdout) == (0, "")
    assert [row["report_id"] for row in read_jsonl(out)] == ["县__a", "县__b"]
    assert f"skipped {folder / 'notes.md'}: not a txt, docx, pdf or html file" in err and "2 reports" in err
    assert run("ingest", f"{folder}/*.txt", "--out", out, "--quiet") == (0, "", "")
    assert [row["report_id"] for row in read_jsonl(out)] == ["a", "b"]


def test_ingest_warns_of_equal_texts(run, report, tmp_path):
    shutil.copy(report, tmp_path / "copy.txt")
    code, _, err = run("ingest", report, tmp_path / "copy.txt", "--out", tmp_path / "reports.jsonl")
    assert code == 0 and "warning: copy has the same text as 巩义-2026" in err


@pytest.mark.parametrize(
    "name, content, message",
    [
        ("missing.txt", None, "no such file or folder"),
        ("empty.txt", b"", "empty file"),
        ("old.doc", b"x", "a .doc file"),
        ("old.wps", b"x", "a .wps file"),
        ("layout.ofd", b"x", "a .ofd file"),
        ("table.csv", b"x", "unknown kind of file .csv"),
        ("broken.docx", b"x", "docx"),
        ("broken.pdf", b"x", "PDF"),
        ("folder", "", "a folder with no report"),
    ],
)
def test_an_input_that_fails_is_listed_and_the_rest_is_written(run, report, tmp_path, name, content, message):
    path = tmp_path / name
    if content == "":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    out = tmp_path / "reports.jsonl"
    code, stdout, err = run("ingest", path, report, "--out", out)
    assert (code, stdout) == (1, "") and [row["report_id"] for row in read_jsonl(out)] == ["巩义-2026"]
    (failure,) = failures(out)
    assert set(failure) == {"source", "stage", "message", "hint"}
    assert failure["source"] == str(path) and failure["stage"] == "read" and message in failure["message"]
    assert f"error {failure['message']}" in " ".join(err.split()) and "1 failed, listed in" in err
    if name.startswith("old"):
        assert "save it as .docx or .pdf" in failure["hint"]
    assert run("ingest", report, "--out", out, "--quiet") == (0, "", "")
    assert not out.with_name("reports.failures.jsonl").exists()


def test_nothing_processed_leaves_with_3_and_the_old_file(run, reports, tmp_path):
    before = reports.read_bytes()
    code, _, _ = run("ingest", tmp_path / "missing.txt", tmp_path / "no*.txt", "--out", reports)
    assert code == 3 and reports.read_bytes() == before
    assert [failure["source"] for failure in failures(reports)] == [str(tmp_path / "missing.txt"), str(tmp_path / "no*.txt")]


def test_an_empty_folder_is_no_error_when_asked(run, report, tmp_path):
    empty = tmp_path / "raw"
    empty.mkdir()
    (empty / ".hidden.txt").write_text("x")
    out = tmp_path / "reports.jsonl"
    assert run("ingest", report, empty, "--skip-empty", "--out", out, "--quiet")[0] == 0
    assert run("ingest", report, empty, "--out", out, "--quiet")[0] == 1


# ---------------------------------------------------------------------------------------------------------------- chunk


def test_chunk_writes_paragraphs_that_slice_the_report(run, reports, tmp_path):
    out = tmp_path / "chunks.jsonl"
    assert run("chunk", reports, "--out", out, "--quiet") == (0, "", "")
    (row,) = read_jsonl(reports)
    chunks = list(read_jsonl(out))
    assert all(list(chunk) == ["id", "report_id", "section", "start", "end", "text"] for chunk in chunks)
    assert [row["text"][chunk["start"] : chunk["end"]] for chunk in chunks] == [chunk["text"] for chunk in chunks] == TEXT.strip().split("\n")
    assert chunks[5]["section"] == ["一、2025年工作回顾"] and len({chunk["id"] for chunk in chunks}) == len(chunks)


def test_chunk_lists_bad_rows_and_ids_that_stand_twice(run, reports, tmp_path):
    row = reports.read_text(encoding="utf-8")
    reports.write_text(row + "not JSON\n" + '{"report_id": "x"}\n' + row, encoding="utf-8")
    out = tmp_path / "chunks.jsonl"
    code, _, err = run("chunk", reports, "--out", out)
    assert code == 1 and "1 reports, 8 chunks" in err
    assert [(f["source"], f["message"].split(": ")[1].split("; ")[0]) for f in failures(out)] == [
        (f"{reports}:2", "not JSON (Expecting value"),
        (f"{reports}:3", "text is None"),
        (f"{reports}:4", "the report id 巩义-2026 stands twice"),
    ]


def test_chunk_of_a_missing_file_leaves_with_3(run, tmp_path):
    code, _, err = run("chunk", tmp_path / "missing.jsonl", "--out", tmp_path / "chunks.jsonl")
    assert code == 3 and err.startswith(f"error {tmp_path / 'missing.jsonl'}: No such file or directory; expected a JSONL file")


# -------------------------------------------------------------------------------------------------------------- suggest


def test_suggest_keeps_rows_and_keys_and_replaces_entities(run, small_model, reports, tmp_path):
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    (row,) = read_jsonl(reports)
    chunks = [chunk.text for chunk in split_report(report_from_row(row))]
    old = {"entities": [{"id": 1, "label": "OLD", "start_offset": 0, "end_offset": 1}], "relations": [{"id": 0}]}
    write_jsonl(source, [{"id": n, "text": text, "meta": {"n": [n, None]}} | old for n, text in enumerate(chunks)])
    code, stdout, err = run("suggest", source, out, "--model", small_model)
    assert (code, stdout) == (0, "") and f"{len(chunks)} rows" in err
    rows = list(read_jsonl(out))
    assert [(row["id"], row["text"], row["meta"]) for row in rows] == [(n, text, {"n": [n, None]}) for n, text in enumerate(chunks)]
    for row in rows:
        ids = [entity["id"] for entity in row["entities"]]
        assert len(ids) == len(set(ids)) and all(type(one) is int for one in ids)
        assert all(
            e["label"] in ("METRIC", "VALUE", "PROJECT", "PLACE") and 0 <= e["start_offset"] < e["end_offset"] <= len(row["text"])
            for e in row["entities"]
        )
        assert all({r["from_id"], r["to_id"]} <= set(ids) and r["type"] in ("指标值", "项目值", "所在地") for r in row["relations"])
    values = [[row["text"][e["start_offset"] : e["end_offset"]] for e in row["entities"] if e["label"] == "VALUE"] for row in rows]
    assert {"6.1%", "86.5亿元", "3.2万人"} <= set(values[5]) and rows[5]["relations"]


def test_suggest_gives_bad_rows_back_with_their_error(run, small_model, tmp_path):
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": 1, "text": "税收增长3%。"}\n{"id": 2}\nnot JSON\n\n{"id": 4, "text": "税收增长4%。"}\n', encoding="utf-8")
    code, _, err = run("suggest", source, out, "--model", small_model)
    rows = list(read_jsonl(out))
    assert code == 1 and [row.get("id") for row in rows] == [1, 2, None, 4]
    assert [row.get("error", "").split(";")[0] for row in rows] == [
        "",
        f"{source}:2: text is None",
        f"{source}:3: not JSON (Expecting value: line 1 column 1 (char 0))",
        "",
    ]
    assert [failure["source"] for failure in failures(out)] == [f"{source}:2", f"{source}:3"] and "2 rows" in err
    source.write_text('{"text": "税收增长3%。"}\n', encoding="utf-8")
    assert run("suggest", source, out, "--model", small_model, "--quiet") == (0, "", "")
    assert not out.with_name("out.failures.jsonl").exists()


def test_suggest_may_write_over_its_input(run, small_model, tmp_path):
    path = tmp_path / "rows.jsonl"
    write_jsonl(path, ({"n": n, "text": f"税收增长{n}%。"} for n in range(200)))
    assert run("suggest", path, path, "--model", small_model, "--quiet")[0] == 0
    assert [row["n"] for row in read_jsonl(path)] == list(range(200))


def test_suggest_without_rows_or_file_leaves_with_3(run, small_model, tmp_path):
    (tmp_path / "empty.jsonl").write_text("")
    assert run("suggest", tmp_path / "empty.jsonl", tmp_path / "out.jsonl", "--model", small_model)[0] == 3
    code, _, err = run("suggest", tmp_path / "missing.jsonl", tmp_path / "new.jsonl", "--model", small_model)
    assert code == 3 and "missing.jsonl: No such file or directory; expected a JSONL file" in err and not (tmp_path / "new.jsonl").exists()


# -------------------------------------------------------------------------------------------------------------- extract


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


@pytest.fixture
def contradictory(tmp_path):
    path = tmp_path / "facts.jsonl"
    two = [replace(PLAIN, fact_id=str(n), start=n, subject_start=n, value=f"{n}%", number=float(n), metric_id="地区生产总值") for n in (3, 9)]
    write_jsonl(path, map(fact_row, [*two, replace(PLAIN, fact_id="up", start=20, end=24, report_id="a-2026", number=1200.0)]))
    return path


def test_check_lists_findings_by_report_with_their_sentences(run, contradictory, tmp_path):
    code, out, err = run("check", contradictory, "--out", tmp_path / "found" / "findings.jsonl")
    assert code == 0 and out.splitlines()[0] == "a-2026" and "qingshi-2026" in out and "增幅超过1000%" in out and PLAIN.sentence in out
    assert "3 facts, 2 findings" in err and "1 implausible_growth 增幅过大" in err
    assert [row["kind"] for row in read_jsonl(tmp_path / "found" / "findings.jsonl")] == ["implausible_growth", "metric_with_two_values"]
    code, out, err = run("check", contradictory, "--kind", "implausible_growth", "--json", "--quiet")
    assert (code, err, [json.loads(line)["fact_ids"] for line in out.splitlines()]) == (0, "", [["up"]])


def test_check_fails_on_rows_that_are_no_facts_and_on_wrong_arguments(run, contradictory, tmp_path):
    with contradictory.open("a", encoding="utf-8") as stream:
        stream.write("not JSON\n")
    code, out, err = run("check", contradictory)
    assert code == 1 and "增幅超过1000%" in out and f"{contradictory}:4: not JSON" in err
    assert run("check", contradictory, "--kind", "nonsense")[0] == 2
    assert run("check", tmp_path / "none.parquet")[0] == 3


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


# ------------------------------------------------------------------------------------------------- evaluate and doctor


def test_evaluate_writes_its_figures(run, small_model, small_corpus, tmp_path):
    out = tmp_path / "metrics.json"
    code, stdout, err = run("evaluate", small_corpus, "--part", "dev", "--model", small_model, "--out", out)
    metrics = json.loads(out.read_text(encoding="utf-8"))
    assert (code, stdout) == (0, "") and metrics["part"] == "dev" and metrics["scores"]["ALL"]["gold"] > 0 and "METRIC" in err
    code, _, err = run("evaluate", tmp_path / "none", "--model", small_model, "--out", tmp_path / "none.json")
    assert code == 3 and "baoshu corpus build" in err


def test_evaluate_writes_a_report_and_compares_two_pipelines(run, small_model, small_corpus, tmp_path):
    out, report = tmp_path / "metrics.json", tmp_path / "report.html"
    arguments = ("--part", "dev", "--model", small_model, "--out", out, "--annotations", tmp_path, "--report", report, "--against", small_model)
    code, _, err = run("evaluate", small_corpus, *arguments)
    page = report.read_text(encoding="utf-8")
    assert code == 0 and "this pipeline against another" in err and "+0.0000" in err
    assert '<section id="compared">' in page and 'class="card"' in page and ":new" not in page and ":fixed" not in page


def test_evaluate_scores_facts_against_gold_facts(run, small_model, small_corpus, tmp_path):
    folder, out, errors = tmp_path / "annotations", tmp_path / "metrics.json", tmp_path / "errors.jsonl"
    for name in ("composed/tonghu-2017.txt", "facts/tonghu-2017.jsonl"):
        (folder / name).parent.mkdir(parents=True)
        shutil.copy(ROOT / "annotations" / name, folder / name)
    arguments = ("evaluate", small_corpus, "--part", "dev", "--model", small_model, "--out", out, "--annotations", folder, "--errors", errors)
    code, stdout, err = run(*arguments)
    metrics = json.loads(out.read_text(encoding="utf-8"))
    assert (code, stdout) == (0, "") and "facts: on gold links" in err and {"scores", "facts_gold_links", "facts_end_to_end"} <= set(metrics)
    assert metrics["facts_gold_links"]["gold"] == len(list(read_jsonl(folder / "facts" / "tonghu-2017.jsonl")))
    assert metrics["facts_end_to_end"]["by_link"]["found"] < 1 and {row["setting"] for row in read_jsonl(errors)} == {"gold links", "end to end"}
    shutil.rmtree(folder / "facts")
    code, _, err = run(*arguments)
    assert code == 0 and f"no gold facts in {folder / 'facts'}" in err and list(read_jsonl(errors)) == []
    assert "facts_gold_links" not in json.loads(out.read_text(encoding="utf-8"))


def test_doctor_names_every_dependency_and_the_pipeline(run, small_model, monkeypatch):
    monkeypatch.setenv("BAOSHU_MODEL", str(small_model))
    code, out, _ = run("doctor", "--json")
    found = json.loads(out)
    assert code == 0 and found["problems"] == []
    assert found["model"] == f"{small_model} (zh_baoshu-{__version__}: entities, linker, facts)"
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {spec.split(">")[0] for spec in dependencies}
    assert names <= set(found) and all(found[name] for name in names)
    code, out, _ = run("doctor")
    assert code == 0 and "spacy " in out and "problem" not in out


def test_doctor_leaves_with_1_when_something_is_missing(run, tmp_path, monkeypatch):
    monkeypatch.setenv("BAOSHU_MODEL", str(tmp_path / "none"))
    code, out, _ = run("doctor")
    assert code == 1 and "model                missing" in out and "problem: " in out and "Train again" in out


# --------------------------------------------------------------------------------------------------- corpus and annotate


@pytest.fixture
def annotations(tmp_path, composed):
    folder = tmp_path / "annotations"
    (folder / "composed").mkdir(parents=True)
    for path in composed[:4]:
        shutil.copy(path, folder / "composed")
    return folder


def test_import_writes_texts_that_ingest_and_chunk_read_back_to_the_annotated_chunks(run, annotations, tmp_path):
    out = tmp_path / "annotated"
    assert run("corpus", "import", annotations, "--out", out, "--quiet") == (0, "", "")
    assert run("ingest", out / "texts", "--out", tmp_path / "reports.jsonl", "--quiet") == (0, "", "")
    assert run("chunk", tmp_path / "reports.jsonl", "--out", tmp_path / "chunks.jsonl", "--quiet") == (0, "", "")
    annotated = [(row["chunk_id"], row["report_id"], row["text"]) for row in read_jsonl(out / "annotations.jsonl")]
    assert annotated == [(row["id"], row["report_id"], row["text"]) for row in read_jsonl(tmp_path / "chunks.jsonl")] and len(annotated) > 100
    assert [row["text"] for row in read_jsonl(out / "reports.jsonl")] == [row["text"] for row in read_jsonl(tmp_path / "reports.jsonl")]


def test_import_lists_files_that_cannot_be_read(run, annotations, tmp_path):
    (annotations / "composed" / "broken.txt").write_text("---\n")
    code, _, _ = run("corpus", "import", annotations, "--out", tmp_path / "annotated")
    assert code == 1 and len(list(read_jsonl(tmp_path / "annotated" / "reports.jsonl"))) == 4
    assert [f["source"] for f in failures(tmp_path / "annotated" / "annotations.jsonl")] == [str(annotations / "composed" / "broken.txt")]
    assert run("corpus", "import", tmp_path / "none", "--out", tmp_path / "nothing")[0] == 3


def test_import_checks_the_gold_facts(run, annotations, tmp_path):
    names = sorted(path.stem for path in (annotations / "composed").iterdir())
    write_jsonl(annotations / "facts" / f"{names[0]}.jsonl", [{"report_id": names[0]}])
    code, _, err = run("corpus", "import", annotations, "--out", tmp_path / "annotated")
    assert (
        code == 1 and f"{names[0]}.jsonl:1: the row lacks chunk_id" in err and ": no row for " in err and "0 gold facts of 1 reports checked" in err
    )


def test_build_and_segmenter_run_one_after_the_other(run, annotations, tmp_path):
    out = tmp_path / "corpus"
    code, stdout, err = run("corpus", "build", annotations, out)
    assert (code, stdout) == (0, "") and "train" in err
    assert {path.name for path in out.iterdir()} == {"annotations.jsonl", "dev.spacy", "misaligned.jsonl", "split.json", "test.spacy", "train.spacy"}
    assert run("corpus", "segmenter", out, "--out", out / "segmenter", "--iterations", "1", "--quiet") == (0, "", "")
    assert {path.name for path in (out / "segmenter").iterdir()} == {"features.msgpack", "score.json", "weights.npz"}
    score = json.loads((out / "segmenter" / "score.json").read_text(encoding="utf-8"))
    assert 0.4 < score["f1_on_held_out_chunks"] <= 1 and score["iterations"] == 1


def test_build_of_a_broken_annotation_leaves_with_3_and_names_the_line(run, annotations, tmp_path):
    path = annotations / "composed" / "broken.txt"
    path.write_text("no front matter", encoding="utf-8")
    code, _, err = run("corpus", "build", annotations, tmp_path / "corpus")
    assert code == 3 and err.startswith(f"error {path}:1: no front matter") and not (tmp_path / "corpus").exists()


def test_stats_go_to_stdout(run, annotations, tmp_path):
    code, out, err = run("corpus", "stats", annotations, "--json")
    assert (code, err) == (0, "") and json.loads(out)["groups"]["all"]["reports"] == 4
    code, out, err = run("corpus", "stats", annotations)
    assert (code, err) == (0, "") and "政府工作报告" in out and "distinct strings: METRIC" in out and "links_per_1000" in out
    assert run("corpus", "stats", tmp_path)[0] == 3


def test_corpus_raw_writes_texts_or_says_where_to_put_reports(run, tmp_path):
    write_jsonl(tmp_path / "chunks.jsonl", [{"report_id": "a", "text": "税收增长3%。"}, {"report_id": "b", "text": "各位代表："}])
    (tmp_path / "split.json").write_text('{"split": {"b": "test"}}')
    out = tmp_path / "raw_text.jsonl"
    assert run("corpus", "raw", tmp_path, "--out", out, "--quiet") == (0, "", "")
    assert list(read_jsonl(out)) == [{"text": "税收增长3%。"}]
    code, _, err = run("corpus", "raw", tmp_path / "none", "--out", out)
    assert code == 3 and "no raw text" in err and "Put reports into corpus/raw" in err


def rows_of(path, *marked):
    write_jsonl(path, [annotation_to_row(parse_markup(text), chunk_id=f"r:{n}") for n, text in enumerate(marked)])
    return path


def test_check_prints_findings_and_fails_on_broken_rows_only(run, tmp_path):
    path = rows_of(tmp_path / "a.jsonl", "{M1|完成投资}{V>M1|3亿元}", "减负{V|3亿元}")
    code, out, err = run("annotate", "check", path)
    assert code == 0 and out.splitlines() == [
        "r:0 [0:4] verb: 完成投资 — a METRIC starts with its noun, not with the verb",
        "r:1 [2:5] unlinked value: 3亿元 — no METRIC or PROJECT is linked (right only for a base of comparison or a bare verb)",
    ]
    assert "2 chunks, 2 findings: verb 1, unlinked value 1" in err
    code, out, _ = run("annotate", "check", path, "--rule", "verb", "--json")
    assert (code, [json.loads(line)["rule"] for line in out.splitlines()]) == (0, ["verb"])
    with path.open("a", encoding="utf-8") as stream:
        stream.write('{"text": "税收", "entities": [{"id": 0, "label": "METRIC", "start_offset": 0, "end_offset": 9}]}\nnot JSON\n')
    code, out, err = run("annotate", "check", path)
    assert code == 1 and len(out.splitlines()) == 2 and f"{path}:3: span 0 [0:9] lies outside" in err and f"{path}:4: not JSON" in err


def test_check_reads_the_annotations_folder_and_one_composed_report(run, annotations, tmp_path):
    assert run("annotate", "check", annotations)[0] == 0
    assert run("annotate", "check", next((annotations / "composed").iterdir()))[0] == 0
    (tmp_path / "empty").mkdir()
    assert run("annotate", "check", tmp_path / "empty")[0] == 3
    assert run("annotate", "check", tmp_path / "missing.jsonl")[0] == 3
