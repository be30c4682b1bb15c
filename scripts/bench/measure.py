"""What is measured: F1 against gold, speed in turns, memory in a process of its own, bytes on disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from baoshu.annotate.rows import row_to_annotation
from baoshu.errors import AnnotationError, BaoshuError
from baoshu.evaluate import SpanKey, score_reports
from baoshu.files import read_jsonl_lines
from baoshu.types import Annotation, Span
from bench.systems import Run, System

WARM_UP_TEXTS = 16
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Gold:
    """One chunk of gold, and what its annotators did not agree on: predicting it counts neither for nor against."""

    annotation: Annotation
    disputed: frozenset[SpanKey] = frozenset()
    disputed_links: frozenset[frozenset[SpanKey]] = frozenset()


GoldReports = Mapping[str, Sequence[Gold]]


def read_gold(path: Path) -> dict[str, list[Gold]]:
    """Read doccano relation JSONL, by ``report_id`` (without one: by the name of the file).

    Rows may carry ``disputed`` (as entities) and ``disputed_relations`` (``{from, to}``, each ``[start, end, label]``).

    :raises BaoshuError: for a missing file, a broken row, a file without rows.
    """
    reports: dict[str, list[Gold]] = {}
    for number, row in read_jsonl_lines(path):
        where = f"{path}:{number}"
        annotation = row_to_annotation(row, where)
        try:
            spans = frozenset((e["start_offset"], e["end_offset"], e["label"]) for e in row.get("disputed", ()))
            links = frozenset(frozenset((_span_key(link["from"]), _span_key(link["to"]))) for link in row.get("disputed_relations", ()))
        except (KeyError, TypeError, ValueError) as error:
            expected = "entities, and {from, to} of [start, end, label]"
            raise AnnotationError(where, f"disputed spans or links cannot be read ({error!r})", expected) from error
        reports.setdefault(str(row.get("report_id") or path.stem), []).append(Gold(annotation, spans, links))
    if not reports:
        raise AnnotationError(str(path), "no row", "gold rows")
    return reports


def without_disputed(predicted: Annotation, gold: Gold) -> Annotation:
    """Return a prediction without disputed spans, links at a disputed span and disputed links."""
    kept = {span.id: _key(span) for span in predicted.spans if _key(span) not in gold.disputed}
    relations = (
        r for r in predicted.relations if r.head in kept and r.tail in kept and frozenset((kept[r.head], kept[r.tail])) not in gold.disputed_links
    )
    return Annotation(predicted.text, tuple(span for span in predicted.spans if span.id in kept), tuple(relations), predicted.id)


def score_system(system: System, reports: GoldReports) -> dict[str, Any]:
    """Predict the chunks of all reports and score them, with 95 % intervals where there are several reports."""
    predicted = iter(system.predict([gold.annotation.text for chunks in reports.values() for gold in chunks]))
    return score_reports({name: [(gold.annotation, without_disputed(next(predicted), gold)) for gold in chunks] for name, chunks in reports.items()})


def time_in_turns(work: Mapping[Key, Run], texts: Sequence[str], passes: int) -> dict[Key, list[float]]:
    """Return the seconds of each pass over the texts.

    Every pass runs each function once, and each pass starts with another of them, so that a machine that slows down
    slows all of them down.
    """
    names = list(work)
    seconds: dict[Key, list[float]] = {name: [] for name in names}
    for function in work.values():
        function(texts[:WARM_UP_TEXTS])
    for number in range(passes):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            begin = time.perf_counter()
            work[name](texts)
            seconds[name].append(time.perf_counter() - begin)
    return seconds


def peak_memory(key: str, model: Path, texts: Path) -> int:
    """Return the peak resident bytes of a fresh process that loads a model and predicts ``texts`` (JSONL).

    :raises BaoshuError: when the process fails.
    """
    paths = [str(Path(__file__).resolve().parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "bench.memory", key, str(model), str(texts)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise BaoshuError(f"memory of {key}", (done.stderr.strip() or "failed").splitlines()[-1], "a process that ends well")
    return int(json.loads(done.stdout.splitlines()[-1])["peak_rss_bytes"])


def size_of(model: Path) -> int:
    """Return the bytes of a file, or of all files below a folder."""
    if model.is_file():
        return model.stat().st_size
    return sum(path.stat().st_size for path in model.rglob("*") if path.is_file())


def _span_key(value: Sequence[Any]) -> SpanKey:
    start, end, label = value
    return int(start), int(end), str(label)


def _key(span: Span) -> SpanKey:
    return span.start, span.end, span.label
