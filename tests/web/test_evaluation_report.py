"""The evaluation report: self-contained, escaped, the same for the same data, and true to its figures."""

import re

import pytest

from baoshu.annotate.markup import parse_markup
from baoshu.corpus.evaluation import Prediction, Predictions
from baoshu.web.evaluation_report import Model, Surroundings, evaluation_report

HOSTILE = "<script>alert(1)</script>"
LINES = {
    "甲-2025": ("全县{M1|粮食产量}达到{V>M1|12万吨}。", "全县{M1|粮食产量}达到{V>M1|12万吨}。", "{M1|全县粮食产量}达到{V>M1|12万吨}。"),
    "乙-2025": (
        f"{HOSTILE}{{P1|水厂}}日供水{{V>P1|5万吨}}。天气好。",
        f"{HOSTILE}水厂日供水{{V|5万吨}}。天气好。",
        f"{HOSTILE}{{P1|水厂}}日供水{{V>P1|5万吨}}。天气好。",
    ),
}


def predictions(column):
    chunks = {report: [Prediction(parse_markup(lines[0], id=f"{report}:1"), parse_markup(lines[column]), {})] for report, lines in LINES.items()}
    return Predictions("test", chunks, 1.0)


@pytest.fixture(scope="module")
def page():
    return evaluation_report(Model("this", predictions(1)), Surroundings(), against=Model("other", predictions(2)))


def test_the_page_loads_nothing_and_runs_no_text(page):
    assert "default-src 'none'" in page
    assert not re.search(r'(?:src|href|action)="(?!#)', page.replace('href="#', ""))
    assert HOSTILE not in page and page.count("<script>") == 1 and "&lt;script&gt;" in page


def test_the_same_data_give_the_same_page(page):
    assert page == evaluation_report(Model("this", predictions(1)), Surroundings(), against=Model("other", predictions(2)))


def test_errors_stand_with_gold_above_prediction_and_say_who_makes_them(page):
    cards = re.findall(r'<li class="card" data-report="(.*?)" data-errors="(.*?)">', page)
    assert cards == [("乙-2025", "missed:PROJECT:new"), ("甲-2025", "boundary:METRIC:fixed")]
    rows = re.findall(r"<dd>(.*?)</dd>", page)
    assert rows[3:] == [
        '全县<mark class="mark METRIC strong">粮食产量</mark>达到<mark class="mark VALUE">12万吨</mark>。',
        '<mark class="mark METRIC strong">全县粮食产量</mark>达到<mark class="mark VALUE">12万吨</mark>。',
        '全县<mark class="mark METRIC strong">粮食产量</mark>达到<mark class="mark VALUE">12万吨</mark>。',
    ]  # fmt: skip
    assert "天气好" not in page  # a sentence without an error


def test_parts_appear_with_their_data_alone(page):
    def sections(text):
        return re.findall(r'<section id="(\w+)">', text)

    assert sections(page) == ["scores", "compared", "confusion", "calibration", "errors"]
    around = Surroundings(
        {"first": {"ALL": {"f": 0.95, "gold": 10, "pred": 10}}},
        [{"system": "pipeline", "characters": size, "test": {"ALL": f}} for size, f in ((1000, 0.5), (9000, 0.7))],
        [{"step": step, "losses": {"entities": 10 / step}, "score": 0.5} for step in (1, 2, 3)],
        {
            "facts_gold_links": {"found": 1.0, "columns": {"number": 0.99}, "row": 0.9},
            "facts_end_to_end": {"by_link": {"found": 0.8, "columns": {"number": 0.98}, "row": 0.7}},
        },
    )
    full = evaluation_report(Model("this", predictions(1)), around)
    assert sections(full) == ["scores", "confusion", "calibration", "learning", "training", "facts", "errors"]
    assert "annotators 0.950" in full and "<td>0.990</td><td>0.980</td>" in full
