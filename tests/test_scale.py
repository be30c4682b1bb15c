"""The script that measures scale runs, and writes figures and page."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_script_measures_every_figure_and_writes_the_page(small_model, tmp_path):
    texts = tmp_path / "texts"
    texts.mkdir()
    for n in range(3):
        (texts / f"r{n}.txt").write_text("郑州市政府工作报告\n" + "全市地区生产总值增长6.1%，新增就业3.2万人。\n" * (n + 1), encoding="utf-8")
    page = tmp_path / "scale.md"
    page.write_text((ROOT / "docs" / "scale.md").read_text(encoding="utf-8"), encoding="utf-8")
    command = [sys.executable, "scripts/scale.py", "--texts", texts, "--model", small_model, "--out", tmp_path / "scale.json"]
    done = subprocess.run(
        [*map(str, command), "--sizes", "1", "2", "--memory", "3", "6"], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "scale.json").read_text(encoding="utf-8"))
    assert [(row["times"], row["reports"]) for row in result["sizes"]] == [(1, 3), (2, 6)]
    assert result["sizes"][1]["facts"] == 2 * result["sizes"][0]["facts"] > 0
    assert set(result["stages"]["shares"]) == {"read", "chunk", "context", "model", "facts", "write"}
    assert all(value > 0 for value in result["targets"].values()) and "one million characters" in page.read_text(encoding="utf-8")
