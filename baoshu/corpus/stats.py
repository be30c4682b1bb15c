"""Statistics of the annotated corpus."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from baoshu.annotate.composed import ComposedReport, read_all_composed
from baoshu.errors import CorpusError
from baoshu.scheme import current_scheme


def corpus_statistics(annotations: Path) -> dict[str, Any]:
    """Count the composed reports by kind, level, year and over all, and the distinct strings of each label.

    :raises CorpusError: when the folder has no composed report.
    """
    labels = current_scheme().labels
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    distinct: dict[str, set[str]] = {label: set() for label in labels}
    lengths: dict[str, Counter[int]] = {label: Counter() for label in labels}
    years: Counter[int | None] = Counter()
    for one in read_all_composed(annotations / "composed"):
        counts = _count(one)
        for name in ("all", one.report.kind or "?", f"level {one.report.level}"):
            groups[name] += counts
        years[one.report.year] += 1
        for annotation in one.annotations:
            for span in annotation.spans:
                distinct[span.label].add(annotation.value(span))
                lengths[span.label][span.end - span.start] += 1
    if not groups:
        raise CorpusError(str(annotations / "composed"), "no composed report", "*.txt files", "See annotations/README.md")
    return {
        "groups": {name: _rates(counts) for name, counts in sorted(groups.items())},
        "distinct": {label: len(found) for label, found in distinct.items()},
        "span_length": {label: dict(sorted(found.items())) for label, found in lengths.items()},
        "reports_by_year": {str(year): n for year, n in sorted(years.items(), key=lambda item: item[0] or 0)},
    }


def group_columns() -> tuple[str, ...]:
    """Return the figures of a group that tables show, in their order."""
    return ("reports", "chunks", "characters", "entities", "links", *current_scheme().labels, "entities_per_1000", "links_per_1000")


def _count(one: ComposedReport) -> Counter[str]:
    counts = Counter({"reports": 1, "chunks": len(one.annotations), "characters": sum(len(a.text) for a in one.annotations)})
    for annotation in one.annotations:
        counts["entities"] += len(annotation.spans)
        place_links = sum(r.type in current_scheme().place_types for r in annotation.relations)
        counts.update({"links": len(annotation.relations) - place_links, "place_links": place_links})
        counts.update(span.label for span in annotation.spans)
    return counts


def _rates(counts: Counter[str]) -> dict[str, Any]:
    labels = current_scheme().labels
    row: dict[str, Any] = {key: counts[key] for key in ("reports", "chunks", "characters", "entities", "links", "place_links", *labels)}
    row["entities_per_1000"] = round(counts["entities"] / counts["characters"] * 1000, 1)
    row["links_per_1000"] = round(counts["links"] / counts["characters"] * 1000, 1)
    row["shares"] = {label: round(counts[label] / max(counts["entities"], 1), 3) for label in labels}
    return row
