"""Choose the cosine above which an unknown name takes the nearest metric's id: ``python scripts/metric_threshold.py``.

Reads annotations/metric_pairs.tsv, leaves out names that the registry knows as they are, and prints precision and recall over the
threshold, the threshold of each fold of a cross-validation (the lowest with the wanted precision on the other folds) and what it
does on the held-out fold, and the same registry asked for each of its own names with that name, or its whole metric, left out.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from baoshu.facts.names import NEAR_ENOUGH, metrics, near_metric, nearest_metric, normalise_metric
from baoshu.facts.nearest import Names, same_but_for_filler

PAIRS = Path(__file__).resolve().parents[1] / "annotations/metric_pairs.tsv"
THRESHOLDS = [round(0.40 + 0.05 * step, 2) for step in range(11)]
PRECISION, FOLDS, SEED = 0.97, 5, 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a name should be called (None: stay unknown), and the metric found for it with its cosine."""

    wanted: str | None
    found: str | None
    cosine: float


@dataclass(frozen=True, slots=True)
class Score:
    """Right ids, wrong ids, and names that have an id."""

    right: int
    wrong: int
    wanted: int

    @property
    def precision(self) -> float:
        """Share of the given ids that are right; 1 when none is given."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of the names with an id that get it."""
        return self.right / self.wanted if self.wanted else 0.0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.wrong + other.wrong, self.wanted + other.wanted)


def score(answers: Iterable[Answer], threshold: float) -> Score:
    """Count the answers that a threshold gives."""
    answers = list(answers)
    given = [answer for answer in answers if answer.found and answer.cosine > threshold]
    right = sum(answer.found == answer.wanted for answer in given)
    return Score(right, len(given) - right, sum(answer.wanted is not None for answer in answers))


def choose(answers: Sequence[Answer]) -> float:
    """Return the lowest threshold with the wanted precision."""
    return next((threshold for threshold in THRESHOLDS if score(answers, threshold).precision >= PRECISION), THRESHOLDS[-1])


def read_pairs() -> list[tuple[str, str | None]]:
    """Return the surfaces with their ids that are not names of the registry as they stand."""
    known = {normalise_metric(name) for metric in metrics().values() for name in metric.names}
    rows = [line.split("\t") for line in PAIRS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [(surface, wanted or None) for surface, wanted in rows if normalise_metric(surface) not in known]


def left_out() -> tuple[list[Answer], list[Answer]]:
    """Ask for each name of the registry without this name, and without all names of its metric."""
    owner = {normalise_metric(name): metric.metric_id for metric in metrics().values() for name in metric.names}
    index = Names(owner)
    without_name: list[Answer] = []
    without_metric: list[Answer] = []
    for name, metric_id in owner.items():
        near = [(other, cosine) for other, cosine in index.nearest(name, above=THRESHOLDS[0]) if same_but_for_filler(name, other)]
        for wanted, answers, skip in ((metric_id, without_name, {name}), (None, without_metric, {n for n, i in owner.items() if i == metric_id})):
            other, cosine = next(((other, cosine) for other, cosine in near if other not in skip), ("", 0.0))
            answers.append(Answer(wanted, owner.get(other), cosine))
    return without_name, without_metric


def show(title: str, answers: Sequence[Answer]) -> None:
    """Print precision and recall over the threshold."""
    print(
        f"\n{title}: {len(answers)} names, {sum(a.wanted is not None for a in answers)} with an id\n\n| cosine above | right | wrong | precision | recall |"
    )
    print("|---|---|---|---|---|")
    for threshold in THRESHOLDS:
        one = score(answers, threshold)
        print(f"| {threshold:.2f} | {one.right} | {one.wrong} | {one.precision:.3f} | {one.recall:.3f} |")


def main() -> None:
    """Print all tables."""
    pairs = read_pairs()
    plain = [Answer(wanted, *(nearest_metric(surface) or (None, 0.0))) for surface, wanted in pairs]
    answers = [Answer(wanted, *(near_metric(normalise_metric(surface), 0.0) or (None, 0.0))) for surface, wanted in pairs]
    show("n-grams alone", plain)
    show("n-grams, differing in filler words only", answers)
    order = random.Random(SEED).sample(range(len(answers)), len(answers))
    total = Score(0, 0, 0)
    chosen = []
    for fold in range(FOLDS):
        held = [answers[i] for i in order[fold::FOLDS]]
        chosen.append(choose([answers[i] for k in range(FOLDS) if k != fold for i in order[k::FOLDS]]))
        total += score(held, chosen[-1])
    print(
        f"\n{FOLDS} folds: thresholds {chosen}; held out: precision {total.precision:.3f}, recall {total.recall:.3f} ({total.right} right, {total.wrong} wrong)"
    )
    print(f"all pairs: lowest threshold with precision {PRECISION}: {choose(answers)}; shipped: {NEAR_ENOUGH}, {score(answers, NEAR_ENOUGH)}")
    without_name, without_metric = left_out()
    show("each name of the registry, itself left out", without_name)
    show("each name of the registry, its metric left out (every id is wrong)", without_metric)


if __name__ == "__main__":
    main()
