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
FEATURES = len(_N_GRAMS) + 29
FEATURES_VERSION = 3
_FULL_WIDTH = np.uint64(0xFEE0)
_EDGES = np.array([1, 2, 3, 5, 9, 15, 25])


def _codes(characters: str) -> NDArray[np.uint64]:
    return np.array([ord(c) for c in characters], dtype=np.uint64)


_SENTENCE_MARKS = _codes("。；！？\n\0")
_CLAUSE_MARKS = _codes("，。；：！？\n\0")
_MARKS = _codes("，。；：！？、（）()《》“”\n\0")
_OPENING, _CLOSING = _codes("“《"), _codes("”》")


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
    names = _names(codes, starts)
    shapes = value_shapes(joined).astype(np.uint64)
    columns.extend(_value_columns(plain, shapes))
    columns.extend(_punctuation_columns(plain, shapes))
    quoted, behind_quote = _quotes(plain)
    columns.extend(_name_columns(plain, names, columns))
    columns.extend([names * 8 + quoted, behind_quote, shapes * 4 + quoted])
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
    """Return eight columns: the word, its neighbours, pairs of them, and the place in the word with its length.

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
    left, right = np.maximum(first - 1, 0), np.minimum(end + 1, n - 1)
    before, after = word[left], word[right]
    before_that, after_that = word[np.maximum(first[left] - 1, 0)], word[np.minimum(end[right] + 1, n - 1)]
    place = (np.minimum(index - first, 3) * 16 + np.minimum(end - index, 3) * 4 + np.minimum(end - first, 3)).astype(np.uint64)
    return [word * np.uint64(64) + place, before, after, place, _join(word, before), _join(word, after), before_that, after_that]


def _join(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return mix(first * np.uint64(0x9E3779B97F4A7C15) + second)  # type: ignore[no-any-return]


_POWER = np.uint64(0x100000001B3)
_INVERSE = np.uint64(pow(0x100000001B3, -1, 2**64))


def _inverse_powers(n: int) -> NDArray[np.uint64]:
    return np.cumprod(np.concatenate([np.ones(1, np.uint64), np.full(max(n - 1, 0), _INVERSE)]))


def _names(codes: NDArray[np.uint64], starts: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return the places of characters in names of the gazetteer: 1 2 3 for first, middle, last, 4 5 6 where the name ends with words on both sides."""
    positions = shipped_gazetteer().positions(codes)
    opens_word = starts == np.arange(len(codes))
    firsts, lasts = np.flatnonzero(positions == 1), np.flatnonzero(positions == 3)
    aligned = opens_word[firsts] & opens_word[np.minimum(lasts + 1, len(codes) - 1)]
    number = np.cumsum(positions == 1) - 1
    inside = positions > 0
    positions[inside] += (3 * aligned[number[inside]]).astype(np.uint8)
    return positions.astype(np.uint64)


def _name_columns(codes: NDArray[np.uint64], names: NDArray[np.uint64], columns: list[NDArray[np.uint64]]) -> list[NDArray[np.uint64]]:
    """Return five columns about place names: the pattern of three characters, what stands before and behind, the word, what follows the name."""
    n = len(codes)
    before, after = np.roll(names, 1), np.roll(names, -1)
    ends = np.minimum(_next((names > 0) & (names % 3 == 0), n), n - 2)
    behind_name = np.where(names > 0, codes[ends + 1] * np.uint64(0x20000) + codes[np.minimum(ends + 2, n - 1)], np.uint64(0))
    return [
        before * np.uint64(64) + names * np.uint64(8) + after,
        _join(names * np.uint64(8) + before, np.roll(codes, 1)),
        _join(names * np.uint64(8) + after, np.roll(codes, -1)),
        _join(names, columns[len(_N_GRAMS)]),
        _join(behind_name, names),
    ]


