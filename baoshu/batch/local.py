"""The engine ``local``: worker processes on this machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from baoshu.batch.processes import Lost, map_in_processes
from baoshu.batch.work import Outcome, Task, Worker, input_name
from baoshu.errors import ReportError


def run_local(worker: Worker, tasks: Iterable[Task], *, jobs: int = 1, timeout: float | None = None) -> Iterator[Outcome]:
    """Yield the outcome of each task in order; an input that ends its process, or takes too long, is one with an error.

    :raises ModelError: when the pipeline cannot be loaded.
    """
    worker.load()
    for task, result in map_in_processes(worker, tasks, jobs=jobs, timeout=timeout, start=worker.load):
        yield result if isinstance(result, Outcome) else lost_outcome(task, result)


def lost_outcome(task: Task, lost: Lost) -> Outcome:
    """Return the outcome of a task whose process ended or was out of time."""
    where, report_id = input_name(task.input)
    if lost.seconds is None:
        error = ReportError(where, "its process ended", "a report that can be read", "Is the memory enough? Try --jobs 1.")
    else:
        error = ReportError(where, f"not done after {lost.seconds:g} seconds", "a report that can be read in time", "Raise --timeout.")
    return Outcome(report_id, error=error)
