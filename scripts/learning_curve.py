"""Learning curve: the pipeline and the character CRF trained on growing parts of the corpus, scored on held-back reports."""

from __future__ import annotations

import json
import platform
import random
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import typer
from bench.crf import CharacterCrf
from bench.systems import Corpus
from bench.training import predictor, train_pipeline

from baoshu.annotate.rows import row_to_annotation
from baoshu.evaluate import count_annotation, sum_counts
from baoshu.files import read_jsonl, write_json
from baoshu.types import Annotation


def main(
    corpus: Path = typer.Argument(Path("corpus"), help="Folder that `corpus build` wrote."),
    out: Path = typer.Option(Path("docs/learning_curve.json"), help="JSON file of all points."),
    sizes: list[int] = typer.Option([25_000, 50_000, 100_000, 250_000, 1_000_000], "--size", help="Characters of training text; repeat."),
    seeds: int = typer.Option(1, help="Orders of the reports for the pipeline."),
    peer_seeds: int = typer.Option(3, help="Orders of the reports for the character CRF; 0 leaves it out."),
    gold: list[Path] = typer.Option([], "--gold", help="Gold JSONL to score as well; closing figures only."),
    segmenter: Path = typer.Option(Path("corpus/segmenter"), help="Word segmenter of the pipeline."),
    epochs: int = typer.Option(7, help="Epochs of the pipeline."),
) -> None:
    """Train on the first N characters of the training reports in a shuffled order and write micro F1 and link F1.

    Example: python scripts/learning_curve.py corpus --size 25000 --size 50000"""
    rows = list(read_jsonl(corpus / "annotations.jsonl"))
    dev = [_annotation(row) for row in rows if row["part"] == "dev"][:20]
    tests = {"test": [_annotation(row) for row in rows if row["part"] == "test"]}
    tests |= {path.stem: [_annotation(row) for row in read_jsonl(path)] for path in gold}
    disputed = {path.stem: list(read_jsonl(path)) for path in gold}
    points: list[dict[str, Any]] = []
    for system, runs in (("pipeline", seeds), ("character CRF", peer_seeds)):
        for seed in range(runs):
            order = sorted({row["report_id"] for row in rows if row["part"] == "train"})
            random.Random(seed).shuffle(order)
            for size in sizes:
                train = _first(rows, order, size)
                characters = sum(len(a.text) for a in train)
                if any(p["system"] == system and p["seed"] == seed and p["characters"] == characters for p in points):
                    continue
                begin = time.perf_counter()
                predict = _train_pipeline(train, dev, corpus, segmenter, seed, epochs) if system == "pipeline" else _train_crf(train, corpus)
                seconds = time.perf_counter() - begin
                point = {"system": system, "seed": seed, "characters": characters, "training_seconds": round(seconds, 1)}
                for name, chunks in tests.items():
                    point[name] = _score(chunks, predict([a.text for a in chunks]), disputed.get(name))
                points.append(point)
                typer.echo(json.dumps(point, ensure_ascii=False), err=True)
                commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
                write_json(out, {"commit": commit, "date": date.today().isoformat(), "command": " ".join(["python", *sys.argv]), "python": platform.python_version(), "points": points})  # fmt: skip


def _annotation(row: dict[str, Any]) -> Annotation:
    return row_to_annotation(row, str(row.get("chunk_id", "gold")), id=str(row.get("chunk_id", "")))


def _first(rows: list[dict[str, Any]], order: list[str], size: int) -> list[Annotation]:
    """Return the chunks of the reports in order up to ``size`` characters, the last report cut at a paragraph."""
    chosen: list[Annotation] = []
    total = 0
    for report in order:
        for row in rows:
            if row["report_id"] == report and row["part"] == "train" and total < size:
                chosen.append(_annotation(row))
                total += len(row["text"])
    return chosen


def _train_pipeline(train: list[Annotation], dev: list[Annotation], corpus: Path, segmenter: Path, seed: int, epochs: int) -> Any:
    options = ["--training.max_epochs", str(epochs), "--components.entities.rank_epochs", str(epochs)]
    return predictor(train_pipeline(train, dev, corpus, segmenter, seed=seed, options=options))


def _train_crf(train: list[Annotation], corpus: Path) -> Any:
    peer = CharacterCrf()
    with tempfile.TemporaryDirectory() as folder:
        peer.load(peer.train(Corpus(corpus, tuple(train), {}), Path(folder)).model)
    return peer.predict


def _score(gold: list[Annotation], predicted: list[Annotation], rows: list[dict[str, Any]] | None) -> dict[str, float]:
    """Return F1 over all spans, of each label and of links; disputed spans of gold rows count neither way."""
    counts = []
    for index, (g, p) in enumerate(zip(gold, predicted, strict=True)):
        skip = {(e["start_offset"], e["end_offset"], e["label"]) for e in (rows[index].get("disputed") or [])} if rows else set()
        kept = tuple(s for s in p.spans if (s.start, s.end, s.label) not in skip)
        ids = {s.id for s in kept}
        counts.append(count_annotation(g, Annotation(p.text, kept, tuple(r for r in p.relations if r.head in ids and r.tail in ids))))
    return {name: one.rates()["f"] for name, one in sum_counts(counts).items() if name not in ("PARTIAL", "PLACE_LINK")}


if __name__ == "__main__":
    typer.run(main)
