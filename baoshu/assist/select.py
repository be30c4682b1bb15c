"""Choose the chunks to annotate next: those that the pipeline is least sure of, if wished not all of one kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language

from baoshu.annotate.rows import row_id
from baoshu.errors import AnnotationError, BaoshuError, ModelError
from baoshu.pipeline.entities import EntityRecognizer

_BATCH = 64
_POOL = 4
_DIMENSIONS = 100
_SURE = 50


def uncertainty(probabilities: NDArray[Any], sure: int = _SURE) -> float:
    """Return how unsure a model is of a text: one minus the probability of the likeliest tag, mean over the characters.

    This is least confidence (Lewis & Gale 1994) by character, so that long texts do not win by length alone.

    :param probabilities: Of each tag at each character, shape (characters, tags).
    :param sure: As many characters without doubt are added, so that short headings, of which a young model knows little, do not win.
    """
    return float(np.sum(1 - probabilities.max(1)) / (len(probabilities) + sure)) if len(probabilities) else 0.0


def uncertainties(nlp: Language, texts: Iterable[str]) -> Iterator[float]:
    """Yield :func:`uncertainty` of the entity component for each text.

    :raises ModelError: when the pipeline has no such component.
    """
    found = next(((name, pipe) for name, pipe in nlp.pipeline if isinstance(pipe, EntityRecognizer)), None)
    if found is None:
        raise ModelError("select", f"no baoshu_entities among {', '.join(nlp.pipe_names) or 'no components'}", "a pipeline with it", "Run: make run")
    (name, recognizer), texts = found, iter(texts)
    with nlp.select_pipes(disable=nlp.pipe_names[nlp.pipe_names.index(name) :]):
        while batch := list(islice(texts, _BATCH)):
            yield from map(uncertainty, recognizer.tag_probabilities(nlp.pipe(batch)))


def choose(texts: Sequence[str], scores: Sequence[float], n: int, *, diverse: bool = False, seed: int = 0) -> list[int]:
    """Return the indices of ``n`` texts with high scores, highest first; of equal texts one is enough, so there may be fewer.

    :param diverse: Cut the best ``4 n`` into ``n`` clusters by their character n-grams and take the best of each, so that one
        kind of sentence does not fill the choice; otherwise the best ``n``.
    """
    best = sorted(range(len(texts)), key=lambda index: (-scores[index], texts[index], index))
    distinct: dict[str, int] = {}
    for index in best:
        distinct.setdefault(texts[index], index)
    order = list(distinct.values())
    if not diverse or len(order) <= n:
        return order[:n]
    pool = order[: _POOL * n]
    clusters = _clusters([texts[index] for index in pool], n, seed)
    first = {clusters[place]: place for place in reversed(range(len(pool)))}
    chosen = sorted(first.values())
    others = (place for place in range(len(pool)) if place not in set(chosen))
    return [pool[place] for place in sorted([*chosen, *islice(others, n - len(chosen))])]


def select_rows(rows: Sequence[Mapping[str, Any]], scores: Sequence[float], n: int, *, diverse: bool = False, seed: int = 0) -> list[dict[str, Any]]:
    """Return the rows that :func:`choose` takes, with their ``uncertainty``, highest first."""
    chosen = choose([str(row["text"]) for row in rows], scores, n, diverse=diverse, seed=seed)
    return [{**rows[index], "uncertainty": round(scores[index], 6)} for index in chosen]


def open_rows(rows: Iterable[tuple[int, Mapping[str, Any]]], where: str, done: set[str], failures: list[BaoshuError]) -> list[Mapping[str, Any]]:
    """Return the rows whose chunk is not annotated yet.

    :param rows: ``(line number, row)``.
    :param where: Name of the input for the errors.
    :param failures: Takes an error for each row without an id or a text.
    """
    found = []
    for number, row in rows:
        if not row_id(row) or not isinstance(row.get("text"), str) or not row["text"]:
            failures.append(AnnotationError(f"{where}:{number}", "no id or no text", "rows of: baoshu chunk"))
        elif row_id(row) not in done:
            found.append(row)
    return found


def _clusters(texts: Sequence[str], n: int, seed: int) -> list[int]:
    """Return the number of the cluster of each text: k-means on the TF-IDF of character n-grams, in one thread, so that it repeats."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from threadpoolctl import threadpool_limits

    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, dtype=np.float32).fit_transform(texts)
    with threadpool_limits(1):
        if min(grams.shape) > _DIMENSIONS:
            grams = TruncatedSVD(_DIMENSIONS, random_state=seed).fit_transform(grams)
        return [int(label) for label in KMeans(n, n_init=1, random_state=seed).fit(grams).labels_]
