"""Words and parts of speech by the general dictionary of jieba (350,000 words, shipped inside the wheel of rjieba).

The segmenter knows the words of the annotated reports; the dictionary knows the language outside of them.
"""

from __future__ import annotations

import re

import numpy as np
import rjieba
from numpy.typing import NDArray

_SURROGATES = re.compile("[\ud800-\udfff]")


def tagged_words(text: str) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return, for each character, the offset of the first character of its word, and a number for the word's part of speech."""
    words = rjieba.tag(_SURROGATES.sub("\ufffd", text))
    lengths = np.fromiter((len(word) for word, _ in words), dtype=np.int64, count=len(words))
    tags = np.fromiter((tag_number(tag) for _, tag in words), dtype=np.uint64, count=len(words))
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])[:-1] if len(words) else np.zeros(0, np.int64)
    return np.repeat(starts, lengths), np.repeat(tags, lengths)


def tag_number(tag: str) -> np.uint64:
    """Return the number that stands for a part of speech: its first three letters."""
    return np.uint64(int.from_bytes(tag[:3].encode(), "big"))
