"""A database of two invented counties, and the command line in this process."""

import sys

import pytest
from qingshi import county

from baoshu.store.reports import write_reports


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "facts.duckdb"
    write_reports(path, county())
    return path


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command in this process; returns exit code, stdout and stderr."""

    def run(*arguments):
        from baoshu.cli.main import main

        monkeypatch.setattr(sys, "argv", ["baoshu", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        out = capsys.readouterr()
        return caught.value.code or 0, out.out, out.err

    return run
