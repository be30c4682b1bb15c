"""Names of places found in a text, as a feature: all names of one length looked up at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from baoshu.divisions import divisions, place_names
from baoshu.pipeline.hashing import code_points, rolling_hash


class Gazetteer:
    """A set of names, found by length with rolling hashes; the longest name at a place wins."""

    def __init__(self, names: Iterable[str]) -> None:
        by_length: dict[int, list[str]] = {}
        for name in sorted(set(names)):
            by_length.setdefault(len(name), []).append(name)
        self._hashes = {
            length: np.sort(rolling_hash(code_points("".join(found)), length)[::length]) for length, found in sorted(by_length.items(), reverse=True)
        }

    def positions(self, codes: NDArray[np.uint64]) -> NDArray[np.uint8]:
        """Return, for each character, 0 outside of names, else 1 first, 2 middle, 3 last character of one.

        :param codes: Code points of the text, as :func:`code_points` gives them.
        """
        out = np.zeros(len(codes), dtype=np.uint8)
        for length, known in self._hashes.items():
            if length > len(codes):
                continue
            hashes = rolling_hash(codes, length)
            found = np.searchsorted(known, hashes)
            found[found == len(known)] = 0
            for start in np.flatnonzero(known[found] == hashes):
                if not out[start : start + length].any():
                    out[start : start + length] = 2
                    out[start] = 1
                    out[start + length - 1] = 3
        return out


def short_names() -> Iterator[str]:
    """Yield the short names of divisions that are no common words (郑州 of 郑州市)."""
    words = _common_words()
    return (division.short for division in divisions() if len(division.short) > 1 and division.short not in words and division.short != division.name)


def _common_words() -> set[str]:
    return set(files("baoshu.data").joinpath("not_places.tsv").read_text(encoding="utf-8").split())


@cache
def other_places() -> dict[str, list[str]]:
    """Return the places that are no divisions (regions, rivers, lakes, mountains, countries …) by kind."""
    lines = files("baoshu.data").joinpath("places.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {kind: names.split() for kind, names in rows}


@cache
def shipped_gazetteer() -> Gazetteer:
    """Return the gazetteer of the package: divisions down to the county, regions, waters, mountains, countries."""
    words = _common_words()
    names = {name for name in place_names() if name not in words}
    return Gazetteer(names.union(*other_places().values()))
