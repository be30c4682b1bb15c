"""``baoshu metrics``."""

import json

import pytest
from test_store import fact

from baoshu.facts.names import metrics
from baoshu.store import write_facts

FACTS = [fact(n, subject="陶瓷窑炉", metric_id=None, unit="座") for n in range(3)] + [fact(3), fact(4, subject="花灯展", metric_id=None, unit="场")]


@pytest.fixture
def run(run):
    """Run a command of the group ``metrics``; returns exit code, stdout and stderr."""
    return lambda *arguments: run("metrics", *arguments)


def test_list_prints_the_registry(run):
    code, out, err = run("list")
    assert code == 0
    assert "社会消费品零售总额" in out
    assert f"{len(metrics())} metrics" in err


def test_list_searches_and_prints_jsonl(run):
    code, out, _ = run("list", "--search", "零售业销售额", "--json")
    assert code == 0
    assert json.loads(out.splitlines()[0]) == {
        "topic": "消费", "metric_id": "零售业销售额", "families": ["money"], "measure": "growth", "aliases": [],
    }  # fmt: skip


def test_unknown_counts_a_fact_of_two_files_once(run, tmp_path):
    write_facts(tmp_path / "a.jsonl", FACTS)
    write_facts(tmp_path / "b.parquet", FACTS)
    code, out, err = run("unknown", tmp_path, "--json")
    found = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [(one["name"], one["facts"], one["reports"], one["units"]) for one in found] == [("陶瓷窑炉", 3, 1, ["座"]), ("花灯展", 1, 1, ["场"])]
    assert "5 facts of 2 files" in err


def test_unknown_prints_a_table_of_the_top(run, tmp_path):
    write_facts(tmp_path / "a.csv", FACTS)
    code, out, err = run("unknown", tmp_path / "a.csv", "--top", "1", "--quiet")
    assert code == 0
    assert "陶瓷窑炉" in out
    assert "花灯展" not in out
    assert err == ""


@pytest.mark.parametrize("good, code", [(True, 1), (False, 3)])
def test_unknown_goes_on_past_a_bad_file_and_says_so(run, tmp_path, good, code):
    (tmp_path / "bad.jsonl").write_text("{}\n", encoding="utf-8")
    if good:
        write_facts(tmp_path / "good.jsonl", FACTS)
    found, out, err = run("unknown", tmp_path, "--json")
    assert found == code
    assert "bad.jsonl:1: the row lacks fact_id" in err
    assert len(out.splitlines()) == (2 if good else 0)
