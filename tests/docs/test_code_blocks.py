"""Every command and code block of README.md and docs/ runs, page by page and in order, in a project of two annotated reports.

What a command prints is not compared here. Commands that cannot run here stand in ``exempt.tsv`` with the reason.
"""

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EXEMPT = list(csv.reader((Path(__file__).parent / "exempt.tsv").read_text(encoding="utf-8").splitlines()[1:], delimiter="\t"))
_COMMAND = re.compile(r"(?m)^\w*\$ ((?:.*\\\n)*.*)$")
_SHELL = re.compile(r"[|<>;&$*?~`\\]")


@dataclass
class Step:
    language: str
    text: str


def steps(page: Path) -> Iterator[Step]:
    """Yield the commands of a page's console blocks, one by one, its bash blocks, and its Python, blocks in a row together."""
    python = ""
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        language = token.info.partition(" ")[0] if token.type == "fence" else ""
        if language == "python":
            python += token.content
        elif language in ("bash", "console"):
            if python:
                yield Step("python", python)
                python = ""
            yield from ([Step(language, one) for one in _COMMAND.findall(token.content)] if language == "console" else [Step("bash", token.content)])
    if python:
        yield Step("python", python)


def exemption(page: Path, step: Step) -> list[str] | None:
    """Return the row that exempts a step: its page, or ``*`` for all, and how the step begins."""
    return next((row for row in EXEMPT if row[0] in (page.name, "*") and step.text.startswith(row[1])), None)


@pytest.fixture
def shell(tmp_path):
    """Run a text in bash where the last one ended; the programs are those of this environment."""
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / ".venv").symlink_to(sys.prefix)
    environment = os.environ | {"PATH": f"{Path(sys.prefix) / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}

    def shell(text, folder, program=("bash", "-euo", "pipefail", "-c")):
        script = text if program[0] != "bash" else f"{text}\npwd > {shlex.quote(str(tmp_path / 'folder'))}"
        done = subprocess.run([*program, script], cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
        return Path((tmp_path / "folder").read_text(encoding="utf-8").strip()) if program[0] == "bash" else folder

    return shell


@pytest.mark.parametrize("page", [page for page in PAGES if any(not exemption(page, step) for step in steps(page))], ids=lambda page: page.stem)
def test_the_commands_and_code_of_a_page_run_in_order(page, small_project, tmp_path, shell, run, monkeypatch):
    folder = project = tmp_path / "project"
    shutil.copytree(small_project, folder, dirs_exist_ok=True, symlinks=True)
    for step in steps(page):
        if exemption(page, step):
            continue
        if step.language == "python":
            shell(step.text, folder, (sys.executable, "-c"))
        elif (
            folder == project
            and step.text.startswith(("baoshu ", ".venv/bin/baoshu "))
            and not _SHELL.search(re.sub(r"'[^']*'|\"[^\"$]*\"", "", step.text))
        ):
            monkeypatch.chdir(folder)  # the same command in this process: libraries and labels are loaded once
            code, out, err = run(*shlex.split(step.text, comments=True)[1:])
            assert code == 0, f"{step.text}\n{out}{err}"
        else:
            folder = shell(step.text, folder)


def test_every_exemption_has_a_reason_and_is_needed():
    found = [exemption(page, step) for page in PAGES for step in steps(page)]
    assert [row for row in EXEMPT if len(row) != 3 or not row[2] or row not in found] == []


def test_every_block_of_the_documentation_says_its_language():
    blocks = [
        (page.name, token.content)
        for page in PAGES[1:]
        for token in MarkdownIt().parse(page.read_text(encoding="utf-8"))
        if token.type == "fence" and not token.info
    ]
    assert blocks == []
