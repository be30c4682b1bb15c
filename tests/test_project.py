"""The spaCy project: steps, dependencies, workflows, and the README that documents them."""

import subprocess
import sys
from pathlib import Path

import pytest
import srsly

ROOT = Path(__file__).resolve().parents[1]
PROJECT = srsly.read_yaml(ROOT / "project.yml")
COMMANDS = {command["name"]: command for command in PROJECT["commands"]}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_step_has_help_deps_and_script(name):
    command = COMMANDS[name]
    assert command["help"] and command["script"] and command["deps"]
    assert name == "debug" or command["outputs"]


@pytest.mark.parametrize("name", COMMANDS)
def test_deps_on_code_are_files_and_exist(name):
    for dep in COMMANDS[name]["deps"]:
        if dep.startswith(("baoshu/", "scripts/", "pyproject", "requirements")):
            assert (ROOT / dep).is_file(), dep


def test_deps_are_what_the_steps_import():
    done = subprocess.run([sys.executable, "scripts/project_deps.py"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_training_is_a_workflow_that_ends_with_fit():
    assert PROJECT["workflows"]["train"][-1] == "fit"
    assert PROJECT["workflows"]["all"][: len(PROJECT["workflows"]["train"])] == PROJECT["workflows"]["train"]
    assert {step for steps in PROJECT["workflows"].values() for step in steps} <= set(COMMANDS)


def test_every_dep_that_is_built_is_built_by_an_earlier_step():
    built: set[str] = set()
    for name in PROJECT["workflows"]["all"]:
        for dep in COMMANDS[name]["deps"]:
            if dep.startswith(("corpus/", "training/", "facts/")) and dep != "corpus/raw":
                assert any(dep == out or dep.startswith(out + "/") for out in built), (name, dep)
        built.update(COMMANDS[name]["outputs"])


def test_readme_documents_the_steps(tmp_path):
    copy = tmp_path / "README.md"
    copy.write_text((ROOT / "README.md").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "project.yml").write_text((ROOT / "project.yml").read_text(encoding="utf-8"), encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "spacy", "project", "document", str(tmp_path), "--output", "README.md"], cwd=tmp_path, check=True, capture_output=True
    )
    assert copy.read_text(encoding="utf-8") == (ROOT / "README.md").read_text(encoding="utf-8")


def test_lock_has_hashes_and_no_index():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "--hash=sha256:" in lock and "index" not in lock and "http" not in lock.replace("httpx", "").replace("httpcore", "")
    for line in lock.splitlines():
        assert line.startswith((" ", "#")) or "==" in line, line


def test_what_is_tracked_is_small_and_holds_no_built_data():
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        path = ROOT / name
        if path.is_file():
            assert path.stat().st_size < 2_000_000, name
            assert path.suffix not in (".spacy", ".whl", ".npz", ".msgpack"), name
