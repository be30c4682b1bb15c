"""``extract_reports``: inputs through an engine into a file or a data set, resumable."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from baoshu.batch.local import run_local
from baoshu.batch.spool import Spool
from baoshu.batch.work import Outcome, Task, Worker, expand
from baoshu.errors import BaoshuError, OutputError
from baoshu.reports.read import Source
from baoshu.store.files import check_output
from baoshu.store.reports import write_extracted
from baoshu.types import Report

if TYPE_CHECKING:
    from baoshu.batch.parts import Parts

ENGINES = ("local", "ray")
_SAMPLE = 10
Watch = Callable[[Iterator[Outcome]], Iterator[Outcome]]


@dataclass(slots=True)
class Summary:
    """What a run did: counts (``reports``, ``unchanged``, ``facts``, ``measure level`` …), first facts, findings, what failed."""

    counts: Counter[str] = field(default_factory=Counter)
    samples: list[dict[str, Any]] = field(default_factory=list)
    findings: Spool = field(default_factory=Spool)
    failures: list[BaoshuError] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count an outcome.

        :raises OutputError: when the facts of a report could not be written: those of the next ones could not either.
        """
        if isinstance(outcome.error, OutputError):
            raise outcome.error
        if outcome.error is not None:
            self.failures.append(outcome.error)
            return
        self.counts["reports"] += 1
        self.counts["unchanged"] += outcome.unchanged
        self.counts.update(outcome.counts)
        self.findings.extend(outcome.findings)
        self.samples.extend(outcome.rows[: _SAMPLE - len(self.samples)])


def is_dataset(out: str) -> bool:
    """Tell whether facts go to a partitioned data set: a URL, a name that ends in a slash, a folder that is there."""
    return "://" in out or out.endswith(("/", os.sep)) or Path(out).is_dir()


def check_destination(out: str) -> None:
    """Raise an OutputError unless facts can be written to a place of this name."""
    if not is_dataset(out):
        check_output(Path(out))
    elif "://" not in out and Path(out).is_file():
        raise OutputError(out, "a file", "a folder for a data set", "Choose another name.")


def place_beside(out: str) -> Path:
    """Return the place that the lists of failures and findings are named after; for a URL it lies in the working folder."""
    return Path(out.rstrip("/").rpartition("/")[2]) if "://" in out else Path(out)


def extract_reports(
    sources: Iterable[Source | Path], out: str, model: str, *, jobs: int = 1, timeout: float | None = None, resume: bool = False,
    engine: str = "local", address: str | None = None, excel: bool = False, si: bool = False, watch: Watch = iter,
) -> Summary:  # fmt: skip
    """Read reports and write their facts.

    A file is replaced whole; a data set, like a DuckDB database, by report. When no report could be read a file stays as it was.

    :param sources: Files, and JSONL files of reports.
    :param out: A file whose suffix names the format, or a folder or URL for a partitioned data set.
    :param model: What :func:`baoshu.model.find_model` found.
    :param timeout: Seconds that one report may take.
    :param resume: Skip what an earlier run has done and is unchanged; a file then has a folder ``<out>.parts`` beside it.
    :param si: Add the columns of :mod:`baoshu.facts.si`.
    :param address: Cluster of the engine ``ray``; by default ``$RAY_ADDRESS``, else one on this machine.
    :param watch: Called with the outcomes, yields them: for a progress bar.
    :raises BaoshuError: when the pipeline cannot be loaded, the output cannot be written, or Ray is missing.
    """
    from baoshu.model import model_version

    dataset = is_dataset(out)
    parts: Parts | None = None
    earlier: Callable[[str], tuple[str, ...]] = _no_parts
    if dataset or resume:
        from baoshu.batch import parts as data_set  # pyarrow takes a while to import

        parts = data_set.Parts(out if dataset else f"{out}.parts", si=si)
        earlier = parts.earlier()
    worker = Worker(model, parts, version=model_version(model) if parts is not None else "", resume=resume, si=si, keep_report=not dataset)
    tasks = (Task(one, () if isinstance(one, BaoshuError) else earlier(one.report_id)) for one in expand(sources))
    if engine == "ray":
        from baoshu.batch.cluster import run_ray

        outcomes = run_ray(worker, tasks, jobs=jobs, timeout=timeout, address=address)
    else:
        outcomes = run_local(worker, tasks, jobs=jobs, timeout=timeout)
    summary = Summary()

    def extracted() -> Iterator[tuple[Report, list[dict[str, Any]]]]:
        for outcome in watch(outcomes):
            summary.add(outcome)
            if outcome.report is not None:
                yield outcome.report, outcome.rows if parts is None or outcome.part is None else parts.read(outcome.part)

    if dataset:
        for outcome in watch(outcomes):
            summary.add(outcome)
    else:
        write_extracted(Path(out), extracted(), excel=excel, si=si)
    return summary


def _no_parts(report_id: str) -> tuple[str, ...]:
    return ()
