"""Fixtures of the tests of commands: a report, its row, and an annotations folder."""

import shutil

import pytest
from sample_report import TEXT


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


@pytest.fixture
def annotations(tmp_path, composed):
    folder = tmp_path / "annotations"
    (folder / "composed").mkdir(parents=True)
    for path in composed[:4]:
        shutil.copy(path, folder / "composed")
    return folder
