"""The names that baoshu promises: few, lazy, documented, and their examples run."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import baoshu

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_names_are_sorted_at_most_eight_and_all_there():
    assert baoshu.__all__ == sorted(baoshu.__all__) and len(baoshu.__all__) <= 8
    assert all(getattr(baoshu, name).__name__ == name for name in baoshu.__all__)
    assert set(baoshu.__all__) <= set(dir(baoshu))
    with pytest.raises(AttributeError, match="module 'baoshu' has no attribute 'nothing'"):
        _ = baoshu.nothing


def test_every_name_is_documented():
    documented = PAGE.split("\n## ")[0]
    assert not [name for name in baoshu.__all__ if f"`{name}" not in documented]


def test_importing_loads_no_heavy_library():
    code = "import sys, baoshu, baoshu.types, baoshu.errors; print(*sorted({'spacy', 'numpy', 'pyarrow', 'ray', 'typer'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"


def test_the_examples_of_the_page_run(small_model, tmp_path):
    script = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
    environment = os.environ | {"BAOSHU_MODEL": str(small_model), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "2025 地区生产总值 growth 6.1 % actual" in done.stdout and "郑州市政府工作报告 郑州市 410100 2026" in done.stdout


TEXT = "2025年，全市地区生产总值增长6.1%。\n今年力争城镇新增就业3万人以上。"


@pytest.fixture(scope="module")
def nlp(small_model):
    return baoshu.load_model(small_model)


def test_a_text_gives_the_facts_of_a_report_of_that_text_place_and_year(nlp):
    facts = baoshu.extract_facts(TEXT, place="郑州市", year=2026, nlp=nlp)
    assert {"6.1%"} <= {fact.value for fact in facts}
    assert all(TEXT[fact.start : fact.end] == fact.value and fact.report_year == 2026 and fact.adcode == "410100" for fact in facts)
    report = baoshu.Report("text", TEXT, "", "text", place="广州市", adcode="440100", level="市", year=2020, reported_year=2019)
    assert baoshu.extract_facts(report, place="郑州市", year=2026, nlp=nlp) == facts
    assert {fact.adcode for fact in baoshu.extract_facts(report, nlp=nlp)} == {"440100"}


def test_without_place_and_year_they_stay_null(nlp):
    (fact, *_) = baoshu.extract_facts("全市地区生产总值增长6.1%。", nlp=nlp)
    assert (fact.place, fact.adcode, fact.report_year, fact.period) == (None, None, None, None)


def test_the_pipeline_is_found_and_loaded_once(small_model, nlp, monkeypatch):
    monkeypatch.setenv("BAOSHU_MODEL", str(small_model))
    loaded = []
    monkeypatch.setattr("baoshu.api.load_model", lambda model: loaded.append(model) or nlp)
    first = baoshu.extract_facts(TEXT)
    assert baoshu.extract_facts(TEXT) == first == [replace(fact) for fact in baoshu.extract_facts(TEXT, nlp=nlp)]
    assert loaded == [str(small_model)]


def test_an_empty_text_has_no_facts(nlp):
    assert baoshu.extract_facts("", nlp=nlp) == []
