"""Features of each character as rows of a hash table, for a whole document at a time (feature hashing, Weinberger et al. 2009)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from baoshu.pipeline.hashing import Keys, StretchHash, code_points, join, mix
from baoshu.pipeline.layers import Ints, Layers
from baoshu.pipeline.lexicon import tag_number

_N_GRAMS = ((0,), (-1,), (1,), (-1, 0), (0, 1), (-2, -1), (1, 2), (-1, 0, 1), (-2, -1, 0), (0, 1, 2), (-3, -2, -1, 0), (0, 1, 2, 3))
_WORDS, _ENTRIES = len(_N_GRAMS), len(_N_GRAMS) + 8
FEATURES = len(_N_GRAMS) + 44
FEATURES_VERSION = 8
# Columns that say which characters and words stand here: of an unknown word none of them has been seen.
LEXICAL = np.array(
    [column for column, offsets in enumerate(_N_GRAMS) if len(offsets) > 1]
    + [_WORDS + column for column in (0, 1, 2, 4, 5, 6, 7)]
    + [_ENTRIES + column for column in (0, 8, 9)]
)
_EDGES = np.array([1, 2, 3, 5, 9, 15, 25])


_SENTENCE_MARKS = code_points("。；！？\n\0")
CLAUSE_MARKS = code_points("，。；：！？\n\0")
MARKS = code_points("，。；：！？、（）()《》“”\n\0")
# Parts of speech (jieba's) that stand inside a noun phrase: nouns, names, verbal nouns, adjectives, abbreviations, idioms.
_NOMINAL_TAGS = ["n", "nr", "ns", "nt", "nz", "nrt", "nrf", "ng", "vn", "an", "a", "ad", "b", "j", "l", "i", "s", "f", "k", "h", "g", "z", "eng"]
_NOMINAL = np.array([tag_number(tag) for tag in _NOMINAL_TAGS])
_OPENING, _CLOSING = code_points("“《"), code_points("”》")


def character_features(layers: Layers) -> Keys:
    """Return hashed features of all characters, shape (characters of all texts, FEATURES).

    They are character n-grams, words, parts of speech, noun phrases, place names, number shapes and quotes.
    """
    codes, names, shapes = layers.codes, layers.names, layers.shapes
    columns = [_n_gram(codes, offsets) for offsets in _N_GRAMS]
    text = StretchHash(codes)
    columns.extend(_word_columns(text, layers.words))
    columns.extend(_entry_columns(text, codes, layers.entries, layers.tags))
    columns.extend(_phrase_columns(text, codes, layers.entries, layers.tags, shapes))
    columns.extend(_value_columns(codes, shapes))
    columns.extend(_punctuation_columns(codes, shapes))
    quoted, behind_quote = _quotes(codes)
    columns.extend(_name_columns(codes, names, columns))
    columns.extend([names * 8 + quoted, behind_quote, shapes * 4 + quoted])
    table = np.stack(columns, axis=1)[layers.rows()]
    return mix(table * np.uint64(0x9E3779B97F4A7C15) + np.arange(1, FEATURES + 1, dtype=np.uint64) * np.uint64(0xD6E8FEB86659FD93))  # type: ignore[no-any-return]


def _n_gram(codes: Keys, offsets: tuple[int, ...]) -> Keys:
    key = np.zeros(len(codes), dtype=np.uint64)
    for offset in offsets:
        key = mix(key * np.uint64(0x100000001B3) + np.roll(codes, -offset) + np.uint64(1))
    return key


def _word_columns(text: StretchHash, first: Ints) -> list[Keys]:
    """Return eight columns: the word, its neighbours, pairs of them, and the place in the word with its length.

    :param first: For each character the index of the first character of its word.
    """
    n = len(first)
    index = np.arange(n)
    end = word_ends(first)
    word = text.of(first, end + 1)
    left, right = np.maximum(first - 1, 0), np.minimum(end + 1, n - 1)
    before, after = word[left], word[right]
    before_that, after_that = word[np.maximum(first[left] - 1, 0)], word[np.minimum(end[right] + 1, n - 1)]
    place = (np.minimum(index - first, 3) * 16 + np.minimum(end - index, 3) * 4 + np.minimum(end - first, 3)).astype(np.uint64)
    return [word * np.uint64(64) + place, before, after, place, join(word, before), join(word, after), before_that, after_that]


def _entry_columns(text: StretchHash, codes: Keys, first: Ints, tags: Keys) -> list[Keys]:
    """Return eleven columns: words of the dictionary and parts of speech, up to three words away."""
    word, before, after, place, *_ = _word_columns(text, first)
    last = len(codes) - 1
    end = word_ends(first)
    left = np.maximum(first - 1, 0)
    left_that = np.maximum(first[left] - 1, 0)
    right = np.minimum(end + 1, last)
    right_that = np.minimum(end[right] + 1, last)
    right_third = np.minimum(end[right_that] + 1, last)
    own = tags * np.uint64(64) + place
    return [
        word,
        own,
        join(own, tags[left]),
        join(own, tags[right]),
        join(own, tags[left], tags[right]),
        join(own, tags[right], tags[right_that]),
        join(own, tags[left], tags[left_that]),
        join(own, tags[right], tags[right_that], tags[right_third]),
        join(own, before),
        join(own, after),
        join(own, codes),
    ]


def _phrase_columns(text: StretchHash, codes: Keys, first: Ints, tags: Keys, shapes: Keys) -> list[Keys]:
    """Return four columns about the longest run of nominal words around a character: how far to its ends, and the words at its ends and beyond.

    A run holds nouns, verbal nouns, adjectives and the like; a verb, a particle, a number or a mark ends it.
    """
    n = len(codes)
    index = np.arange(n)
    nominal = np.isin(tags, _NOMINAL) & ~np.isin(codes, MARKS) & (shapes == 0)
    before, behind = _last(~nominal), np.minimum(_next(~nominal, n), n - 1)
    word = text.of(first, word_ends(first) + 1)
    left, right = _bucket(index - before, nominal), _bucket(behind - index, nominal)
    none = np.uint64(0)
    return [
        join(left, right, shapes[before], shapes[behind]),
        np.where(nominal, join(word[before], left), none),
        np.where(nominal, join(word[behind], right), none),
        np.where(nominal, join(word[np.maximum(behind - 1, 0)], left, right), none),
    ]


def word_ends(first: Ints) -> Ints:
    """Return, for each character, the index of the last character of its word.

    :param first: For each character the index of the first character of its word.
    """
    begins = first == np.arange(len(first))
    last = np.append(np.flatnonzero(begins)[1:], len(first)) - 1
    ends: Ints = last[np.cumsum(begins) - 1]
    return ends


def _name_columns(codes: Keys, names: Keys, columns: list[Keys]) -> list[Keys]:
    """Return five columns about place names: the pattern of three characters, what stands before and behind, the word, what follows the name."""
    n = len(codes)
    before, after = np.roll(names, 1), np.roll(names, -1)
    ends = np.minimum(_next((names > 0) & (names % 3 == 0), n), n - 2)
    behind_name = np.where(names > 0, codes[ends + 1] * np.uint64(0x20000) + codes[np.minimum(ends + 2, n - 1)], np.uint64(0))
    return [
        before * np.uint64(64) + names * np.uint64(8) + after,
        join(names * np.uint64(8) + before, np.roll(codes, 1)),
        join(names * np.uint64(8) + after, np.roll(codes, -1)),
        join(names, columns[_WORDS]),
        join(behind_name, names),
    ]


def _value_columns(codes: Keys, shapes: Keys) -> list[Keys]:
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
        np.where(reachable, join(lead, ahead), np.uint64(1)),
        np.where(reachable, join(codes[unit_at], ahead), np.uint64(1)),
        join(unit_behind, exact),
        behind * np.uint64(16) + ahead,
    ]


def _punctuation_columns(codes: Keys, shapes: Keys) -> list[Keys]:
    """Return eight columns: the marks on both sides, and the words that open and close the clause and the list item.

    A list item ends at any mark or number; the last characters of a name (…工程, …产量) tell its type at its start.
    """
    n = len(codes)
    index = np.arange(n)
    everywhere = np.ones(n, bool)
    mark = np.isin(codes, MARKS)
    before, behind = _last(mark), np.minimum(_next(mark, n), n - 1)
    clause = np.isin(codes, CLAUSE_MARKS)
    opened, closed = _last(clause), np.minimum(_next(clause, n), n - 1)
    item = mark | (shapes > 0)
    item_opened, item_closed = _last(item), np.minimum(_next(item, n), n - 1)
    item_end = codes[np.maximum(item_closed - 1, 0)]
    left = _bucket(index - item_opened, everywhere)
    right = _bucket(item_closed - index, everywhere)
    return [
        codes[before] * np.uint64(16) + np.minimum(index - before, 9).astype(np.uint64),
        codes[behind] * np.uint64(16) + np.minimum(behind - index, 9).astype(np.uint64),
        join(pair(codes, opened + 1, opened + 2), _bucket(index - opened, everywhere)),
        join(pair(codes, closed - 1, closed - 2), _bucket(closed - index, everywhere)),
        join(pair(codes, item_closed - 1, item_closed - 2), right),
        join(item_end, left * np.uint64(16) + right),
        join(pair(codes, item_opened + 1, item_opened + 2), left),
        join(item_end, codes[item_closed], codes[item_opened]),
    ]


def _last(flags: NDArray[np.bool_]) -> Ints:
    """Return the index of the last flag at or before each place, 0 when there is none."""
    return np.maximum.accumulate(np.where(flags, np.arange(len(flags)), 0))


def pair(codes: Keys, first: Ints, second: Ints) -> Keys:
    """Return one key for the characters at two places; places outside count as the nearest inside."""
    last = len(codes) - 1
    return codes[np.clip(first, 0, last)] * np.uint64(0x20000) + codes[np.clip(second, 0, last)]


def _quotes(codes: Keys) -> tuple[Keys, Keys]:
    """Return 0 outside of quotes, 1 on a quote, 2 inside; and, for both, the two characters behind the closing quote."""
    n = len(codes)
    opening, closing = np.isin(codes, _OPENING), np.isin(codes, _CLOSING)
    depth: Ints = np.cumsum(opening) - np.cumsum(closing)
    depth = depth - depth[_last(codes == 0)]  # an open quote ends with its document
    state = np.where(opening | closing, 1, np.where(depth > 0, 2, 0)).astype(np.uint64)
    closes = np.minimum(np.minimum(_next(closing, n), _next(codes == 0, n)), n - 3)
    behind = codes[closes + 1] * np.uint64(0x20000) + codes[np.minimum(closes + 2, n - 1)]
    return state, np.where(state > 0, behind * np.uint64(4) + state, np.uint64(0))


def _next(flags: NDArray[np.bool_], n: int) -> Ints:
    """Return the index of the next flag at or behind each place, ``n + 99`` when there is none."""
    return np.minimum.accumulate(np.where(flags, np.arange(n), n + 99)[::-1])[::-1]


def _bucket(distance: Ints, known: NDArray[np.bool_]) -> Keys:
    """Return 0 to 7 for distances 0, 1, 2, 3–4, 5–8, 9–14, 15–24 and more, 8 for unknown."""
    return np.where(known, np.searchsorted(_EDGES, distance, side="right"), 8).astype(np.uint64)
