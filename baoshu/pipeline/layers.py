"""What is known of each character of a batch of documents: its code, its words, their parts of speech, place names, number shapes.

The texts of a batch stand in one array, with gaps of zeros between them, so that nothing reaches from one into another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from baoshu.pipeline.gazetteer import shipped_gazetteer
from baoshu.pipeline.hashing import Keys, code_points
from baoshu.pipeline.lexicon import tagged_words
from baoshu.pipeline.shapes import value_shapes
from baoshu.pipeline.tokenizer import WORDS_KEY

GAP = 6
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，；"}  # full-width digits and letters
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Layers:
    """Arrays over the joined characters of a batch.

    ``codes`` holds code points, full width as plain and every digit as 0; ``words`` and ``entries`` the index of the first character of the
    word by the segmenter and by the dictionary; ``tags`` the part of speech; ``names`` and ``shapes`` the places in names of the
    gazetteer and in numbers. ``offsets`` says where each text begins.
    """

    texts: tuple[str, ...]
    offsets: Ints
    codes: Keys
    words: Ints
    entries: Ints
    tags: Keys
    names: Keys
    shapes: Keys

    def rows(self) -> Ints:
        """Return the indices of the texts' characters, gaps left out."""
        lengths = np.array([len(text) for text in self.texts])
        return np.arange(lengths.sum()) + np.repeat(GAP * np.arange(1, len(lengths) + 1), lengths)


def read_layers(docs: Sequence[Doc], *, words: bool = True) -> Layers:
    """Return the layers of documents whose tokens are single code points.

    :param words: Use the words of the segmenter in ``doc.user_data``; without them each character is a word.
    """
    texts = tuple(doc.text for doc in docs)
    gap = "\0" * GAP
    joined = (gap + gap.join(texts) + gap).translate(_PLAIN)
    codes = code_points(joined)
    segmented, entries, tags = np.arange(len(codes)), np.arange(len(codes)), np.zeros(len(codes), np.uint64)
    offsets = np.cumsum([GAP, *(len(text) + GAP for text in texts[:-1])])
    for doc, text, offset in zip(docs, texts, offsets.tolist(), strict=True):
        place = slice(offset, offset + len(text))
        found = doc.user_data.get(WORDS_KEY) if words else None
        if found is not None:
            segmented[place] = found + offset
        begins, tags[place] = tagged_words(joined[place])
        entries[place] = begins + offset
    return Layers(
        texts,
        offsets,
        np.where((codes >= 48) & (codes <= 57), np.uint64(48), codes),
        segmented,
        entries,
        tags,
        _names(codes, segmented),
        value_shapes(joined).astype(np.uint64),
    )


def _names(codes: Keys, words: Ints) -> Keys:
    """Return the places of characters in names of the gazetteer: 1 2 3 for first, middle, last, 4 5 6 where the name ends with words on both sides."""
    positions = shipped_gazetteer().positions(codes)
    opens_word = words == np.arange(len(codes))
    firsts, lasts = np.flatnonzero(positions == 1), np.flatnonzero(positions == 3)
    aligned = opens_word[firsts] & opens_word[np.minimum(lasts + 1, len(codes) - 1)]
    number = np.cumsum(positions == 1) - 1
    inside = positions > 0
    positions[inside] += (3 * aligned[number[inside]]).astype(np.uint8)
    return positions.astype(np.uint64)
