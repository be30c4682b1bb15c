"""Word boundaries by a pkuseg model, for whole texts at a time.

spacy-pkuseg looks up a hundred string features a character. A model that was trained without word features
(``spacy_pkuseg.config.wordFeature = False``) needs eight, and those are looked up here for all characters at
once: the same model, the same scores. A model with word features (a downloaded one) is run by spacy-pkuseg itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_TEMPLATES: dict[str, tuple[int, ...]] = {
    "c.": (0,), "c-1.": (-1,), "c1.": (1,), "c-2.": (-2,), "c2.": (2,),
    "c-1c.": (-1, 0), "cc1.": (0, 1), "c-2c-1.": (-2, -1),
}  # fmt: skip
# private-use characters stand for pkuseg's "**Num" and "**Letter"
_NUMBER, _LETTER, _OUTSIDE = "\uf8f0", "\uf8f1", 0x110000
_PIECE = re.compile(r"[\w·%％.]+|\S")
_ARRAYS = ("keys", "weights", "bias", "edges", "starts_word")
Floats = NDArray[np.float32]


class WordSegmenter:
    """Find the words of a text with a ``spacy_pkuseg.pkuseg`` model; ``pkuseg`` is kept only where it has word features."""

    def __init__(self, pkuseg: Any = None, tables: Tables | None = None) -> None:
        """Take a loaded model, or the tables of one."""
        self.tables = tables if pkuseg is None or _has_word_features(pkuseg) else Tables.of_pkuseg(pkuseg)
        self.pkuseg: Any = pkuseg if self.tables is None else None

    def word_starts(self, text: str) -> NDArray[np.int32]:
        """Return, for each character, the offset of the first character of its word; whitespace stands alone.

        Words never cross punctuation or whitespace.
        """
        if self.tables is None:
            return _starts_of(text, self.pkuseg.cut(text))
        pieces = [match.span() for match in _PIECE.finditer(text)]
        begins = np.ones(len(text), dtype=bool)
        long = [(start, end) for start, end in pieces if end - start > 1]
        if long:
            scores = self.tables.scores(text)
            for (start, _), piece in zip(long, _decode(scores, long, self.tables), strict=True):
                begins[start : start + len(piece)] = piece
        return np.maximum.accumulate(np.where(begins, np.arange(len(text), dtype=np.int32), 0))


@dataclass(frozen=True, slots=True)
class Tables:
    """The weights of a pkuseg model as sorted keys and one matrix.

    ``weights`` has a row for each of the ``keys``; ``bias`` is the feature that every character has; ``edges`` has the shape
    (tag before, tag); ``starts_word`` says which tags begin a word; ``normalised`` maps code points to what pkuseg reads for them.
    """

    keys: NDArray[np.uint64]
    weights: Floats
    bias: Floats
    edges: Floats
    starts_word: NDArray[np.bool_]
    normalised: dict[int, int]

    @classmethod
    def of_pkuseg(cls, pkuseg: Any) -> Tables:
        """Read the weights of a loaded model."""
        extractor, model = pkuseg.feature_extractor, pkuseg.model
        n_node = model.n_feature * model.n_tag
        weights = model.w[:n_node].reshape(model.n_feature, model.n_tag)
        edges = model.w[n_node:].reshape(model.n_tag, model.n_tag)  # [tag, tag before]
        keys, features = _feature_keys(list(extractor.feature_to_idx))
        order = np.argsort(keys)
        rows = np.fromiter(extractor.feature_to_idx.values(), dtype=np.int64)[features[order]]
        starts_word = np.array([tag.startswith("B") for tag, _ in sorted(extractor.tag_to_idx.items(), key=lambda item: item[1])])
        names = type(extractor)
        kinds = {"&": names.keywords, _LETTER: names.letter, _NUMBER: set(names.num).difference(names.keywords)}
        normalised = {ord(c): ord(kind) for kind, characters in kinds.items() for c in sorted(characters)}
        return cls(
            keys[order],
            weights[rows].astype(np.float32),
            weights[0].astype(np.float32),  # the feature "$$"
            edges.T.astype(np.float32),
            starts_word,
            normalised,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the arrays, and the normalised characters as two strings."""
        stored: dict[str, Any] = {name: getattr(self, name) for name in _ARRAYS}
        return stored | {"from": "".join(map(chr, self.normalised)), "to": "".join(map(chr, self.normalised.values()))}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Tables:
        """Read what :meth:`to_dict` gave."""
        arrays = {name: stored[name] for name in _ARRAYS}
        return cls(**arrays, normalised=str.maketrans(stored["from"], stored["to"]))

    def scores(self, text: str) -> Floats:
        """Return the node scores, shape (characters, tags)."""
        codes = np.frombuffer(text.translate(self.normalised).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
        padded = np.concatenate([[_OUTSIDE] * 2, codes, [_OUTSIDE] * 2]).astype(np.uint64)
        n = len(codes)
        total = np.repeat(self.bias[None], n, axis=0)
        for number, offsets in enumerate(_TEMPLATES.values()):
            first = padded[2 + offsets[0] : 2 + offsets[0] + n]
            second = padded[2 + offsets[1] : 2 + offsets[1] + n] if len(offsets) > 1 else np.uint64(0)
            keys = _pack(np.uint64(number), first, second)
            found = np.searchsorted(self.keys, keys)
            found[found == len(self.keys)] = 0
            hit = self.keys[found] == keys
            total[hit] += self.weights[found[hit]]
        return total


def _pack(template: Any, first: Any, second: Any) -> Any:
    return (template << np.uint64(48)) | (first << np.uint64(24)) | second


def _feature_keys(features: list[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the keys of pkuseg's features and which features they are; features of other templates are left out.

    A feature is its template and the characters, parted by dots: ``c-1c.水.厂``. All are read at once, as one array of characters.
    """
    joined = "\0".join(["", *features, ""]).replace("**Num", _NUMBER).replace("**Letter", _LETTER)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    bounds = np.flatnonzero(codes == 0)
    starts, lengths = bounds[:-1] + 1, np.diff(bounds) - 1
    keys, found = [], []
    for number, (prefix, offsets) in enumerate(_TEMPLATES.items()):
        shape = prefix if len(offsets) == 1 else f"{prefix} ."  # a blank is any character; the last one stands behind
        chosen = np.flatnonzero(lengths == len(shape) + 1)
        for place, character in enumerate(shape):
            if character != " ":
                chosen = chosen[codes[starts[chosen] + place] == ord(character)]
        first = starts[chosen] + len(prefix)
        keys.append(_pack(np.uint64(number), codes[first], codes[first + 2] if len(offsets) > 1 else np.uint64(0)))
        found.append(chosen)
    return np.concatenate(keys), np.concatenate(found)


def _has_word_features(pkuseg: Any) -> bool:
    return any(feature.startswith(("w1.", "w-1.", "ww.")) for feature in pkuseg.feature_extractor.feature_to_idx)


def _decode(scores: Floats, pieces: list[tuple[int, int]], tables: Tables) -> list[NDArray[np.bool_]]:
    """Viterbi over all pieces side by side; True where a word starts."""
    lengths = np.array([end - start for start, end in pieces])
    n_tag, longest = scores.shape[1], int(lengths.max())
    grid = np.minimum(np.array([start for start, _ in pieces])[:, None] + np.arange(longest)[None], len(scores) - 1)
    nodes = scores[grid]
    best = nodes[:, 0]
    back = np.zeros((longest, len(pieces), n_tag), dtype=np.int8)
    finals = [best]
    for step in range(1, longest):
        candidates = best[:, :, None] + tables.edges[None]
        back[step] = candidates.argmax(1)
        best = candidates.max(1) + nodes[:, step]
        finals.append(best)
    out = []
    for row, length in enumerate(lengths):
        tag = int(finals[length - 1][row].argmax())
        tags = np.empty(length, dtype=np.int8)
        for step in range(length - 1, -1, -1):
            tags[step] = tag
            tag = int(back[step, row, tag])
        begins = tables.starts_word[tags]
        begins[0] = True
        out.append(begins)
    return out


def _starts_of(text: str, words: list[str]) -> NDArray[np.int32]:
    starts = np.arange(len(text), dtype=np.int32)
    position = 0
    for word in words:
        while text[position] != word[0]:
            position += 1
        starts[position : position + len(word)] = position
        position += len(word)
    return starts
