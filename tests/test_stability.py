"""The stability script: several trainings, their spread, and folds that share no report."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from stability import summary  # noqa: E402

from baoshu.evaluate import score_names  # noqa: E402


def test_the_summary_has_mean_and_spread_of_each_score():
    runs = [{name: {"f": 0.8} for name in score_names()}, {name: {"f": 0.9} for name in score_names()}]
    assert summary(runs)["ALL"] == {"mean": 0.85, "stdev": 0.0707}
    assert summary(runs[:1])["LINK"] == {"mean": 0.8, "stdev": 0.0}


@pytest.mark.parametrize("options, seeds, folds", [(["--seeds", "1", "--folds", "2"], 1, 2)])
def test_every_training_is_written_with_its_scores(small_corpus, small_segmenter, tmp_path, options, seeds, folds):
    out = tmp_path / "stability.json"
    command = [
        sys.executable,
        "scripts/stability.py",
        str(small_corpus),
        "--out",
        str(out),
        "--segmenter",
        str(small_segmenter),
        "--epochs",
        "1",
        *options,
    ]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    result = json.loads(out.read_text(encoding="utf-8"))
    assert len(result["seeds"]) == seeds and len(result["folds"]) == folds
    reports = {row["report_id"] for row in map(json.loads, (small_corpus / "annotations.jsonl").read_text(encoding="utf-8").splitlines())}
    assert sum(run["reports"] for run in result["folds"]) == len(reports)
    assert result["seeds"][0]["links_on_gold_spans"]["test"]["LINK"]["f"] > 0.9
    assert set(result["summary"]) == {"test", "cross-validation"}
