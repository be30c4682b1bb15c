"""Ray: the same rows as the local engine, also after a worker was killed; URLs in and out. On real Ray."""

import os
import signal
import threading
import time
import zipfile
from pathlib import Path

import pytest
from part_rows import dataset_rows, in_order

from baoshu.batch.run import extract_reports
from baoshu.errors import BaoshuError
from baoshu.files import read_jsonl
from baoshu.reports.read import find_sources

ray = pytest.importorskip("ray", reason='Ray is not installed: pip install "baoshu[ray]"')


@pytest.fixture(scope="module", autouse=True)
def cluster():
    for attempt in range(4):
        try:
            ray.init(num_cpus=3, include_dashboard=False, log_to_driver=False, logging_level="error")
            break
        except Exception:  # Ray gives a node 30 seconds to start, too few on a busy machine
            ray.shutdown()
            if attempt == 3:
                raise
    yield
    ray.shutdown()


def extract(sources, out, model, **options):
    return extract_reports(find_sources(sources)[0], str(out), str(model), engine="ray", **options)


def test_a_file_has_the_rows_of_the_local_engine_in_the_same_order(archive, undisturbed, small_model, tmp_path):
    (archive / "2025" / "bad.txt").write_bytes(b"")
    summary = extract([archive], tmp_path / "facts.jsonl", small_model, jobs=2)
    assert list(read_jsonl(tmp_path / "facts.jsonl")) == undisturbed
    assert [error.what for error in summary.failures] == ["empty file"] and summary.counts["facts"] == len(undisturbed)


def test_urls_are_read_and_written_and_resumed(archive, undisturbed, small_model, tmp_path):
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as packed:
        for path in sorted(archive.rglob("*.txt")):
            packed.write(path, f"reports/{path.relative_to(archive)}")
        packed.writestr("reports/readme.md", "no report")
    sources, skipped, errors = find_sources([f"zip://reports::file://{tmp_path}/archive.zip"])
    assert (len(sources), [path.name for path in skipped], errors) == (12, ["readme.md"], [])
    out = f"file://{tmp_path}/facts"
    assert extract_reports(sources, out, str(small_model), engine="ray").counts["reports"] == 12
    assert dataset_rows(tmp_path / "facts") == in_order(undisturbed)
    assert extract_reports(sources, out, str(small_model), engine="ray", resume=True).counts["unchanged"] == 12


def test_a_worker_that_is_killed_loses_and_doubles_nothing(archive, undisturbed, small_model, tmp_path):
    if not Path("/proc/self/cmdline").is_file():
        pytest.skip("no /proc on this machine")
    killed = []

    def kill_the_first_worker():
        while not list((tmp_path / "facts").rglob("*.parquet")):
            time.sleep(0.005)
        killed.append(next(pid for pid, name in processes() if "MapWorker" in name))
        os.kill(killed[0], signal.SIGKILL)

    thread = threading.Thread(target=kill_the_first_worker, daemon=True)
    thread.start()
    summary = extract([archive], f"{tmp_path}/facts/", small_model)
    thread.join(timeout=10)
    assert killed and summary.counts["reports"] == 12 and not summary.failures
    assert dataset_rows(tmp_path / "facts") == in_order(undisturbed)


def processes():
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield int(path.parent.name), path.read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue


def test_reports_beyond_the_time_limit_are_failures(archive, small_model, tmp_path):
    summary = extract([archive / "2025"], f"{tmp_path}/facts/", small_model, timeout=0.01)
    assert [error.what for error in summary.failures] == ["not done after 0.01 seconds"] * 6 and not summary.counts["reports"]


def test_without_ray_the_way_to_it_is_named(archive, small_model, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(BaoshuError, match=r"baoshu\[ray\]"):
        extract([archive], tmp_path / "facts.jsonl", small_model)
