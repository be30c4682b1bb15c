"""Hashes of characters and of stretches of text, for whole arrays at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
_BASE = np.uint64(0x9E3779B97F4A7C15)
_POWER = np.uint64(0x100000001B3)
_INVERSE = np.uint64(pow(0x100000001B3, -1, 2**64))


def code_points(text: str) -> Keys:
    """Return the code points of a text, lone surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)


def mix(keys: Any) -> Any:
    """Spread the bits of 64-bit keys (the finalizer of SplitMix64, Steele et al. 2014)."""
    keys = keys ^ (keys >> np.uint64(30))
    keys = keys * np.uint64(0xBF58476D1CE4E5B9)
    keys = keys ^ (keys >> np.uint64(27))
    return keys


def join(first: Any, *others: Any) -> Any:
    """Return one key for each row of keys; their order matters."""
    for other in others:
        first = mix(first * _BASE + other)
    return first


def rolling_hash(codes: Keys, length: int) -> Keys:
    """Return a 64-bit hash for each run of ``length`` characters, shape (characters − length + 1,)."""
    n = len(codes) - length + 1
    out = np.zeros(n, dtype=np.uint64)
    for offset in range(length):
        out = mix(out * _BASE + codes[offset : offset + n])
    return out


class StretchHash:
    """Hashes of any stretches of one array, each in constant time (polynomial hash over prefix sums, made free of its position)."""

    def __init__(self, codes: Keys) -> None:
        n = len(codes)
        weights = np.cumprod(np.full(n + 1, _POWER, dtype=np.uint64))
        self._sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mix(codes * np.uint64(31) + np.uint64(7)) * weights[:n])])
        self._inverse = np.cumprod(np.concatenate([np.ones(1, np.uint64), np.full(max(n, 0), _INVERSE)]))

    def of(self, start: NDArray[np.int64], end: NDArray[np.int64]) -> Keys:
        """Return the hash of each stretch, 0 of an empty one; ends are exclusive."""
        found: Keys = (self._sums[end] - self._sums[start]) * self._inverse[start]
        return found
