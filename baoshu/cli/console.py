"""What all commands share: messages to stderr, progress bars, failures, exit codes."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from baoshu.errors import BaoshuError
from baoshu.files import write_jsonl

OK, SOME_FAILED, WRONG_ARGUMENTS, NOTHING_DONE, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 70, 130
T = TypeVar("T")


def out_console() -> Console:
    """Return the console for results on stdout; a pipe gets wide lines."""
    console = Console(soft_wrap=True, highlight=False)
    return console if console.is_terminal else Console(soft_wrap=True, highlight=False, width=200)


def err_console(*, quiet: bool = False) -> Console:
    """Return the console for progress and messages."""
    return Console(stderr=True, quiet=quiet, soft_wrap=True, highlight=False)


def report_error(error: BaoshuError) -> None:
    """Print one error in one line."""
    err_console().print(Text("error ", style="bold red") + Text(str(error)))


class _RateColumn(ProgressColumn):
    """Items a second, or a minute where that is less than one."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed or 0.0
        return Text(f"{speed:,.1f}/s" if speed >= 1 else f"{60 * speed:,.1f}/min", style="progress.data.speed")


def track(items: Iterable[T], *, total: int | None, what: str, quiet: bool) -> Iterator[T]:
    """Yield items under a progress bar on stderr; on a pipe or with ``quiet`` nothing is drawn."""
    console = err_console(quiet=quiet)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _RateColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as progress:
        yield from progress.track(items, total=total, description=what)


def write_failures(out: Path, failures: Sequence[BaoshuError]) -> Path:
    """Write ``<out stem>.failures.jsonl``, or remove it when there is none; returns its path."""
    path = out.with_name(f"{out.stem}.failures.jsonl")
    if failures:
        write_jsonl(path, ({"source": e.where, "stage": e.stage, "message": e.message, "hint": e.hint} for e in failures))
    else:
        path.unlink(missing_ok=True)
    return path


def write_findings(out: Path, findings: Collection[dict[str, Any]]) -> Path:
    """Write ``<out stem>.findings.jsonl``, or remove it when there is none; returns its path."""
    path = out.with_name(f"{out.stem}.findings.jsonl")
    if findings:
        write_jsonl(path, findings)
    else:
        path.unlink(missing_ok=True)
    return path


def finish(out: Path, failures: Sequence[BaoshuError], done: int) -> None:
    """Print the failures and leave with the exit code that the contract gives them.

    :param done: Inputs that were processed.
    """
    path = write_failures(out, failures)
    for failure in failures:
        report_error(failure)
    if failures:
        err_console().print(f"{len(failures)} failed, listed in {path}")
    if failures or not done:
        sys.exit(SOME_FAILED if done else NOTHING_DONE)
