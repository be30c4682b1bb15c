"""The two wheels side by side: installed alone in a fresh environment they extract a fact."""

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = """
import baoshu, spacy, zh_baoshu, sys
assert baoshu.__file__.startswith(sys.prefix), baoshu.__file__
for nlp in (zh_baoshu.load(), spacy.load("zh_baoshu")):
    facts = nlp("全市地区生产总值增长6.1%。")._.facts
    assert [(f.subject, f.number, f.unit, f.measure) for f in facts] == [("地区生产总值", 6.1, "%", "growth")], facts
    assert facts[0].model.startswith("zh_baoshu-"), facts[0].model
print("read", len(facts))
"""


@pytest.fixture(scope="module")
def dist(small_model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "scripts/package.py", str(small_model), str(folder)], cwd=ROOT, check=True, capture_output=True)
    return folder


def test_package_puts_both_wheels_side_by_side(dist):
    assert sorted(path.name.split("-")[0] for path in dist.glob("*.whl")) == ["baoshu", "zh_baoshu"]


def test_model_wheel_needs_baoshu_and_holds_no_pickle(dist):
    (wheel,) = dist.glob("zh_baoshu-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        metadata = next(name for name in archive.namelist() if name.endswith("METADATA"))
        assert "Requires-Dist: baoshu" in archive.read(metadata).decode("utf-8")
        assert not [name for name in archive.namelist() if name.endswith((".pkl", ".pickle", ".joblib"))]


def test_both_install_into_a_fresh_environment_and_read_a_fact(dist, tmp_path):
    environment = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    (packages,) = (environment / "lib").glob("python3.*/site-packages")
    # the dependencies come from the environment of the tests, baoshu and the model from the wheels alone
    (packages / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    python = environment / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--force-reinstall", "--find-links", str(dist), "baoshu", "zh_baoshu"],
        check=True,
    )
    done = subprocess.run([python, "-c", SCRIPT], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "read 1"
