"""Many report files → facts, one file at a time: what fails is listed and the rest goes on."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from spacy.language import Language

from baoshu.errors import BaoshuError, ReportError
from baoshu.facts.extract import fact_row, report_facts
from baoshu.files import read_jsonl_or_errors
from baoshu.model import load_model
from baoshu.reports.read import Source, read_report, report_from_row
from baoshu.types import Report

Work = Source | Report | BaoshuError


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report with its fact rows, or the error that one input made."""

    report_id: str
    rows: list[dict[str, Any]]
    error: BaoshuError | None = None
    report: Report | None = None


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
    """Yield the outcome of each input in order; an input that ends its process is an outcome with an error.

    :param model: What :func:`baoshu.model.find_model` found.
    :param jobs: Processes; each has the model once.
    :raises ModelError: when the model cannot be loaded.
    """
    _load(model)
    if jobs <= 1:
        yield from map(_extract_one, work)
        return
    items = iter(work)
    waiting: deque[tuple[Work, Future[Outcome]]] = deque()
    pool = _pool(jobs, model)
    try:
        while True:
            for item in islice(items, 4 * jobs - len(waiting)):
                waiting.append((item, _submit(pool, item)))
            if not waiting:
                return
            item, future = waiting.popleft()
            try:
                yield future.result()
            except BrokenProcessPool:
                yield _extract_alone(item, model)
                again = [one for one, _ in waiting]
                pool.shutdown()
                pool = _pool(jobs, model)
                waiting = deque((one, _submit(pool, one)) for one in again)
    finally:
        pool.shutdown(cancel_futures=True)


def _pool(jobs: int, model: str) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, initializer=_load, initargs=(model,))


def _submit(pool: ProcessPoolExecutor, item: Work) -> Future[Outcome]:
    try:
        return pool.submit(_extract_one, item)
    except BrokenProcessPool as error:
        broken: Future[Outcome] = Future()
        broken.set_exception(error)
        return broken


def _extract_alone(item: Work, model: str) -> Outcome:
    """Process one input in a process of its own, after another process of its pool ended."""
    with _pool(1, model) as pool:
        try:
            return _submit(pool, item).result()
        except BrokenProcessPool:
            where, report_id = _name(item)
            return Outcome(report_id, [], ReportError(where, "its process ended", "a report that can be read", "Is the memory enough? Try --jobs 1."))


def _name(item: Work) -> tuple[str, str]:
    if isinstance(item, BaoshuError):
        return item.where, item.where
    return (str(item.path) if isinstance(item, Source) else item.report_id), item.report_id


_NLP: tuple[str, Language] | None = None


def _load(model: str) -> Language:
    """Load the model once in this process; a forked one has it already."""
    global _NLP
    if _NLP is None or _NLP[0] != model:
        _NLP = (model, load_model(model))
    return _NLP[1]


def _extract_one(work: Work) -> Outcome:
    if isinstance(work, BaoshuError):
        return Outcome(work.where, [], work)
    where, report_id = _name(work)
    assert _NLP is not None
    try:
        report = work if isinstance(work, Report) else read_report(work.path, report_id=report_id)
        _, facts = next(report_facts(_NLP[1], [report]))
        return Outcome(report_id, [fact_row(fact) for fact in facts], report=report)
    except BaoshuError as error:
        return Outcome(report_id, [], error)
    except Exception as error:  # one bad file must not end the run; it is listed with its reason
        return Outcome(report_id, [], ReportError(where, f"{type(error).__name__}: {error}", "a report that can be read", "Please report this file."))
