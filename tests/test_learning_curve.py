"""The learning curve script: parts of the corpus in a shuffled order, and its figure."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def curve(small_corpus, small_segmenter, tmp_path_factory):
    out = tmp_path_factory.mktemp("curve") / "curve.json"
    command = [sys.executable, "scripts/learning_curve.py", str(small_corpus), "--out", str(out), "--size", "3000", "--size", "6000"]
    command += ["--epochs", "1", "--seeds", "1", "--peer-seeds", "2", "--segmenter", str(small_segmenter)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return out


def test_every_system_size_and_seed_has_a_point(curve):
    points = json.loads(curve.read_text(encoding="utf-8"))["points"]
    assert [(p["system"], p["seed"]) for p in points] == [("pipeline", 0)] * 2 + [("character CRF", 0)] * 2 + [("character CRF", 1)] * 2
    assert all(3000 <= p["characters"] < 8000 and 0 <= p["test"]["ALL"] <= 1 for p in points)


def test_figure_is_drawn_from_the_points(curve, tmp_path):
    figure = tmp_path / "curve.svg"
    subprocess.run([sys.executable, "scripts/curve_figure.py", str(curve), str(figure)], cwd=ROOT, check=True, capture_output=True)
    root = ElementTree.parse(figure).getroot()
    assert len(root.findall("{http://www.w3.org/2000/svg}polyline")) == 2
