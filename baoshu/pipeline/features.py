"""Features of each character as rows of a hash table, for a whole document at a time (feature hashing, Weinberger et al. 2009)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from baoshu.pipeline.gazetteer import code_points, mix, shipped_gazetteer
from baoshu.pipeline.shapes import value_shapes
from baoshu.pipeline.tokenizer import WORDS_KEY

_PAD = 6
_N_GRAMS = ((0,), (-1,), (1,), (-1, 0), (0, 1), (-2, -1), (1, 2), (-1, 0, 1), (-2, -1, 0), (0, 1, 2), (-3, -2, -1, 0), (0, 1, 2, 3))
FEATURES = len(_N_GRAMS) + 9
_FULL_WIDTH = np.uint64(0xFEE0)


def batch_features(docs: Sequence[Doc], *, words: bool = True) -> NDArray[np.uint64]:
    """Return hashed features of all tokens, shape (tokens of all docs, FEATURES).

    They are character n-grams, words, place names, number shapes and quotes. Full-width digits and letters count
    as their plain forms. Tokens must be single code points. Nothing reaches from one document into another.

    :param words: Use the word boundaries in ``doc.user_data``; without them each character is a word.
    """
    gap = "\0" * _PAD
    texts = [doc.text for doc in docs]
    joined = gap + gap.join(texts) + gap
    codes = code_points(joined)
    codes = np.where((codes >= 0xFF01) & (codes <= 0xFF5E) & (codes != 0xFF0C) & (codes != 0xFF1B), codes - _FULL_WIDTH, codes)
    plain = np.where((codes >= 48) & (codes <= 57), np.uint64(48), codes)  # every digit alike
    columns = [_n_gram(plain, offsets) for offsets in _N_GRAMS]
    starts = np.arange(len(codes))
    position = _PAD
    for doc, text in zip(docs, texts, strict=True):
        found = doc.user_data.get(WORDS_KEY) if words else None
        if found is not None:
            starts[position : position + len(text)] = found + position
        position += len(text) + _PAD
    columns.extend(_word_columns(plain, starts))
    names = shipped_gazetteer().positions(codes).astype(np.uint64)
    shapes = value_shapes(joined).astype(np.uint64)
    ahead, behind = _distances(shapes)
    quoted = _quoted(codes)
    columns.extend([names * 8 + quoted, shapes, ahead * 16 + quoted, behind])
    table = np.stack(columns, axis=1)[_rows(texts)]
    return mix(table * np.uint64(0x9E3779B97F4A7C15) + np.arange(1, FEATURES + 1, dtype=np.uint64) * np.uint64(0xD6E8FEB86659FD93))  # type: ignore[no-any-return]


def _rows(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return where the characters of the texts stand in the joined text."""
    lengths = np.array([len(text) for text in texts])
    offsets = _PAD * np.arange(1, len(texts) + 1)
    return np.arange(lengths.sum()) + np.repeat(offsets, lengths)


def _n_gram(codes: NDArray[np.uint64], offsets: tuple[int, ...]) -> NDArray[np.uint64]:
    key = np.zeros(len(codes), dtype=np.uint64)
    for offset in offsets:
        key = mix(key * np.uint64(0x100000001B3) + np.roll(codes, -offset) + np.uint64(1))
    return key


def _word_columns(codes: NDArray[np.uint64], first: NDArray[np.int64]) -> list[NDArray[np.uint64]]:
    """Return five columns: the word, the words before and after, place in the word with its length, word with the one before.

    :param first: For each character the index of the first character of its word.
    """
    n = len(codes)
    index = np.arange(n)
    begins = first == index
    last = np.append(np.flatnonzero(begins)[1:], n) - 1
    end = last[np.cumsum(begins) - 1]
    weights = np.cumprod(np.full(n + 1, _POWER, dtype=np.uint64))
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mix(codes * np.uint64(31) + np.uint64(7)) * weights[:n])])
    # a polynomial hash, made free of its position by the inverse power
    word = (sums[end + 1] - sums[first]) * _inverse_powers(n)[first]
    before = word[np.maximum(first - 1, 0)]
    after = word[np.minimum(end + 1, n - 1)]
    place = (np.minimum(index - first, 3) * 16 + np.minimum(end - index, 3) * 4 + np.minimum(end - first, 3)).astype(np.uint64)
    return [word, before, after, place, mix(word * np.uint64(0x9E3779B97F4A7C15) + before)]


_POWER = np.uint64(0x100000001B3)
_INVERSE = np.uint64(pow(0x100000001B3, -1, 2**64))



def _inverse_powers(n: int) -> NDArray[np.uint64]:
    return np.cumprod(np.concatenate([np.ones(1, np.uint64), np.full(max(n - 1, 0), _INVERSE)]))


def _distances(shapes: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return buckets of the distance to the next number and from the last one (3 characters a bucket, at most 9)."""
    n = len(shapes)
    index = np.arange(n)
    inside = shapes > 0
    following = np.minimum.accumulate(np.where(inside, index, n + 99)[::-1])[::-1] - index
    preceding = index - np.maximum.accumulate(np.where(inside, index, -99))
    return tuple(np.minimum((d + 2) // 3, 9).astype(np.uint64) for d in (following, preceding))  # type: ignore[return-value]


def _quoted(codes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return 0 outside of quotes, 1 on a quote, 2 inside of “” or 《》."""
    opening = (codes == 0x201C) | (codes == 0x300A)
    closing = (codes == 0x201D) | (codes == 0x300B)
    depth = np.cumsum(opening) - np.cumsum(closing)
    return np.where(opening | closing, 1, np.where(depth > 0, 2, 0)).astype(np.uint64)
