"""One input → its facts: what every engine does with a report, in whichever process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from baoshu.checks.finding import finding_row
from baoshu.checks.report import check_report
from baoshu.errors import BaoshuError, ReportError
from baoshu.facts.si import with_si
from baoshu.files import read_jsonl_or_errors
from baoshu.reports.read import Source, parse_report, read_source, source_name
from baoshu.reports.rows import report_from_row
from baoshu.types import Fact, Report

if TYPE_CHECKING:
    from spacy.language import Language

    from baoshu.batch.parts import Parts

Input = Source | Report | BaoshuError
_SAMPLE = 10


@dataclass(frozen=True, slots=True)
class Task:
    """An input, and the parts that earlier runs wrote for its report."""

    input: Input
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The facts of one input, or the error it made.

    ``rows`` are all fact rows, only the first ten where a ``part`` holds them; it may be ``unchanged`` since an earlier run.
    ``counts`` are those of the facts: ``facts``, ``measure level`` … ``findings`` are rows of what the checks found. ``report``
    is there where it is asked for.
    """

    report_id: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[dict[str, Any]] = field(default_factory=list)
    part: str | None = None
    unchanged: bool = False
    report: Report | None = None
    error: BaoshuError | None = None


def expand(sources: Iterable[Source | Path]) -> Iterator[Input]:
    """Yield the inputs: files as they are, the rows of a JSONL file of reports one by one; an id that stands twice is an error."""
    seen: set[str] = set()
    for one in _expanded(sources):
        if not isinstance(one, BaoshuError) and one.report_id in seen:
            yield ReportError(one.report_id, "this report id stands twice", "unique ids", "Rename one of them.")
        else:
            if not isinstance(one, BaoshuError):
                seen.add(one.report_id)
            yield one


def _expanded(sources: Iterable[Source | Path]) -> Iterator[Input]:
    for source in sources:
        if isinstance(source, Source):
            yield source
            continue
        for number, row in read_jsonl_or_errors(source):
            try:
                yield row if isinstance(row, BaoshuError) else report_from_row(row, f"{source}:{number}")
            except BaoshuError as error:
                yield error


def input_name(one: Input) -> tuple[str, str]:
    """Return where an input stands, for messages, and its report id."""
    if isinstance(one, BaoshuError):
        return one.where, one.where
    return (source_name(one.path) if isinstance(one, Source) else one.report_id), one.report_id


class Worker:
    """Turns tasks into outcomes; the pipeline is loaded at the first one, once a process.

    :param model: What :func:`baoshu.model.find_model` found.
    :param parts: Where the facts of each report go; without it they come back with the outcome.
    :param version: What part names say of the pipeline, see :func:`baoshu.model.model_version`.
    :param resume: Leave a report whose part is of the same content and version as it is.
    :param si: Add the columns of :mod:`baoshu.facts.si` to the rows.
    :param keep_report: Let outcomes carry the report, also where its part is unchanged.
    """

    def __init__(
        self, model: str, parts: Parts | None = None, *, version: str = "", resume: bool = False, si: bool = False, keep_report: bool = False
    ) -> None:
        self.model, self.parts, self.version, self.resume, self.si, self.keep_report = model, parts, version, resume, si, keep_report

    def load(self) -> Language:
        """Load the pipeline once in this process; a forked one has it already.

        :raises ModelError: when it cannot be loaded, or reads no facts.
        """
        global _NLP
        if _NLP is None or _NLP[0] != self.model:
            from baoshu.facts.extract import check_labels
            from baoshu.model import load_model

            nlp = load_model(self.model)
            check_labels(nlp)
            _NLP = (self.model, nlp)
        return _NLP[1]

    def __call__(self, task: Task) -> Outcome:
        """Return the outcome of one task; whatever goes wrong is one."""
        if isinstance(task.input, BaoshuError):
            return Outcome(task.input.where, error=task.input)
        where, report_id = input_name(task.input)
        try:
            return self._outcome(task.input, task.parts)
        except BaoshuError as error:
            return Outcome(report_id, error=error)
        except Exception as error:  # one bad file must not end the run; it is listed with its reason
            what = f"{type(error).__name__}: {error}"
            return Outcome(report_id, error=ReportError(where, what, "a report that can be read", "Please report this file."))

    def _outcome(self, one: Source | Report, earlier: tuple[str, ...]) -> Outcome:
        data = read_source(one.path) if isinstance(one, Source) else repr(asdict(one)).encode("utf-8", "surrogatepass")
        key = sha256(f"{self.version}\x1f{self.si}\x1f{sha256(data).hexdigest()}".encode()).hexdigest()[:16]
        part = self.parts.current(earlier, key) if self.parts is not None and self.resume else None
        if self.parts is not None and part is not None:
            report = self._report(one, data) if self.keep_report else None
            return _summed_up(one.report_id, self.parts.read(part), part, report, unchanged=True)
        report = self._report(one, data)
        from baoshu.facts.extract import fact_row, report_facts

        _, facts = next(report_facts(self.load(), [report]))
        rows = [with_si(fact_row(fact)) if self.si else fact_row(fact) for fact in facts]
        part = None if self.parts is None else self.parts.write(report, rows, key, earlier)
        return _summed_up(one.report_id, rows, part, report if self.keep_report else None)

    def _report(self, one: Source | Report, data: bytes) -> Report:
        return parse_report(data, one.path, report_id=one.report_id) if isinstance(one, Source) else one


def _summed_up(report_id: str, rows: list[dict[str, Any]], part: str | None, report: Report | None, *, unchanged: bool = False) -> Outcome:
    from baoshu.facts.extract import fact_from_row

    facts = (fact_from_row({name: row[name] for name in Fact.__dataclass_fields__}) for row in rows)
    findings = [finding_row(one) for one in check_report(facts)]
    return Outcome(report_id, rows if part is None else rows[:_SAMPLE], count_rows(rows), findings, part, unchanged, report)


def count_rows(rows: Iterable[dict[str, Any]]) -> Counter[str]:
    """Count facts, and facts by measure and by status."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update(("facts", f"measure {row['measure']}", f"status {row['status']}"))
    return counts


_NLP: tuple[str, Language] | None = None
