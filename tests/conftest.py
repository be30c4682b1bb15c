"""Shared fixtures: a small pipeline that is really trained, and the rule that a full run skips nothing."""

import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.pop("BAOSHU_LABELS", None)  # read once a process, when a label is first asked for
settings.register_profile("baoshu", deadline=None)  # machines are shared; a slow first call is no failure
settings.load_profile("baoshu")

ROOT = Path(__file__).resolve().parents[1]
COMPOSED = ROOT / "annotations" / "composed"
_OPTIONAL = ("docker", "postgres", "trf")
_OUTSIDE = "../shared is not here"


def pytest_configure(config):
    config.addinivalue_line("markers", "docker: needs a Docker daemon; may be skipped in a full run")
    config.addinivalue_line("markers", "postgres: needs a PostgreSQL server; may be skipped in a full run")
    config.addinivalue_line("markers", "trf: about the extra trf; may be skipped in a full run")


def pytest_unconfigure(config):
    gc.callbacks.clear()  # that of hypothesis keeps DuckDB's types alive beyond the interpreter's end, which prints pages of warnings


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """With BAOSHU_NO_SKIPS=1 a skipped test fails; Docker, PostgreSQL, the extra trf and files beside the repository excepted."""
    report = yield
    expected = hasattr(report, "wasxfail") or any(item.get_closest_marker(name) for name in _OPTIONAL)
    if report.skipped and not expected:
        _forbid_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    if report.skipped:
        _forbid_skip(report)
    return report


def _forbid_skip(report):
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if os.environ.get("BAOSHU_NO_SKIPS") == "1" and _OUTSIDE not in reason:
        report.outcome = "failed"
        report.longrepr = f"{reason} (BAOSHU_NO_SKIPS=1: a full run skips nothing)"


@pytest.fixture(autouse=True)
def no_model_from_outside(monkeypatch):
    """Keep the environment of whoever runs the tests out of them."""
    monkeypatch.delenv("BAOSHU_MODEL", raising=False)
    monkeypatch.delenv("BAOSHU_DEBUG", raising=False)


@pytest.fixture
def picture(tmp_path):
    """Take a picture of a browser's page; with BAOSHU_WRITE_IMAGES=1 it replaces that of the documentation."""

    def picture(page, name, **options):
        folder = ROOT / "docs" / "images" if os.environ.get("BAOSHU_WRITE_IMAGES") == "1" else tmp_path
        page.screenshot(path=folder / f"{name}.png", **options)
        assert 10_000 < (folder / f"{name}.png").stat().st_size <= 150_000

    return picture


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command in this process; returns exit code, stdout and stderr."""

    def run(*arguments):
        from baoshu.cli.main import main

        monkeypatch.setattr(sys, "argv", ["baoshu", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        out = capsys.readouterr()
        return caught.value.code or 0, out.out, out.err

    return run


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory):
    """Build a corpus of six shipped reports; returns its folder."""
    from baoshu.annotate.composed import read_composed
    from baoshu.corpus.build import build_corpus, character_pipeline

    folder = tmp_path_factory.mktemp("corpus")
    names = ["anyuan-2025", "bannian-xinze-2021", "bashu-sheng-2024", "beibuwan-2025", "beishan-sheng-2025", "binhai-2024"]
    reports = {name: list(read_composed(COMPOSED / f"{name}.txt").annotations) for name in names}
    build_corpus(reports, character_pipeline(), folder)
    return folder


@pytest.fixture(scope="session")
def small_segmenter(small_corpus, tmp_path_factory):
    """Train a segmenter in one pass over the small corpus; returns its folder."""
    from baoshu.annotate.rows import row_to_annotation
    from baoshu.files import read_jsonl
    from baoshu.pipeline.segmenter import train_segmenter

    folder = tmp_path_factory.mktemp("segmenter")
    train_segmenter([row_to_annotation(row, "corpus") for row in read_jsonl(small_corpus / "annotations.jsonl")], folder, iterations=1)
    return folder


@pytest.fixture(scope="session")
def small_model(small_corpus, small_segmenter, tmp_path_factory):
    """Train a pipeline with the shipped config, three passes over a small corpus; returns its folder."""
    from spacy.cli.train import train

    folder = tmp_path_factory.mktemp("model")
    train(
        ROOT / "configs" / "ner.cfg",
        folder / "trained",
        overrides={
            "paths.train": str(small_corpus / "train.spacy"),
            "paths.dev": str(small_corpus / "dev.spacy"),
            "paths.segmenter": str(small_segmenter),
            "training.max_epochs": 3,
            "training.logger.output_file": str(folder / "log.jsonl"),
            "components.entities.bits": 18,
            "components.entities.unknown": 0.0,  # too little text to do without words
        },
    )
    return folder / "trained" / "model-last"


@pytest.fixture(scope="session")
def composed():
    """Return the paths of the shipped composed reports, sorted."""
    return sorted(COMPOSED.glob("*.txt"))
