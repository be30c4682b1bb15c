"""The simulation of choosing chunks: every strategy starts from the same chunks and grows to the same sizes."""

import json
import subprocess
import sys
from pathlib import Path
from statistics import mean
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "scripts"))

from curve_figure import draw  # noqa: E402
from select_simulation import COLORS  # noqa: E402

NAMES = ["random", "plain mean", "uncertainty", "uncertainty, clusters"]


@pytest.fixture(scope="module")
def simulation(small_corpus, tmp_path_factory):
    out = tmp_path_factory.mktemp("simulation") / "select.json"
    command = [
        sys.executable,
        "scripts/select_simulation.py",
        str(small_corpus),
        "--out",
        str(out),
        "--size",
        "1500",
        "--size",
        "3000",
        "--seeds",
        "1",
    ]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return out


def test_strategies_start_alike_and_read_as_much(simulation):
    points = json.loads(simulation.read_text(encoding="utf-8"))["points"]
    assert [p["system"] for p in points] == [name for name in NAMES for _ in range(2)]
    first, then = points[::2], points[1::2]
    assert len({json.dumps(p["test"]) for p in first}) == 1 and all(1500 <= p["characters"] < 3000 for p in first)
    assert all(3000 <= p["characters"] < 3000 + 1500 and p["chunks"] > first[0]["chunks"] and 0 <= p["test"]["ALL"] <= 1 for p in then)
    assert len({json.dumps(p["test"]) for p in then}) > 1


def test_the_figure_has_a_line_for_each_strategy(simulation):
    root = ElementTree.parse(simulation.with_suffix(".svg")).getroot()
    assert len(root.findall("{http://www.w3.org/2000/svg}polyline")) == len(NAMES)


def test_the_shipped_figure_and_table_are_those_of_the_shipped_points():
    points = json.loads((ROOT / "docs" / "select.json").read_text(encoding="utf-8"))["points"]
    guide = (ROOT / "docs" / "rounds.md").read_text(encoding="utf-8")
    for size in (8_000, 16_000, 32_000, 64_000):
        near = [[p["test"]["ALL"] for p in points if p["system"] == name and size <= p["characters"] < 1.1 * size] for name in NAMES]
        cells = (f"{mean(scores):.3f} ({min(scores):.3f}–{max(scores):.3f})" for scores in near)
        assert f"| {size:,} | {' | '.join(cells)} |" in guide
    assert (ROOT / "docs" / "select.svg").read_text(encoding="utf-8") == draw(points, COLORS)
