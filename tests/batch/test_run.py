"""Runs: into files and data sets, resumed, interrupted, killed; the rows are always those of an undisturbed run."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from part_rows import dataset_rows, in_order

from baoshu.batch.parts import Parts, report_hash
from baoshu.batch.run import check_destination, extract_reports, is_dataset, place_beside
from baoshu.errors import MissingExtra, OutputError
from baoshu.facts.si import SI_COLUMNS
from baoshu.files import read_jsonl
from baoshu.reports.read import find_sources

ROOT = Path(__file__).resolve().parents[2]


def extract(archive, out, model, **options):
    return extract_reports(find_sources([archive])[0], str(out), str(model), **options)


def test_facts_into_a_file_start_without_what_only_training_and_data_sets_need(small_model):
    code = (
        "import sys; from baoshu.batch.work import Worker; import baoshu.batch.run; Worker(sys.argv[1]).load();"
        "print(sorted({'pyarrow', 'sklearn', 'joblib', 'duckdb', 'spacy_pkuseg', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(small_model)], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_data_set_has_the_rows_of_a_file(archive, undisturbed, small_model, tmp_path, jobs):
    summary = extract(archive, f"{tmp_path}/facts/", small_model, jobs=jobs)
    assert dataset_rows(tmp_path / "facts") == in_order(undisturbed)
    assert (summary.counts["reports"], summary.counts["facts"], summary.failures) == (12, len(undisturbed), [])
    assert summary.samples == undisturbed[:10]
    folders = {path.parent.relative_to(tmp_path / "facts").as_posix() for path in (tmp_path / "facts").rglob("*.parquet")}
    assert {"report_year=2025/province=410000", "report_year=2026/province=440000"} <= folders


def watch_of(seen):
    def watch(outcomes):
        for outcome in outcomes:
            seen.append((outcome.report_id, outcome.unchanged))
            yield outcome

    return watch


@pytest.mark.parametrize("name", ["facts/", "facts.jsonl"])
def test_resume_skips_what_is_done_and_reads_what_has_changed(archive, small_model, tmp_path, name):
    out, seen = f"{tmp_path}/{name}", []
    extract(archive, out, small_model, resume=True)
    changed = archive / "2025" / "r00.txt"
    changed.write_text(changed.read_text(encoding="utf-8").replace("增长0%", "增长9.9%"), encoding="utf-8")
    (archive / "2026" / "r99.txt").write_text("郑州市政府工作报告\n全市地区生产总值增长7%。\n", encoding="utf-8")
    summary = extract(archive, out, small_model, resume=True, watch=watch_of(seen))
    assert [report_id for report_id, unchanged in seen if not unchanged] == ["2025__r00", "2026__r99"]
    assert (summary.counts["reports"], summary.counts["unchanged"]) == (13, 11)
    fresh = tmp_path / "fresh.jsonl"
    again = extract(archive, fresh, small_model)
    rows = list(read_jsonl(fresh))
    assert (dataset_rows(out) == in_order(rows)) if name.endswith("/") else (list(read_jsonl(Path(out))) == rows)
    assert summary.counts - again.counts == {"unchanged": 11} and again.counts["facts"] == len(rows)


def test_a_database_that_is_resumed_has_every_report_and_fact_again(archive, undisturbed, small_model, tmp_path):
    out = tmp_path / "facts.duckdb"
    extract(archive, out, small_model, resume=True)
    out.unlink()
    assert extract(archive, out, small_model, resume=True).counts["unchanged"] == 12
    with duckdb.connect(str(out), read_only=True) as connection:
        assert connection.sql("SELECT count(*) FROM reports WHERE length(text) > 0").fetchall() == [(12,)]
        assert connection.sql("SELECT fact_id FROM facts ORDER BY 1").fetchall() == sorted((row["fact_id"],) for row in undisturbed)


@pytest.mark.parametrize("name", ["facts/", "facts.jsonl"])
def test_si_columns_and_findings_are_the_same_when_resumed(archive, small_model, tmp_path, name):
    (archive / "a.txt").write_text("郑州市政府工作报告\n全市粮食播种面积120万亩，绿化覆盖率140%，下降120%。\n", encoding="utf-8")
    out = f"{tmp_path}/{name}"
    first = extract(archive, out, small_model, resume=True, si=True)
    again = extract(archive, out, small_model, resume=True, si=True)
    assert again.counts["unchanged"] == 13 and list(again.findings) == list(first.findings) and len(first.findings)
    rows = dataset_rows(out) if name.endswith("/") else list(read_jsonl(Path(out)))
    assert all(set(SI_COLUMNS) <= set(row) for row in rows)


def test_resume_reads_everything_anew_with_another_version_of_the_pipeline(archive, small_model, tmp_path, monkeypatch):
    out, seen = f"{tmp_path}/facts/", []
    extract(archive, out, small_model)
    before = {path.name for path in (tmp_path / "facts").rglob("*.parquet")}
    monkeypatch.setattr("baoshu.model.__version__", "9")
    extract(archive, out, small_model, resume=True, watch=watch_of(seen))
    assert not any(unchanged for _, unchanged in seen)
    after = {path.name for path in (tmp_path / "facts").rglob("*.parquet")}
    assert len(after) == len(before) == 12 and not after & before


def test_without_resume_everything_is_read_anew_and_other_reports_stay(archive, small_model, tmp_path):
    out, seen = f"{tmp_path}/facts/", []
    extract(archive / "2025", out, small_model)
    extract(archive / "2026", out, small_model)
    extract(archive / "2026", out, small_model, watch=watch_of(seen))
    assert len(dataset_rows(out)) >= 12 and len(list((tmp_path / "facts").rglob("*.parquet"))) == 12
    assert [unchanged for _, unchanged in seen] == [False] * 6


def test_a_report_that_cannot_be_read_any_more_keeps_its_part_and_is_listed(archive, small_model, tmp_path):
    out = f"{tmp_path}/facts/"
    extract(archive, out, small_model)
    (archive / "2025" / "r00.txt").write_bytes(b"")
    summary = extract(archive, out, small_model, resume=True)
    assert [error.what for error in summary.failures] == ["empty file"] and summary.counts["reports"] == 11
    assert report_hash("2025__r00") in Parts(out).listing()


# ------------------------------------------------------------------------------------------- interrupted and killed


def start(archive, out, model, *options):
    command = [sys.executable, "-m", "baoshu", "extract", archive, "--out", out, "--model", model, "--quiet", *options]
    # a shell that starts the tests in the background makes its children ignore SIGINT
    return subprocess.Popen([*map(str, command)], cwd=ROOT, stderr=subprocess.PIPE, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


def wait_for_parts(folder, least, process):
    deadline = time.monotonic() + 60
    while len(list(folder.rglob("*.parquet"))) < least and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)


@pytest.mark.parametrize("name, folder", [("facts/", "facts"), ("facts.jsonl", "facts.jsonl.parts")])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_killed_time_and_again_ends_with_the_rows_of_an_undisturbed_one(
    archive, undisturbed, small_model, tmp_path, name, folder, how
):  # fmt: skip
    out = f"{tmp_path}/{name}"
    for least in (1, 5):
        process = start(archive, out, small_model, "--resume", "--jobs", "2")
        wait_for_parts(tmp_path / folder, least, process)
        time.sleep(random.Random(least).random() / 50)
        process.send_signal(how)
        _, err = process.communicate(timeout=60)
        assert process.returncode in (-how, 130, 0), err
        assert how != signal.SIGINT or process.returncode == 0 or err == b"interrupted; no file is half-written\n"
    process = start(archive, out, small_model, "--resume")
    assert process.wait(timeout=120) == 0
    process.stderr.close()
    if name.endswith("/"):
        assert dataset_rows(out) == in_order(undisturbed)
        assert not list((tmp_path / folder).rglob("*.tmp"))
    else:
        assert list(read_jsonl(Path(out))) == undisturbed


def test_a_file_that_is_killed_without_resume_is_as_it_was(archive, small_model, tmp_path):
    out = tmp_path / "facts.jsonl"
    out.write_text("{}\n")
    process = start(archive, out, small_model)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".facts.jsonl.*")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    process.kill()
    process.communicate()
    assert out.read_text() == "{}\n" or process.returncode == 0


# ------------------------------------------------------------------------------------------------------ destinations


@pytest.mark.parametrize(
    "out, expected",
    [("facts/", True), ("s3://bucket/facts", True), ("facts.parquet", False), ("facts.jsonl", False), (".", True)],
)
def test_a_folder_or_url_is_a_data_set(out, expected):
    assert is_dataset(out) == expected


def test_a_file_in_the_place_of_a_data_set_and_an_unknown_suffix_are_refused(tmp_path):
    (tmp_path / "facts").write_text("")
    for out in (f"{tmp_path}/facts/", f"{tmp_path}/facts", f"{tmp_path}/facts.xls"):
        with pytest.raises(OutputError):
            check_destination(out)


@pytest.mark.parametrize("out, path", [("facts/", "facts"), ("a/facts.csv", "a/facts.csv"), ("s3://bucket/year/facts/", "facts")])
def test_failures_are_named_after_the_output(out, path):
    assert place_beside(out) == Path(path)


def test_parts_that_cannot_be_written_end_the_run(archive, small_model, tmp_path, monkeypatch):
    def full(*arguments):
        raise OutputError("facts", "No space left on device")

    monkeypatch.setattr(Parts, "write", full)
    with pytest.raises(OutputError, match="No space left"):
        extract(archive, f"{tmp_path}/facts/", small_model)


def test_a_url_without_fsspec_names_what_to_install(archive, small_model, monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(MissingExtra, match=r"baoshu\[ray\]"):
        extract(archive, "memory://facts", small_model)
