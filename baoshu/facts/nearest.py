"""The nearest of many names by character n-grams, and when being near means being the same.

The cosine is that of scikit-learn's ``TfidfVectorizer(analyzer="char", ngram_range=(1, 3))`` over names between marks for their
ends, except that an n-gram which no name has weighs as much as the rarest one, so that a name with words of its own stays far
from all others. It is written out because importing scikit-learn takes longer than all the lookups of a report.
"""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter, defaultdict
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
        counts = [_ngrams(name) for name in self._names]
        holders = Counter(gram for grams in counts for gram in grams)
        self._rarest = math.log(1 + len(counts)) + 1
        self._rarity = {gram: self._rarest - math.log(1 + number) for gram, number in holders.items()}
        columns: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for index, grams in enumerate(counts):
            for gram, weight in self._weights(grams).items():
                columns[gram].append((index, weight))
        self._columns = {gram: (np.array([i for i, _ in cells]), np.array([w for _, w in cells])) for gram, cells in columns.items()}

    def nearest(self, name: str, *, above: float = 0.0) -> Iterator[tuple[str, float]]:
        """Yield the names whose cosine with this one is above ``above``, nearest first."""
        cosines = np.zeros(len(self._names))
        for gram, weight in self._weights(_ngrams(name)).items():
            if gram in self._columns:
                indices, weights = self._columns[gram]
                cosines[indices] += weight * weights
        found = np.flatnonzero(cosines > above)
        for index in found[np.argsort(-cosines[found], kind="stable")]:
            yield self._names[index], float(cosines[index])

    def _weights(self, grams: Counter[str]) -> dict[str, float]:
        weights = {gram: number * self._rarity.get(gram, self._rarest) for gram, number in grams.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {gram: weight / length for gram, weight in weights.items()}


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


def _ngrams(name: str) -> Counter[str]:
    marked = f"{_START}{name}{_END}"
    return Counter(marked[i : i + size] for size in _SIZES for i in range(len(marked) - size + 1) if marked[i : i + size] not in (_START, _END))
