"""Train a small pkuseg model from the annotated corpus alone: no download, no network.

The corpus marks spans, not words. Words come from the lexicon that spacy-pkuseg ships, by the most probable
path whose word probabilities are counted on the corpus itself (hard EM, after Peng & Schuurmans 2001), and
every edge of an annotated span is a word boundary. pkuseg then learns to find such words in any text.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import math
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from baoshu.errors import CorpusError
from baoshu.types import Annotation

_NUMBER = re.compile(r"[0-9０-９]+(?:[.．][0-9０-９]+)?|[A-Za-zＡ-Ｚａ-ｚ]+")
_MAX_WORD = 8
_ROUNDS = 4


def shipped_lexicon() -> frozenset[str]:
    """Return the words of the dictionary inside spacy-pkuseg, 2 to 8 characters, Chinese only."""
    import spacy_pkuseg

    path = Path(spacy_pkuseg.__file__).parent / "dicts" / "default.pkl"
    words = spacy_pkuseg.Postprocesser(None, [str(path)]).other_words
    return frozenset(word for word in words if 2 <= len(word) <= _MAX_WORD and all("\u4e00" <= c <= "\u9fff" for c in word))


def segment_annotations(annotations: Iterable[Annotation], lexicon: frozenset[str]) -> list[list[str]]:
    """Cut annotated chunks into words, one list a chunk; edges of spans are edges of words."""
    pieces: list[list[str]] = [_pieces(annotation) for annotation in annotations]
    counts: Counter[str] = Counter()
    words: list[list[str]] = []
    for _ in range(_ROUNDS):
        total = math.log(counts.total() + len(lexicon)) if counts else 12.0
        words = [[word for piece in chunk for word in _best_path(piece, lexicon, counts, total)] for chunk in pieces]
        counts = Counter(word for chunk in words for word in chunk)
    return words


def sample_chunks(annotations: Sequence[Annotation], characters: int) -> list[Annotation]:
    """Return chunks of about so many characters, evenly spread; all of them when there are fewer."""
    kept, seen, taken = [], 0, 0
    share = characters / max(sum(len(annotation.text) for annotation in annotations), characters)
    for annotation in annotations:
        seen += len(annotation.text)
        if taken + len(annotation.text) / 2 <= seen * share:
            kept.append(annotation)
            taken += len(annotation.text)
    return kept


def train_segmenter(annotations: Sequence[Annotation], folder: Path, *, iterations: int = 10) -> float:
    """Train pkuseg on the chunks and save ``features.msgpack`` and ``weights.npz``; returns its F1 on every tenth chunk.

    :raises CorpusError: with fewer than 20 annotated chunks.
    """
    import spacy_pkuseg

    if len(annotations) < 20:
        raise CorpusError(str(folder), f"{len(annotations)} annotated chunks", "at least 20 to train a segmenter")
    sentences = segment_annotations(annotations, shipped_lexicon())
    folder.mkdir(parents=True, exist_ok=True)
    train, held_out = folder / "train.txt", folder / "test.txt"
    for path, part in ((train, [s for i, s in enumerate(sentences) if i % 10]), (held_out, sentences[::10])):
        path.write_text("".join(" ".join(word for word in words if word.strip()) + "\n" for words in part), encoding="utf-8")
    log = io.StringIO()
    word_features, spacy_pkuseg.config.wordFeature = spacy_pkuseg.config.wordFeature, False
    state = random.getstate()
    random.seed(0)  # pkuseg shuffles with the global generator
    try:
        with contextlib.redirect_stdout(log):
            spacy_pkuseg.train(str(train), str(held_out), str(folder), train_iter=iterations)
    finally:
        spacy_pkuseg.config.wordFeature = word_features
        random.setstate(state)
        train.unlink()
        held_out.unlink()
    scores = re.findall(r"f-score=([\d.]+)%", log.getvalue())
    return float(scores[-1]) / 100 if scores else math.nan


def _pieces(annotation: Annotation) -> list[str]:
    """Cut a text at the edges of its spans, at punctuation, and around numbers and Latin words."""
    edges = {0, len(annotation.text)}
    for span in annotation.spans:
        edges |= {span.start, span.end}
    for match in _NUMBER.finditer(annotation.text):
        edges |= {match.start(), match.end()}
    for index, character in enumerate(annotation.text):
        if not ("\u4e00" <= character <= "\u9fff" or character.isalnum()):
            edges |= {index, index + 1}
    ordered = sorted(edges)
    return [annotation.text[start:end] for start, end in itertools.pairwise(ordered)]


def _best_path(piece: str, lexicon: frozenset[str], counts: Counter[str], total: float) -> list[str]:
    """Return the words of the cheapest path; a word costs −log of its smoothed share, an unseen one more per character.

    :param total: The logarithm of all counts, smoothed.
    """
    if len(piece) == 1 or _NUMBER.fullmatch(piece):
        return [piece]
    costs = [0.0] + [math.inf] * len(piece)
    back = [0] * (len(piece) + 1)
    for end in range(1, len(piece) + 1):
        for start in range(max(0, end - _MAX_WORD), end):
            word = piece[start:end]
            if end - start > 1 and word not in lexicon:
                continue
            cost = costs[start] + total - math.log(counts[word] + (0.5 if end - start > 1 else 0.1))
            if cost < costs[end]:
                costs[end], back[end] = cost, start
    words: list[str] = []
    end = len(piece)
    while end:
        words.append(piece[back[end] : end])
        end = back[end]
    return words[::-1]
