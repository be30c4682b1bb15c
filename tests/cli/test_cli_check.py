"""``baoshu check``: findings by report."""

import json
import shutil
from dataclasses import replace

import pytest
from plain_fact import PLAIN

from baoshu.facts.extract import fact_row
from baoshu.files import read_jsonl, write_jsonl


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


def test_check_looks_at_a_fact_of_two_files_once(run, contradictory, tmp_path):
    shutil.copy(contradictory, tmp_path / "again.jsonl")
    code, out, err = run("check", tmp_path, contradictory, "--json")
    assert code == 0 and len(out.splitlines()) == 2 and "3 facts, 2 findings" in err


def test_check_fails_on_rows_that_are_no_facts_and_on_wrong_arguments(run, contradictory, tmp_path):
    with contradictory.open("a", encoding="utf-8") as stream:
        stream.write("not JSON\n")
    code, out, err = run("check", contradictory)
    assert code == 1 and "增幅超过1000%" in out and f"{contradictory}:4: not JSON" in err
    assert run("check", contradictory, "--kind", "nonsense")[0] == 2
    assert run("check", tmp_path / "none.parquet")[0] == 3
