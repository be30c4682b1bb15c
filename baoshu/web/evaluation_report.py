"""The evaluation report: one self-contained page of figures, charts and an error browser, from plain data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from baoshu.annotate.rounds import stored_agreement
from baoshu.corpus import comparison, errors
from baoshu.corpus.evaluation import Predictions, score_predictions
from baoshu.evaluate import span_keys
from baoshu.files import read_json, read_jsonl
from baoshu.reports.chunk import split_sentences
from baoshu.scheme import current_scheme
from baoshu.types import Annotation
from baoshu.web.charts import legend_mark
from baoshu.web.language import strings, translator
from baoshu.web.marked import Mark, Piece, cut
from baoshu.web.plots import Bar, Curve, bar_chart, curve_chart

_DASHES = ("", "6 4", "2 4")
Compared = dict[errors.SpanError, str]


@dataclass(frozen=True, slots=True)
class Model:
    """A pipeline by its name and what it predicted."""

    name: str
    predictions: Predictions


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands beside the scores, each part empty where there is none.

    :param agreement: ``agreement.json`` of each round of annotation. :param curve: Points of ``docs/learning_curve.json``.
    :param log: Rows of spaCy's training log. :param facts: ``facts_gold_links`` and ``facts_end_to_end`` of ``metrics.json``.
    """

    agreement: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    curve: Sequence[Mapping[str, Any]] = ()
    log: Sequence[Mapping[str, Any]] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def read_surroundings(rounds: Path, curve: Path, log: Path, facts: Mapping[str, Any]) -> Surroundings:
    """Return what stands beside the scores, from files; one that is missing is left out."""
    points = read_json(curve)["points"] if curve.is_file() else []
    return Surroundings(stored_agreement(rounds), points, list(read_jsonl(log)) if log.is_file() else [], facts)


