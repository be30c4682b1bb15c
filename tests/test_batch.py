"""Many reports: in order, in one process or several, and nothing that fails ends the run."""

import os
import signal

import pytest

from baoshu import batch
from baoshu.batch import expand, extract_all
from baoshu.errors import BaoshuError, ModelError, ReportError
from baoshu.files import sha256, write_jsonl
from baoshu.reports.read import Source, report_row
from baoshu.types import Report

TEXT = "青石县政府工作报告\n全县地区生产总值增长{}%，城镇新增就业3.2万人。"


def report(n):
    text = TEXT.format(n)
    return Report(f"r{n}", text, sha256(text), f"r{n}.txt", year=2026, reported_year=2025)


def test_several_processes_give_what_one_gives_in_the_same_order(small_model, tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_text("")
    work = [report(1), Source(bad, "bad"), *(report(n) for n in range(2, 15)), BaoshuError("a.jsonl:3", "not JSON")]
    one = list(extract_all(work, str(small_model)))
    assert [outcome.report_id for outcome in one] == ["r1", "bad", *(f"r{n}" for n in range(2, 15)), "a.jsonl:3"]
    assert [(o.error.where, o.error.what) for o in one if o.error] == [(str(bad), "empty file"), ("a.jsonl:3", "not JSON")]
    assert all({"3.2万人"} <= {row["value"] for row in outcome.rows} for outcome in one if not outcome.error)
    several = list(extract_all(iter(work), str(small_model), jobs=2))
    assert [(o.report_id, o.rows, str(o.error)) for o in several] == [(o.report_id, o.rows, str(o.error)) for o in one]


def dies_on_r3(nlp, reports):
    for one in reports:
        if one.report_id == "r3":
            os.kill(os.getpid(), signal.SIGKILL)
        yield one, []


def test_an_input_that_kills_its_process_is_one_error(small_model, monkeypatch):
    monkeypatch.setattr(batch, "report_facts", dies_on_r3)
    outcomes = list(extract_all([report(n) for n in range(1, 8)], str(small_model), jobs=2))
    assert [outcome.report_id for outcome in outcomes] == [f"r{n}" for n in range(1, 8)]
    assert [str(o.error) for o in outcomes if o.error] == [
        "r3: its process ended; expected a report that can be read. Is the memory enough? Try --jobs 1."
    ]


def fails_on_r3(nlp, reports):
    for one in reports:
        if one.report_id == "r3":
            raise RuntimeError("out of luck")
        yield one, []


def test_an_unknown_error_is_listed_and_the_rest_goes_on(small_model, monkeypatch):
    monkeypatch.setattr(batch, "report_facts", fails_on_r3)
    outcomes = list(extract_all([report(n) for n in range(1, 5)], str(small_model)))
    assert [type(o.error) for o in outcomes] == [type(None), type(None), ReportError, type(None)]
    assert outcomes[2].error.message == "r3: RuntimeError: out of luck; expected a report that can be read"


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_model_that_is_missing_is_one_error(tmp_path, jobs):
    with pytest.raises(ModelError, match="cannot be loaded"):
        list(extract_all([report(1)], str(tmp_path / "none"), jobs=jobs))


def test_tables_of_reports_are_expanded_row_by_row(tmp_path):
    table = tmp_path / "reports.jsonl"
    write_jsonl(table, [report_row(report(1)), {"text": "各位代表："}, report_row(report(2))])
    table.write_text(table.read_text(encoding="utf-8") + "[]\n", encoding="utf-8")
    source = Source(tmp_path / "a.txt", "a")
    first, second, third, fourth, fifth = expand([source, table])
    assert (first, second, fourth) == (source, report(1), report(2))
    assert [error.where for error in (third, fifth)] == [f"{table}:2", f"{table}:4"]
