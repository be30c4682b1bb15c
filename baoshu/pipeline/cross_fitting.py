"""Training data for the second look: what fields say of reports that they have not seen (cross-fitting, as in stacking, Wolpert 1992)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baoshu.pipeline.candidates import Candidates, likely_spans
from baoshu.pipeline.field import Field, Rows
from baoshu.pipeline.hashing import Keys
from baoshu.pipeline.layers import Layers
from baoshu.pipeline.sequences import tagged_spans
from baoshu.pipeline.span_ranker import SpanRanker

_FOLDS = 3
_BATCH = 1000  # characters
Proposals = tuple[Layers, Candidates, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class TrainingDocument:
    """One document: its report, its layers (of this document alone), its character features and its gold tags."""

    report: str
    layers: Layers
    keys: Keys
    tags: NDArray[np.int64]


def fit_ranker(documents: Sequence[TrainingDocument], labels: Sequence[str], settings: Mapping[str, Any], *, seed: int) -> SpanRanker | None:
    """Train a field without each third of the reports and a ranker on what they propose in it.

    Two reports are two folds.

    :returns: None for less than two reports, or when nothing can be learned: no proposals, or all of them right or wrong.
    """
    from joblib import Parallel, delayed

    reports = sorted({document.report for document in documents})
    if len(reports) < 2:
        return None
    count = min(_FOLDS, len(reports))
    fold_of = {report: number % count for number, report in enumerate(reports)}

    def jobs() -> Iterator[Any]:
        for number in range(count):
            fold = [document for document in documents if fold_of[document.report] != number]
            field = Field.of_keys(labels, (document.keys for document in fold), bits=settings["bits"], min_count=settings["min_count"])
            rows = [field.rows(document.keys) for document in fold]
            yield delayed(train_field)(field, [d.layers.texts[0] for d in fold], rows, [d.tags for d in fold], dict(settings), seed + number)

    found: list[Proposals | None] = [None] * len(documents)
    fields: Iterator[Field] = Parallel(n_jobs=min(count, os.cpu_count() or 1), return_as="generator")(jobs())
    for number, field in enumerate(fields):  # while the others are still trained
        for place, document in enumerate(documents):
            if fold_of[document.report] == number:
                found[place] = _proposals(document, field, settings["floor"])
    proposals = [one for one in found if one is not None]
    if len({one for _, _, truth in proposals for one in truth.tolist()}) < 2:
        return None
    ranker = SpanRanker(len(labels))
    ranker.fit(proposals)
    return ranker


def train_field(
    field: Field, texts: Sequence[str], rows: Sequence[Rows], tags: Sequence[NDArray[np.int64]], settings: Mapping[str, Any], seed: int
) -> Field:
    """Train a field for ``rank_epochs`` epochs on documents in random order and return it."""
    field.weights, field.chain = field.weights.copy(), field.chain.copy()  # what comes from another process is read-only
    random = np.random.default_rng(seed)
    descent = field.descent(sum(map(len, texts)))
    for _ in range(settings["rank_epochs"]):
        for batch in _batches(random.permutation(len(texts)), texts):
            field.step(
                descent,
                [texts[number] for number in batch],
                np.concatenate([rows[number] for number in batch]),
                np.concatenate([tags[number] for number in batch]),
                noise=settings["rank_noise"],
                unknown=settings["unknown"],
                rate=settings["learn_rate"] / (1 + settings["decay"] * descent.epochs),
                random=random.random,
            )
    return field


def _batches(order: NDArray[np.int64], texts: Sequence[str]) -> Iterator[list[int]]:
    batch: list[int] = []
    for number in order.tolist():
        batch.append(number)
        if sum(len(texts[one]) for one in batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _proposals(document: TrainingDocument, field: Field, floor: float) -> Proposals | None:
    """Return what a field that has not seen a document proposes in it, and which of that is right; None for nothing."""
    found = likely_spans(field, document.layers.texts, field.scores(field.rows(document.keys)), floor)
    if not len(found):
        return None
    gold = set(tagged_spans(document.tags))
    spans = zip(found.starts.tolist(), found.ends.tolist(), found.labels.tolist(), strict=True)
    return document.layers, found, np.array([span in gold for span in spans])