def evaluation_report(model: Model, around: Surroundings, *, against: Model | None = None) -> str:
    """Return the page; all texts are escaped, it loads nothing, and the same data give the same page.

    :param against: Another model, predicted on the same part: its scores stand beside, and errors are told apart by who makes them.
    """
    counts = comparison.counts_by_report(model.predictions)
    scores = comparison.intervals(counts)
    agreed = comparison.mean_agreement(around.agreement)
    pairs = [pair for chunks in model.predictions.pairs.values() for pair in chunks]
    differences = comparison.paired_differences(comparison.counts_by_report(against.predictions), counts) if against else {}
    matrix = errors.confusion(pairs)
    worst = max((n for row, columns in matrix.items() for column, n in columns.items() if row != column), default=0) or 1
    environment = Environment(loader=PackageLoader("baoshu.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("evaluation.html.jinja").render(
        t=translator("zh"), en=translator("en"), model=model.name, against=against.name if against else "", summary=score_predictions(model.predictions),
        scores=scores, agreed=agreed, bars=_bars(scores, agreed), differences=differences, matrix=matrix, worst=worst,
        boundaries=errors.boundary_errors(pairs), labels=current_scheme().labels, titles={name: "" if f"ev_name_{name}" in strings() else current_scheme().titles[name] for name in scores}, edges=errors.EDGES, nothing=errors.NOTHING, **_calibration(model.predictions),
        **_learning(around.curve), **_training(around.log), facts=_fact_columns(around.facts), kinds=errors.KINDS,
        cards=list(_cards(model.predictions, against.predictions if against else None)), reports=sorted(model.predictions.reports),
        by_report=[(name, one["ALL"].rates(), one["LINK"].rates()) for name, one in counts.items()],
    )  # fmt: skip


def _bars(scores: Mapping[str, Mapping[str, Any]], agreed: Mapping[str, float]) -> Markup:
    bars = [Bar(name, one["f"], tuple(one["ci95"]) if "ci95" in one else None, agreed.get(name)) for name, one in scores.items()]
    return bar_chart(bars, "F1", other_name="annotators")


def _calibration(predictions: Predictions) -> dict[str, Any]:
    found = comparison.calibration(predictions)
    points = [(one["confidence"], one["right"]) for one in found["bins"]]
    curve = Curve("", points, [tuple(one["ci95"]) for one in found["bins"]])
    return {"calibration": found, "reliability": curve_chart([curve], "calibration", width=420, height=360, diagonal=True) if points else None}


def _learning(points: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the learning curve: colour for the system, dash for the texts it is scored on; means over seeds."""
    found: dict[tuple[str, str], dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for point in points:
        for name, scored in point.items():
            if isinstance(scored, Mapping) and "ALL" in scored:
                found[point["system"], name][round(point["characters"], -3)].append(scored["ALL"])
    systems, sets = (list(dict.fromkeys(key[number] for key in found)) for number in (0, 1))
    curves = [
        Curve(
            f"{system}, {name}",
            [(size, mean(values)) for size, values in sorted(of.items())],
            (),
            _DASHES[sets.index(name) % 3],
            systems.index(system),
        )
        for (system, name), of in found.items()
    ]
    chart = curve_chart(curves, "learning curve", log_x=True, x_text=lambda n: f"{n / 1000:,.0f}k", y_text=lambda n: f"{n:.2f}") if curves else None
    keys = [(system, legend_mark(number)) for number, system in enumerate(systems)]
    return {"learning": chart, "learning_keys": keys, "learning_sets": sets}


def _training(log: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    names = sorted({name for row in log for name, loss in (row.get("losses") or {}).items() if loss})
    losses = [Curve(name, [(row["step"], row["losses"][name]) for row in log if name in row["losses"]], color=n) for n, name in enumerate(names)]
    score = [Curve("score", [(row["step"], row["score"]) for row in log if row.get("score") is not None], color=2)]
    return {
        "losses": curve_chart(losses, "loss", width=420, height=260) if losses else None, "loss_keys": [(name, legend_mark(n)) for n, name in enumerate(names)],
        "dev_scores": curve_chart(score, "dev", width=420, height=260) if score[0].points else None,
    }  # fmt: skip


def _fact_columns(facts: Mapping[str, Any]) -> list[tuple[str, float | None, float | None]]:
    """Return for each column of facts its share right on gold links and end to end, the whole row last."""
    gold, read = facts.get("facts_gold_links"), (facts.get("facts_end_to_end") or {}).get("by_link")
    if not gold or not read:
        return []
    rows = [("found", gold["found"], read["found"]), *((name, share, read["columns"].get(name)) for name, share in gold["columns"].items())]
    return [*rows, ("row", gold["row"], read["row"])]


def _cards(predictions: Predictions, others: Predictions | None) -> Iterable[dict[str, Any]]:
    """Yield each chunk with an error: its sentences with gold above prediction, and its errors in words."""
    for report_id, chunks in sorted(predictions.reports.items()):
        for number, one in enumerate(chunks):
            second = others.reports[report_id][number].predicted if others is not None else None
            found = _compared(one.gold, one.predicted, second)
            if found:
                text = one.gold.text
                listed = [
                    {"kind": error.kind, "label": error.label, "change": change, "gold": _words(text, error.gold), "predicted": _words(text, error.predicted),
                     "other": _words(text, error.other)}
                    for error, change in found.items()
                ]  # fmt: skip
                yield {
                    "report": report_id, "chunk": one.gold.id, "errors": listed, "sentences": list(_sentences(one.gold, one.predicted, second, found)),
                    "tokens": " ".join(sorted({f"{e['kind']}:{e['label']}:{e['change']}" for e in listed})),
                }  # fmt: skip


def _compared(gold: Annotation, predicted: Annotation, second: Annotation | None) -> Compared:
    """Return the errors of either model: ``same`` of both, ``new`` of the first alone, ``fixed`` of the second alone."""
    mine = errors.find_errors(gold, predicted)
    if second is None:
        return dict.fromkeys(mine, "same")
    theirs = errors.find_errors(gold, second)
    return {error: "same" if error in theirs else "new" for error in mine} | {error: "fixed" for error in theirs if error not in mine}


def _sentences(gold: Annotation, predicted: Annotation, second: Annotation | None, found: Compared) -> Iterable[list[tuple[str, list[Piece]]]]:
    wrong = {span for error in found for span in (error.gold, error.predicted, error.other) if span is not None}
    rows = [("gold", gold), *([("second", second)] if second is not None else []), ("predicted", predicted)]
    for start, end in split_sentences(gold.text):
        if any(start < span[1] and span[0] < end for span in wrong):
            yield [(name, _cut(gold.text, start, end, annotation, wrong)) for name, annotation in rows]


def _cut(text: str, start: int, end: int, annotation: Annotation, wrong: set[Any]) -> list[Piece]:
    spans = [span for span in span_keys(annotation) if start < span[1] and span[0] < end]
    return cut(text[start:end], [Mark(max(s - start, 0), min(e, end) - start, label, "", (s, e, label) in wrong) for s, e, label in spans])


def _words(text: str, span: Any) -> str:
    return text[span[0] : span[1]] if span else ""