def _value_columns(codes: NDArray[np.uint64], shapes: NDArray[np.uint64]) -> list[NDArray[np.uint64]]:
    """Return five columns about the next and the last number in the sentence: how far, its unit, the words before it.

    A metric mostly stands before its value (…达到12亿元) or right behind it (12个…): the unit of the one and the verb
    before the other tell it from a noun without a number.
    """
    n = len(codes)
    index = np.arange(n)
    ends_sentence = np.isin(codes, _SENTENCE_MARKS)
    first, last = (shapes == 1) | (shapes == 4), (shapes == 3) | (shapes == 4)
    following = _next(first, n)
    stop = _next(ends_sentence, n)
    reachable = following < stop
    at = np.minimum(following, n - 1)
    ahead = _bucket(following - index, reachable)
    lead = codes[np.maximum(at - 1, 0)] * np.uint64(0x20000) + codes[np.maximum(at - 2, 0)]
    unit_at = np.minimum(_next(last, n)[at], n - 1)
    preceding = np.maximum.accumulate(np.where(last, index, -1))
    start = np.maximum.accumulate(np.where(ends_sentence, index, -1))
    known = (preceding >= 0) & (preceding > start)
    behind = _bucket(index - preceding, known)
    unit_behind = np.where(known, codes[np.maximum(preceding, 0)], np.uint64(1))
    exact = np.where(known, np.minimum(index - preceding, 9), 10).astype(np.uint64)
    return [
        ahead,
        np.where(reachable, _join(lead, ahead), np.uint64(1)),
        np.where(reachable, _join(codes[unit_at], ahead), np.uint64(1)),
        _join(unit_behind, exact),
        behind * np.uint64(16) + ahead,
    ]


def _punctuation_columns(codes: NDArray[np.uint64], shapes: NDArray[np.uint64]) -> list[NDArray[np.uint64]]:
    """Return eight columns: the marks on both sides, and the words that open and close the clause and the list item.

    A list item ends at any mark or number; the last characters of a name (…工程, …产量) tell its type at its start.
    """
    n = len(codes)
    index = np.arange(n)
    everywhere = np.ones(n, bool)
    mark = np.isin(codes, _MARKS)
    before, behind = _last(mark), np.minimum(_next(mark, n), n - 1)
    clause = np.isin(codes, _CLAUSE_MARKS)
    opened, closed = _last(clause), np.minimum(_next(clause, n), n - 1)
    item = mark | (shapes > 0)
    item_opened, item_closed = _last(item), np.minimum(_next(item, n), n - 1)
    item_end = codes[np.maximum(item_closed - 1, 0)]
    left = _bucket(index - item_opened, everywhere)
    right = _bucket(item_closed - index, everywhere)
    return [
        codes[before] * np.uint64(16) + np.minimum(index - before, 9).astype(np.uint64),
        codes[behind] * np.uint64(16) + np.minimum(behind - index, 9).astype(np.uint64),
        _join(_pair(codes, opened + 1, opened + 2), _bucket(index - opened, everywhere)),
        _join(_pair(codes, closed - 1, closed - 2), _bucket(closed - index, everywhere)),
        _join(_pair(codes, item_closed - 1, item_closed - 2), right),
        _join(item_end, left * np.uint64(16) + right),
        _join(_pair(codes, item_opened + 1, item_opened + 2), left),
        _join(_join(item_end, codes[item_closed]), codes[item_opened]),
    ]


def _last(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the index of the last flag at or before each place, 0 when there is none."""
    return np.maximum.accumulate(np.where(flags, np.arange(len(flags)), 0))


def _pair(codes: NDArray[np.uint64], first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.uint64]:
    last = len(codes) - 1
    return codes[np.clip(first, 0, last)] * np.uint64(0x20000) + codes[np.clip(second, 0, last)]


def _quotes(codes: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return 0 outside of quotes, 1 on a quote, 2 inside; and, for both, the two characters behind the closing quote."""
    n = len(codes)
    opening, closing = np.isin(codes, _OPENING), np.isin(codes, _CLOSING)
    depth: NDArray[np.int64] = np.cumsum(opening) - np.cumsum(closing)
    depth = depth - depth[_last(codes == 0)]  # an open quote ends with its document
    state = np.where(opening | closing, 1, np.where(depth > 0, 2, 0)).astype(np.uint64)
    closes = np.minimum(np.minimum(_next(closing, n), _next(codes == 0, n)), n - 3)
    behind = codes[closes + 1] * np.uint64(0x20000) + codes[np.minimum(closes + 2, n - 1)]
    return state, np.where(state > 0, behind * np.uint64(4) + state, np.uint64(0))


def _next(flags: NDArray[np.bool_], n: int) -> NDArray[np.int64]:
    """Return the index of the next flag at or behind each place, ``n + 99`` when there is none."""
    return np.minimum.accumulate(np.where(flags, np.arange(n), n + 99)[::-1])[::-1]


def _bucket(distance: NDArray[np.int64], known: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Return 0 to 7 for distances 0, 1, 2, 3–4, 5–8, 9–14, 15–24 and more, 8 for unknown."""
    return np.where(known, np.searchsorted(_EDGES, distance, side="right"), 8).astype(np.uint64)
