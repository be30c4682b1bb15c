"""docs/store.md: every example prints what the page shows, and every view and command is there."""

import re
import shlex
from pathlib import Path

from baoshu.cli.store import app
from baoshu.store.columns import TITLES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "store.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)


def test_every_example_prints_what_the_page_shows(run, database, monkeypatch):
    monkeypatch.chdir(database.parent)
    shown = "".join(BLOCKS[1:])  # the first one extracts reports that are not there
    printed = ""
    for line in shown.splitlines():
        if line.startswith("$ baoshu "):
            code, out, err = run(*shlex.split(line)[2:])
            assert code == 0, err
            printed += f"{line}\n{out}{err}"
    assert printed == shown


def test_every_table_view_and_command_is_described():
    assert [name for name in TITLES if f"`{name}`" not in PAGE and f"### {name}" not in PAGE] == []
    commands = [command.name for command in app.registered_commands]
    assert [name for name in commands if f"store {name}" not in PAGE.replace("\n", " ")] == []
