"""``baoshu evaluate`` and ``baoshu doctor``."""

import json
import shutil
import tomllib
from pathlib import Path

from baoshu import __version__
from baoshu.annotate.composed import read_composed
from baoshu.corpus.build import build_corpus, character_pipeline
from baoshu.files import read_jsonl

ROOT = Path(__file__).resolve().parents[2]


def test_evaluate_writes_its_figures(run, small_model, small_corpus, tmp_path):
    out = tmp_path / "metrics.json"
    code, stdout, err = run("evaluate", small_corpus, "--part", "dev", "--model", small_model, "--out", out)
    metrics = json.loads(out.read_text(encoding="utf-8"))
    assert (code, stdout) == (0, "") and metrics["part"] == "dev" and metrics["scores"]["ALL"]["gold"] > 0 and "METRIC" in err
    code, _, err = run("evaluate", tmp_path / "none", "--model", small_model, "--out", tmp_path / "none.json")
    assert code == 3 and "baoshu corpus build" in err


def test_two_reports_have_no_test_part_and_evaluate_says_what_to_do(run, small_model, tmp_path, composed):
    build_corpus({path.stem: list(read_composed(path).annotations) for path in composed[:2]}, character_pipeline(), tmp_path)
    code, _, err = run("evaluate", tmp_path, "--model", small_model, "--out", tmp_path / "metrics.json")
    assert code == 3 and "no test part" in err and "Use --part dev, or annotate a third report." in err


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
