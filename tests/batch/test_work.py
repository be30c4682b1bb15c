"""One input: its facts, or its error; tables of reports row by row."""

import os
import signal

import pytest

from baoshu.batch.local import run_local
from baoshu.batch.work import Task, Worker, expand
from baoshu.errors import BaoshuError, ModelError, ReportError
from baoshu.files import sha256, write_jsonl
from baoshu.reports.read import Source
from baoshu.reports.rows import report_row
from baoshu.types import Report

TEXT = "青石县政府工作报告\n全县地区生产总值增长{}%，城镇新增就业3.2万人。"


def report(n):
    text = TEXT.format(n)
    return Report(f"r{n}", text, sha256(text), f"r{n}.txt", year=2026, reported_year=2025)


def run(model, work, **options):
    return list(run_local(Worker(str(model)), map(Task, work), **options))


def test_several_processes_give_what_one_gives_in_the_same_order(small_model, tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_text("")
    work = [report(1), Source(bad, "bad"), *(report(n) for n in range(2, 15)), BaoshuError("a.jsonl:3", "not JSON")]
    one = run(small_model, work)
    assert [outcome.report_id for outcome in one] == ["r1", "bad", *(f"r{n}" for n in range(2, 15)), "a.jsonl:3"]
    assert [(o.error.where, o.error.what) for o in one if o.error] == [(str(bad), "empty file"), ("a.jsonl:3", "not JSON")]
    assert all({"3.2万人"} <= {row["value"] for row in outcome.rows} for outcome in one if not outcome.error)
    assert all(outcome.counts["facts"] == len(outcome.rows) for outcome in one)
    several = run(small_model, work, jobs=2)
    assert [(o.report_id, o.rows, str(o.error)) for o in several] == [(o.report_id, o.rows, str(o.error)) for o in one]


def dies_on_r3(nlp, reports):
    for one in reports:
        if one.report_id == "r3":
            os.kill(os.getpid(), signal.SIGKILL)
        yield one, []


def sleeps_on_r3(nlp, reports):
    for one in reports:
        if one.report_id == "r3":
            signal.pause()
        yield one, []


def fails_on_r3(nlp, reports):
    for one in reports:
        if one.report_id == "r3":
            raise RuntimeError("out of luck")
        yield one, []


@pytest.mark.parametrize(
    "behaviour, timeout, message",
    [
        (dies_on_r3, None, "r3: its process ended; expected a report that can be read. Is the memory enough? Try --jobs 1."),
        (sleeps_on_r3, 0.5, "r3: not done after 0.5 seconds; expected a report that can be read in time. Raise --timeout."),
        (fails_on_r3, None, "r3: RuntimeError: out of luck; expected a report that can be read. Please report this file."),
    ],
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_what_a_report_does_to_its_process_is_one_error_and_the_rest_goes_on(small_model, monkeypatch, behaviour, timeout, message, jobs):
    monkeypatch.setattr("baoshu.facts.extract.report_facts", behaviour)
    outcomes = run(small_model, [report(n) for n in range(1, 8)], jobs=jobs, timeout=timeout)
    assert [outcome.report_id for outcome in outcomes] == [f"r{n}" for n in range(1, 8)]
    assert [str(o.error) for o in outcomes if o.error] == [message]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_model_that_is_missing_is_one_error(tmp_path, jobs):
    with pytest.raises(ModelError, match="cannot be loaded"):
        run(tmp_path / "none", [report(1)], jobs=jobs)


def test_tables_of_reports_are_expanded_row_by_row_and_an_id_that_stands_twice_is_an_error(tmp_path):
    table = tmp_path / "reports.jsonl"
    write_jsonl(table, [report_row(report(1)), {"text": "各位代表："}, report_row(report(2)), report_row(report(1))])
    table.write_text(table.read_text(encoding="utf-8") + "[]\n", encoding="utf-8")
    source = Source(tmp_path / "a.txt", "a")
    first, second, third, fourth, fifth, sixth = expand([source, table])
    assert (first, second, fourth) == (source, report(1), report(2))
    assert [error.where for error in (third, sixth)] == [f"{table}:2", f"{table}:5"]
    assert isinstance(fifth, ReportError) and fifth.what == "this report id stands twice"
