"""Is choosing chunks worth it? The corpus annotated anew in the order of each strategy, against a random order.

The learner is the plain character CRF of the benchmark: it starts from random chunks of the train part, is trained, scores what is
left, gets the annotations of what a strategy chooses, and so on; each doubling is one round of annotation. Text is counted
in characters, which is what annotators read. The held-back test part gives the scores.
"""

from __future__ import annotations

import json
import platform
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import typer
from bench.crf import CharacterCrf
from bench.systems import read_corpus
from curve_figure import draw
from numpy.typing import NDArray

from baoshu.assist.select import choose, uncertainty
from baoshu.evaluate import count_annotation, sum_counts
from baoshu.files import write_json, write_text
from baoshu.types import Annotation

Score = Callable[[NDArray[Any]], float]
STRATEGIES: Mapping[str, tuple[Score | None, bool]] = {
    "random": (None, False),
    "plain mean": (partial(uncertainty, sure=0), False),
    "uncertainty": (uncertainty, False),
    "uncertainty, clusters": (uncertainty, True),
}
COLORS = dict(zip(STRATEGIES, ("#757575", "#EF6C00", "#2E7D32", "#1565C0"), strict=True))


def main(
    corpus: Path = typer.Argument(Path("corpus"), help="Folder that `corpus build` wrote."),
    out: Path = typer.Option(Path("docs/select.json"), help="JSON file of all points; the figure goes beside it."),
    sizes: list[int] = typer.Option([4_000, 8_000, 16_000, 32_000, 64_000], "--size", help="Characters of training text after each round; repeat."),
    seeds: int = typer.Option(3, help="Random starts."),
) -> None:
    """Annotate the train part in the order of each strategy; write F1 on the test part after each round, and the figure.

    Example: python scripts/select_simulation.py corpus --seeds 2"""
    found = read_corpus(corpus)
    pool = list({annotation.text: annotation for annotation in found.train}.values())
    test = [annotation for chunks in found.test.values() for annotation in chunks]
    points: list[dict[str, Any]] = []
    begin = time.perf_counter()
    for seed in range(seeds):
        order = list(pool)
        random.Random(seed).shuffle(order)
        start = _up_to(order, sizes[0])
        first = _train(start)
        for name, (score, diverse) in STRATEGIES.items():
            train, learner = start, first
            for size in sizes:
                if size != sizes[0]:
                    train = train + _next(learner, train, order, size, score, diverse, seed)
                    learner = _train(train)
                point = {
                    "system": name, "seed": seed, "characters": sum(len(a.text) for a in train), "chunks": len(train),
                    "spans": sum(len(a.spans) for a in train), "test": _score(learner, test),
                }  # fmt: skip
                points.append(point)
                typer.echo(json.dumps(point, ensure_ascii=False), err=True)
    command = " ".join(["python", "scripts/select_simulation.py", *sys.argv[1:]])
    seconds = round(time.perf_counter() - begin)
    write_json(out, {"date": date.today().isoformat(), "command": command, "python": platform.python_version(), "seconds": seconds, "points": points})
    write_text(out.with_suffix(".svg"), draw(points, COLORS))


def _up_to(order: Sequence[Annotation], size: int) -> list[Annotation]:
    """Return the first chunks that together have ``size`` characters."""
    taken: list[Annotation] = []
    for annotation in order:
        if sum(len(a.text) for a in taken) >= size:
            break
        taken.append(annotation)
    return taken


def _next(
    learner: CharacterCrf, train: Sequence[Annotation], order: Sequence[Annotation], size: int, score: Score | None, diverse: bool, seed: int
) -> list[Annotation]:
    """Return the chunks of the next round, so that all together have ``size`` characters."""
    have = {a.text for a in train}
    left = [a for a in order if a.text not in have]
    missing = size - sum(map(len, have))
    if score is None:
        return _up_to(left, missing)
    scores = [score(probabilities) for probabilities in _probabilities(learner, left)]
    n = round(missing / (sum(len(a.text) for a in left) / len(left)))
    chosen: list[int] = []
    while sum(len(left[index].text) for index in chosen) < missing:
        open_ = [index for index in range(len(left)) if index not in set(chosen)]
        more = choose([left[index].text for index in open_], [scores[index] for index in open_], max(n, 1), diverse=diverse, seed=seed)
        chosen += [open_[index] for index in more]
    return _up_to([left[index] for index in chosen], missing)


def _train(annotations: Sequence[Annotation]) -> CharacterCrf:
    learner = CharacterCrf()
    with tempfile.TemporaryDirectory() as folder:
        learner.fit(annotations, Path(folder) / "model.crfsuite")
        learner.load(Path(folder) / "model.crfsuite")
    return learner


def _probabilities(learner: CharacterCrf, annotations: Sequence[Annotation]) -> Any:
    """Yield the probability of each tag at each character, shape (characters, tags)."""
    tags = learner.tagger.labels()
    for annotation in annotations:
        learner.tagger.set(learner.features(annotation.text))
        yield np.array([[learner.tagger.marginal(tag, at) for tag in tags] for at in range(len(annotation.text))])


def _score(learner: CharacterCrf, test: Sequence[Annotation]) -> dict[str, float]:
    predicted = learner.predict([a.text for a in test])
    counts = sum_counts(count_annotation(gold, found) for gold, found in zip(test, predicted, strict=True))
    return {name: one.rates()["f"] for name, one in counts.items() if name not in ("PARTIAL", "PLACE_LINK")}


if __name__ == "__main__":
    typer.run(main)
