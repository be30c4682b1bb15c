"""The nearest of many names by character n-grams, and when being near means being the same.

The cosine is that of scikit-learn's ``TfidfVectorizer(analyzer="char", ngram_range=(1, 3))`` over names between marks for their
ends, except that an n-gram which no name has weighs as much as the rarest one, so that a name with words of its own stays far
from all others. It is written out because importing scikit-learn takes longer than all the lookups of a report.
"""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np

_SIZES = (1, 2, 3)
_START, _END = "\x02", "\x03"
_FILLER = re.compile(r"(?:总|额|数|量|值|性|级|年|平均|水平|规模|容量|综合|各类|人数|人次|户数|拥有|办理|完成|实现|建成|建设|改造|任务|和|与|及)*")
_HEADS = "额数量值率比"


class Names:
    """An index of names that is searched by n-grams."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)
        count = max(len(self._names), 1)
        self._grams: dict[str, int] = {}
        held = [(self._grams.setdefault(gram, len(self._grams)), index) for index, name in enumerate(self._names) for gram in _ngrams(name)]
        grams, holders = np.array(held, dtype=np.int64).reshape(-1, 2).T
        pairs, numbers = np.unique(grams * count + holders, return_counts=True)
        grams, self._holders = np.divmod(pairs, count)
        self._starts = np.searchsorted(grams, np.arange(len(self._grams) + 1))
        self._rarest = math.log(1 + len(self._names)) + 1
        self._rarity = self._rarest - np.log(1 + np.diff(self._starts))
        weights = numbers * self._rarity[grams]
        self._weights = weights / np.sqrt(np.bincount(self._holders, weights**2))[self._holders]

    def nearest(self, name: str, *, above: float = 0.0) -> Iterator[tuple[str, float]]:
        """Yield the names whose cosine with this one is above ``above``, nearest first."""
        counts = Counter(_ngrams(name))
        known = {gram: self._grams[gram] for gram in counts if gram in self._grams}
        weights = {gram: number * (self._rarity[known[gram]] if gram in known else self._rarest) for gram, number in counts.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        cosines = np.zeros(len(self._names))
        for gram, number in known.items():
            cells = slice(self._starts[number], self._starts[number + 1])
            cosines[self._holders[cells]] += weights[gram] / length * self._weights[cells]
        found = np.flatnonzero(cosines > above)
        for index in found[np.argsort(-cosines[found], kind="stable")]:
            yield self._names[index], float(cosines[index])


def same_but_for_filler(name: str, other: str) -> bool:
    """Tell whether two names differ in filler words only (总, 平均, 建设 …) and measure the same.

    Any other word stops the match, so that 人均, 农村, 出口, 规模以上, 高技术 or a product's name need no list of their own;
    a number and a rate of the same thing (失业人数, 失业率) differ in their last character.
    """
    if name[-1:] != other[-1:] and name[-1:] in _HEADS and other[-1:] in _HEADS:
        return False
    return all(
        kind == "equal" or (_FILLER.fullmatch(name, i, j) and _FILLER.fullmatch(other, k, m))
        for kind, i, j, k, m in difflib.SequenceMatcher(None, name, other, autojunk=False).get_opcodes()
    )


def _ngrams(name: str) -> list[str]:
    marked = f"{_START}{name}{_END}"
    return [marked[i : i + size] for size in _SIZES for i in range(len(marked) - size + 1) if marked[i : i + size] not in (_START, _END)]
