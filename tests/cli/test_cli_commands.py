"""The command line as a whole: help, exit codes, interrupts."""

import os
import signal
import subprocess
import sys
import time

import pytest
import typer

from baoshu import __version__
from baoshu.cli.main import app


def commands():
    group = typer.main.get_command(app)
    for name, command in group.commands.items():
        inner = getattr(command, "commands", None)
        yield from ([(name,)] if inner is None else [(name, one) for one in inner])


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_help_of_every_command_has_an_example_that_names_it(run, command):
    code, out, _ = run(*command, "--help")
    assert code == 0 and f"Example: baoshu {' '.join(command)}" in " ".join(out.split())


def test_the_commands_of_the_contract_are_there():
    assert {
        ("ingest",),
        ("chunk",),
        ("suggest",),
        ("extract",),
        ("check",),
        ("evaluate",),
        ("doctor",),
        ("annotate", "check"),
        ("annotate", "agreement"),
        ("annotate", "adjudicate"),
        ("annotate", "select"),
    } <= set(commands())


def test_version_and_help(run):
    assert run("--version") == (0, f"baoshu {__version__}\n", "")
    code, out, _ = run("--help")
    assert code == 0 and "Example: baoshu extract report.docx --out facts.xlsx" in out


def test_the_module_runs_as_the_command_does():
    done = subprocess.run([sys.executable, "-m", "baoshu", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"baoshu {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",), ("ingest",), ("ingest", "a.txt"), ("chunk", "a.jsonl"), ("suggest", "a.jsonl"), ("extract", "a.txt"), ("ingest", "a.txt", "--out", "b", "--nonsense"),
        ("chunk", "a.jsonl", "--out", "b.jsonl", "--max-chars", "5"), ("extract", "a.txt", "--out", "facts.doc"), ("extract", "a.txt", "--out", "facts"),
        ("extract", "a.txt", "--out", "a.csv", "--engine", "spark"), ("extract", "a.txt", "--out", "a.csv", "--jobs", "0"), ("evaluate", "--part", "train"),
        ("corpus", "build", "--dev", "0.9"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_arguments_leave_with_2(run, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*arguments)
    assert (code, out) == (2, "") and err.strip()
    assert list(tmp_path.iterdir()) == []


def test_an_internal_error_leaves_with_70_and_says_how_to_see_more(run, monkeypatch, report, tmp_path):
    def broken(*_, **__):
        raise RuntimeError("out of luck")

    monkeypatch.setattr("baoshu.reports.read.find_sources", broken)
    code, _, err = run("ingest", report, "--out", tmp_path / "reports.jsonl")
    assert code == 70
    assert err == "internal error: RuntimeError: out of luck. Run again with BAOSHU_DEBUG=1 and report the trace.\n"
    monkeypatch.setenv("BAOSHU_DEBUG", "1")
    assert "Traceback (most recent call last)" in run("ingest", report, "--out", tmp_path / "reports.jsonl")[2]


def test_an_interrupt_leaves_with_130_and_no_file(tmp_path):
    fifo = tmp_path / "waits.jsonl"
    os.mkfifo(fifo)
    out = tmp_path / "chunks.jsonl"
    command = [sys.executable, "-m", "baoshu", "chunk", fifo, "--out", out]
    # a shell that starts the tests in the background makes its children ignore SIGINT
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    with fifo.open("w") as stream:
        stream.write("\n")
        stream.flush()
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, "interrupted; no file is half-written\n")
    assert not out.exists()
