"""Many report files → facts, one file at a time: what fails is listed and the rest goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from baoshu.errors import BaoshuError, ReportError
from baoshu.facts.extract import fact_row, report_facts
from baoshu.files import read_jsonl_or_errors
from baoshu.model import load_model
from baoshu.reports.read import Source, read_report, report_from_row
from baoshu.types import Report

Work = Source | Report | BaoshuError


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fact rows of one input, or the error it made."""

    report_id: str
    rows: list[dict[str, Any]]
    error: BaoshuError | None = None


def expand(sources: Iterable[Source | Path]) -> Iterator[Work]:
    """Yield the reports to process: files as they are, the rows of a JSONL file of reports one by one."""
    for source in sources:
        if isinstance(source, Source):
            yield source
            continue
        for number, row in read_jsonl_or_errors(source):
            try:
                yield row if isinstance(row, BaoshuError) else report_from_row(row, f"{source}:{number}")
            except BaoshuError as error:
                yield error


def extract_all(work: Iterable[Work], model: str, *, jobs: int = 1) -> Iterator[Outcome]:
    """Yield the outcome of each input in order.

    :param model: What :func:`baoshu.model.find_model` found.
    :param jobs: Processes; each loads the model once.
    """
    if jobs <= 1:
        _load(model)
        yield from map(_extract_one, work)
        return
    items = iter(work)
    with ProcessPoolExecutor(jobs, initializer=_load, initargs=(model,)) as pool:
        pending: list[Future[Outcome]] = [pool.submit(_extract_one, item) for item in islice(items, 4 * jobs)]
        while pending:
            yield pending.pop(0).result()
            pending.extend(pool.submit(_extract_one, item) for item in islice(items, 1))


_NLP: Any = None


def _load(model: str) -> None:
    global _NLP
    _NLP = load_model(model)


def _extract_one(work: Work) -> Outcome:
    if isinstance(work, BaoshuError):
        return Outcome(work.where, [], work)
    report_id = work.report_id
    try:
        report = work if isinstance(work, Report) else read_report(work.path, report_id=report_id)
        _, facts = next(report_facts(_NLP, [report]))
        return Outcome(report_id, [fact_row(fact) for fact in facts])
    except BaoshuError as error:
        return Outcome(report_id, [], error)
    except Exception as error:  # one bad file must not end the run; it is listed with its reason
        where = str(work.path) if isinstance(work, Source) else report_id
        return Outcome(report_id, [], ReportError(where, f"{type(error).__name__}: {error}", "a report that can be read", "Please report this file."))
