"""All checks of a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from baoshu.checks.changes import check_changes
from baoshu.checks.finding import Finding
from baoshu.checks.pairs import check_pairs
from baoshu.checks.placed import place_facts
from baoshu.checks.values import check_values
from baoshu.checks.wording import check_wording
from baoshu.types import Fact


def check_report(facts: Iterable[Fact]) -> list[Finding]:
    """Return the findings about the facts of one report, in the order of the text; the facts themselves stay as they are."""
    placed = place_facts(sorted(facts, key=lambda fact: (fact.start, fact.subject_start)))
    found = [one for fact in placed for check in (check_values, check_wording) for one in check(fact)]
    return sorted([*found, *check_changes(placed), *check_pairs(placed)], key=lambda one: (one.spans, one.kind, one.fact_ids))


def check_facts(facts: Iterable[Fact]) -> Iterator[Finding]:
    """Yield the findings about the facts of any number of reports, report by report in the order of their ids."""
    by_report: dict[str, list[Fact]] = {}
    for fact in facts:
        by_report.setdefault(fact.report_id, []).append(fact)
    for report_id in sorted(by_report):
        yield from check_report(by_report[report_id])
