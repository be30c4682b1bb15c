"""Sentences as sequences of tags: cutting texts, and the B I E S tags of spans."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from spacy.training import Example

FORBIDDEN = np.float32(-1e4)
_SENTENCE_END = re.compile(r"[。；！？\n]")
_LONGEST = 240
_BATCH = 64


@dataclass(frozen=True, slots=True)
class Sequences:
    """Sentences cut out of the characters of a batch: first character and number of characters of each."""

    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]

    def grid(self) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return character indices, shape (sequences, positions), and where they are inside a sequence."""
        positions = np.arange(int(self.lengths.max()))
        inside = positions[None] < self.lengths[:, None]
        return np.where(inside, self.starts[:, None] + positions[None], self.starts[:, None]), inside

    def by_length(self) -> Iterator[Sequences]:
        """Yield groups of sequences of similar length, so that little is padded."""
        order = np.argsort(self.lengths, kind="stable")
        for begin in range(0, len(order), _BATCH):
            part = order[begin : begin + _BATCH]
            yield Sequences(self.starts[part], self.lengths[part])


def cut_sequences(texts: Sequence[str]) -> Sequences:
    """Cut texts behind 。；！？ and line breaks, longer stretches behind a comma, at the latest after 240 characters."""
    starts, lengths, offset = [], [], 0
    for text in texts:
        begin = 0
        ends = [match.end() for match in _SENTENCE_END.finditer(text)]
        if not ends or ends[-1] != len(text):
            ends.append(len(text))
        for end in ends:
            while end - begin > _LONGEST:
                cut = text.rfind("，", begin + _LONGEST // 2, begin + _LONGEST) + 1 or begin + _LONGEST
                starts.append(offset + begin)
                lengths.append(cut - begin)
                begin = cut
            starts.append(offset + begin)
            lengths.append(end - begin)
            begin = end
        offset += len(text)
    return Sequences(np.array(starts), np.array(lengths))


@cache
def allowed_tags(labels: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which tags may follow each other, begin and end a sequence: B is followed by I or E of its label, and so on.

    Tag 0 is O; label ``k`` has the tags ``1 + 4 k`` to ``4 + 4 k`` for B I E S.
    """
    tags = 1 + 4 * labels
    opens, closes = np.zeros(tags, bool), np.zeros(tags, bool)
    inner = np.zeros((tags, tags), bool)
    opens[0] = closes[0] = True
    for base in range(1, tags, 4):
        opens[[base, base + 3]] = closes[[base + 2, base + 3]] = True
        inner[base, [base + 1, base + 2]] = inner[base + 1, [base + 1, base + 2]] = True
    return inner | (closes[:, None] & opens[None, :]), opens, closes


def gold_tags(example: Example, labels: Sequence[str]) -> NDArray[np.int64]:
    """Return the tag of each character of an example."""
    number = {label: index for index, label in enumerate(labels)}
    tags = np.zeros(len(example.predicted), dtype=np.int64)
    for ent in example.reference.ents:
        start, end, base = ent.start_char, ent.end_char, 1 + 4 * number[ent.label_]
        if end - start == 1:
            tags[start] = base + 3
        else:
            tags[start], tags[start + 1 : end - 1], tags[end - 1] = base, base + 1, base + 2
    return tags


def tagged_spans(tags: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """Yield ``(start, end, label index)`` of the spans in a legal sequence of tags."""
    firsts = np.flatnonzero((tags > 0) & ((tags - 1) % 4 % 3 == 0))
    lasts = np.flatnonzero((tags > 0) & ((tags - 1) % 4 >= 2))
    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        yield first, last + 1, (int(tags[first]) - 1) // 4
