"""The script that chooses the threshold of near names: what it counts, and that docs/metrics.md has its figures."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from metric_threshold import Answer, Score, choose, main, score  # noqa: E402

ANSWERS = [
    Answer("粮食总产量", "粮食总产量", 0.9),
    Answer("粮食总产量", "粮食播种面积", 0.5),
    Answer("出口总额", None, 0.0),
    Answer(None, "出口总额", 0.6),
    Answer(None, None, 0.0),
]


@pytest.mark.parametrize(
    "threshold, expected",
    [(0.4, Score(1, 2, 3)), (0.5, Score(1, 1, 3)), (0.6, Score(1, 0, 3)), (0.9, Score(0, 0, 3))],
)
def test_answers_above_the_threshold_are_counted(threshold, expected):
    assert score(ANSWERS, threshold) == expected


def test_precision_and_recall_are_shares_of_given_and_wanted_ids():
    assert (Score(3, 1, 6).precision, Score(3, 1, 6).recall) == (0.75, 0.5)
    assert (Score(0, 0, 0).precision, Score(0, 0, 0).recall) == (1.0, 0.0)
    assert Score(1, 2, 3) + Score(4, 5, 6) == Score(5, 7, 9)


def test_the_lowest_precise_threshold_is_chosen():
    assert choose(ANSWERS) == 0.6
    assert choose([Answer("a", "a", 0.5)]) == 0.4


def test_the_documented_figures_are_the_measured_ones(capsys):
    main()
    out = capsys.readouterr().out
    alone, filler = (table.split("\n\n")[1] for table in out.split("n-grams")[1:3])
    measured = [[cell.strip() for cell in line.strip("|").split("|")] for table in (alone, filler) for line in table.splitlines()[2:]]
    half = len(measured) // 2
    rows = {cells[0]: (cells[3], cells[4], measured[half + n][3], measured[half + n][4]) for n, cells in enumerate(measured[:half])}
    documented = [line.replace("*", "") for line in (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8").splitlines()]
    shown = [[cell.strip() for cell in line.strip("|").split("|")] for line in documented if line.startswith("| 0.")]
    assert len(shown) >= 7
    assert [tuple(cells[1:]) for cells in shown] == [rows[cells[0]] for cells in shown]
