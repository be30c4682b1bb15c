"""How much the figures move: the pipeline trained with several seeds, and cross-validation over whole reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import typer
from bench.measure import Gold, GoldReports, read_gold, without_disputed
from bench.output import environment
from bench.training import predictor, read_parts, train_pipeline
from spacy.language import Language

from baoshu.corpus.evaluation import linked_gold
from baoshu.evaluate import score_names, score_reports
from baoshu.files import write_json
from baoshu.types import Annotation


def main(
    corpus: Path = typer.Argument(Path("corpus"), help="Folder that `corpus build` wrote."),
    out: Path = typer.Option(Path("docs/stability.json"), help="JSON file of all trainings."),
    seeds: int = typer.Option(3, help="Trainings on the train part, with the seeds 0, 1, 2, …"),
    folds: int = typer.Option(3, help="Parts of the cross-validation over all reports; 0 leaves it out."),
    gold: list[Path] = typer.Option([], "--gold", help="Gold JSONL to score as well; closing figures only."),
    segmenter: Path = typer.Option(Path("corpus/segmenter"), help="Word segmenter of the pipeline."),
    epochs: int | None = typer.Option(None, help="Epochs of each training; left out, those of the configuration."),
) -> None:
    """Train repeatedly and write each score, means, spreads and bootstrap intervals by report.

    Example: python scripts/stability.py corpus --seeds 3 --folds 3"""
    parts = read_parts(corpus)
    options = ["--training.max_epochs", str(epochs), "--components.entities.rank_epochs", str(epochs)] if epochs else []
    tests: dict[str, GoldReports] = {"test": _as_gold(parts["test"])} | {path.stem: read_gold(path) for path in gold}
    dev = [chunk for chunks in parts["dev"].values() for chunk in chunks][:20]
    result: dict[str, Any] = {**environment(), "seeds": [], "folds": []}
    train = [chunk for chunks in parts["train"].values() for chunk in chunks]
    for seed in range(seeds):
        nlp = train_pipeline(train, dev, corpus, segmenter, seed=seed, options=options)
        scores = {name: _score(_predicted(nlp, reports), reports) for name, reports in tests.items()}
        given = {name: _score(linked_gold(nlp, _annotations(reports)), reports) for name, reports in tests.items()}
        links = {name: {key: one[key] for key in ("LINK", "PLACE_LINK")} for name, one in given.items()}
        result["seeds"].append({"seed": seed, "scores": scores, "links_on_gold_spans": links})
        _write(out, result, f"seed {seed}: test {scores['test']['ALL']['f']}")
    everything = {report: chunks for part in parts.values() for report, chunks in part.items()}
    order = sorted(everything)
    for fold in range(folds):
        held = {report: everything[report] for report in order[fold::folds]}
        nlp = train_pipeline(
            [c for report in order if report not in held for c in everything[report]], dev, corpus, segmenter, seed=0, options=options
        )
        result["folds"].append({"fold": fold, "reports": len(held), "scores": _score(_predicted(nlp, _as_gold(held)), _as_gold(held))})
        _write(out, result, f"fold {fold}: {result['folds'][-1]['scores']['ALL']['f']}")


def _write(out: Path, result: dict[str, Any], line: str) -> None:
    tables = {name: [run["scores"][name] for run in result["seeds"]] for name in (result["seeds"][0]["scores"] if result["seeds"] else ())}
    if result["folds"]:
        tables["cross-validation"] = [run["scores"] for run in result["folds"]]
    write_json(out, result | {"summary": {name: summary(runs) for name, runs in tables.items()}})
    typer.echo(line, err=True)


def summary(runs: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Return mean and standard deviation of F1 over trainings, for each label, all spans and links; the deviation of one training is 0."""
    table = {}
    for name in score_names():
        found = [run[name]["f"] for run in runs]
        table[name] = {"mean": round(mean(found), 4), "stdev": round(stdev(found), 4) if len(found) > 1 else 0.0}
    return table


def _as_gold(reports: Mapping[str, Sequence[Annotation]]) -> GoldReports:
    return {report: [Gold(chunk) for chunk in chunks] for report, chunks in reports.items()}


def _annotations(reports: GoldReports) -> list[Annotation]:
    return [gold.annotation for chunks in reports.values() for gold in chunks]


def _predicted(nlp: Language, reports: GoldReports) -> list[Annotation]:
    return predictor(nlp)([annotation.text for annotation in _annotations(reports)])


def _score(found: Sequence[Annotation], reports: GoldReports) -> dict[str, Any]:
    predicted = iter(found)
    return score_reports({name: [(gold.annotation, without_disputed(next(predicted), gold)) for gold in chunks] for name, chunks in reports.items()})


if __name__ == "__main__":
    typer.run(main)
