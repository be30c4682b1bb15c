"""Features of a span that may be an entity, as a whole: its words, its edges, what stands around it, what competes with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from baoshu.pipeline.candidates import Candidates
from baoshu.pipeline.features import CLAUSE_MARKS, MARKS, pair, word_ends
from baoshu.pipeline.hashing import Keys, StretchHash, code_points, join, mix
from baoshu.pipeline.layers import Ints, Layers

SPAN_FEATURES = 47
_GAP = 8
_WORDS = 7


def span_features(layers: Layers, candidates: Candidates, competitors: Ints) -> Keys:
    """Return hashed features of spans, shape (spans, SPAN_FEATURES); the label is part of each.

    :param candidates: *Offsets:* indices of the joined characters of ``layers``.
    :param competitors: For each span the most probable one that overlaps it, −1 for none.
    """
    codes, tags, shapes = layers.codes, layers.tags, layers.shapes
    start, end, label = candidates.starts, candidates.ends, candidates.labels.astype(np.uint64)
    text = StretchHash(codes)
    first_of, last_of = layers.entries, word_ends(layers.entries)
    word = text.of(first_of, last_of + 1)
    begins = first_of == np.arange(len(codes))
    number = np.cumsum(begins) - 1
    tag_run = StretchHash(tags[begins])
    before, after = start - 1, end
    before_that, after_that = np.maximum(first_of[before] - 1, 0), np.minimum(last_of[after] + 1, len(codes) - 1)
    aligned = begins[start].astype(np.uint64) * 2 + begins[end]
    length, words = end - start, number[end - 1] - number[start] + 1
    opens, closes = word[start] * (aligned > 1), word[end - 1] * (aligned % 2)

    def characters(at: Ints, offset: int, count: int) -> Keys:
        edge = np.clip(at + offset, 0, len(codes) - count)
        return text.of(edge, edge + count)

    rival = np.maximum(competitors, 0)
    rival_start, rival_end = candidates.starts[rival], candidates.ends[rival]
    has_rival = competitors >= 0
    relation = has_rival * join(candidates.labels[rival].astype(np.uint64), _sign(rival_start - start), _sign(rival_end - end))
    strength = (has_rival * candidates.probabilities[rival] * 5).astype(np.uint64)
    next_value, last_value = _nearest((shapes == 1) | (shapes == 4), end), _nearest_before((shapes == 3) | (shapes == 4), start)
    sentence_end = _nearest(np.isin(codes, _SENTENCE_END), end)
    gap = np.where(next_value - end < _GAP, text.of(end, np.clip(next_value, end, np.minimum(end + _GAP, len(codes)))), np.uint64(2))
    gap = np.where(sentence_end < next_value, np.uint64(3), gap)
    columns = [
        np.minimum(length, 12).astype(np.uint64),
        np.minimum(words, 8).astype(np.uint64),
        aligned,
        opens,
        join(tags[start], aligned),
        closes,
        join(tags[end - 1], aligned),
        tag_run.of(number[start], np.minimum(number[end - 1] + 1, number[start] + _WORDS)),
        word[before],
        tags[before],
        word[after],
        tags[after],
        codes[before],
        codes[after],
        join(codes[before], codes[after]),
        text.of(start, end),
        text.of(np.maximum(start, end - 2), end),
        text.of(np.maximum(start, end - 3), end),
        text.of(start, np.minimum(start + 2, end)),
        shapes[before] * 8 + shapes[after],
        relation,
        join(relation, strength),
        has_rival * _difference(text, rival_start, start),
        has_rival * _difference(text, rival_end, end),
        join(
            _count(codes, "“", start, end) - _count(codes, "”", start, end), _count(codes, "、", start, end) > 0, _count(codes, "和", start, end) > 0
        ),
        join(layers.names[start], layers.names[end - 1], _inside(layers.names, start, end)),
        join(tags[before], tags[start]),
        join(tags[end - 1], tags[after]),
        join(codes[end - 1], codes[after]),
        join(codes[before], codes[start]),
        characters(start, -2, 2),
        characters(end, 0, 2),
        characters(end, 0, 4),
        characters(start, -4, 4),
        gap,
        np.where(start - last_value <= _GAP, text.of(np.clip(last_value + 1, 0, start), start), np.uint64(2)),
        join(word[before], word[before_that]),
        join(word[after], word[after_that]),
        *_surroundings(codes, shapes, start, end),
        *_neighbours(codes, candidates),
    ]
    table = np.stack(columns, axis=1)
    kind = (label[:, None] + np.uint64(1)) * np.uint64(64) + np.arange(SPAN_FEATURES, dtype=np.uint64)[None]
    return mix(mix(table + kind * np.uint64(0xD6E8FEB86659FD93)) * np.uint64(0x9E3779B97F4A7C15))  # type: ignore[no-any-return]


def _surroundings(codes: Keys, shapes: Keys, start: Ints, end: Ints) -> list[Keys]:
    """Return six columns: how the list item and the clause around a span begin and end, with the distances."""
    columns: list[Keys] = []
    for marks in (np.isin(codes, MARKS) | (shapes > 0), np.isin(codes, CLAUSE_MARKS)):
        opened, closed = _nearest_before(marks, start), _nearest(marks, end)
        first, last = pair(codes, opened + 1, opened + 2), pair(codes, closed - 2, closed - 1)
        columns += [join(first, _few(start - opened)), join(last, _few(closed - end)), join(first, last)]
    return columns


def _neighbours(codes: Keys, candidates: Candidates) -> list[Keys]:
    """Return three columns: the most probable span right before and right behind in the same list, and both.

    The members of a list mostly are of one label: a name without a word for its kind is known by its neighbours.
    """
    start, end = candidates.starts, candidates.ends
    order = np.argsort(candidates.probabilities, kind="stable")
    strength = (candidates.labels + 1) * 8 + np.minimum((candidates.probabilities * 6).astype(np.int64), 5)
    ending, beginning = np.zeros(len(codes), np.int64), np.zeros(len(codes), np.int64)
    ending[end[order]] = strength[order]  # the last one written is the most probable
    beginning[start[order]] = strength[order]
    listed, opens, closes = np.isin(codes, _LIST_MARKS), codes == np.uint64(ord("“")), codes == np.uint64(ord("”"))
    left = np.where(listed[start - 1], start - 1, -1)
    left = np.where(opens[start - 1] & listed[start - 2] & closes[start - 3], start - 3, left)
    left = np.where(opens[start - 1] & closes[start - 2], start - 2, left)
    right = np.where(listed[end], end + 1, -1)
    right = np.where(closes[end] & listed[end + 1] & opens[end + 2], end + 3, right)
    right = np.where(closes[end] & opens[end + 1], end + 2, right)
    before = np.where(left >= 0, ending[left], 1).astype(np.uint64)
    behind = np.where(right >= 0, beginning[right], 1).astype(np.uint64)
    return [join(before, codes[start - 1]), join(behind, codes[end]), join(before, behind)]


def competitors(candidates: Candidates) -> Ints:
    """Return for each span the most probable other one that overlaps it, −1 for none.

    :param candidates: Sorted by start.
    """
    best = np.full(len(candidates), -1)
    strongest = np.zeros(len(candidates), dtype=np.float32)
    number = np.arange(len(candidates))
    for distance in range(1, len(candidates)):
        left, right = number[:-distance], number[distance:]
        overlaps = candidates.starts[right] < candidates.ends[left]
        if not overlaps.any():
            break
        for one, other in ((left[overlaps], right[overlaps]), (right[overlaps], left[overlaps])):
            better = candidates.probabilities[other] > strongest[one]
            strongest[one[better]] = candidates.probabilities[other[better]]
            best[one[better]] = other[better]
    return best


_LIST_MARKS = code_points("、和及与")
_SENTENCE_END = code_points("。；\0")


def _nearest(flags: NDArray[np.bool_], at: Ints) -> Ints:
    """Return the first flagged index at or behind each place, ``len + 99`` when there is none."""
    places = np.append(np.flatnonzero(flags), len(flags) + 99)
    return places[np.searchsorted(places, at)]


def _nearest_before(flags: NDArray[np.bool_], at: Ints) -> Ints:
    """Return the last flagged index before each place, −99 when there is none."""
    places = np.concatenate([[-99], np.flatnonzero(flags)])
    return places[np.searchsorted(places, at) - 1]


def _count(codes: Keys, character: str, start: Ints, end: Ints) -> Keys:
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(codes == np.uint64(ord(character)), dtype=np.uint64)])
    found: Keys = sums[end] - sums[start]
    return found


def _inside(names: Keys, start: Ints, end: Ints) -> NDArray[np.bool_]:
    outside = np.concatenate([[0], np.cumsum(names == 0)])
    found: NDArray[np.bool_] = outside[end] == outside[start]
    return found


def _few(distance: Ints) -> Keys:
    return np.clip(distance, 0, 9).astype(np.uint64)


def _sign(difference: Ints) -> Keys:
    return (np.sign(difference) + 1).astype(np.uint64)


def _difference(text: StretchHash, one: Ints, other: Ints) -> Keys:
    """Return a hash of the characters between two edges, at most eight, and of which comes first."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    return join(text.of(low, np.minimum(high, low + _GAP)), _sign(one - other))  # type: ignore[no-any-return]
