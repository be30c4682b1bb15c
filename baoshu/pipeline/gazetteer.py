"""Names of places found in a text, as a feature: all names of one length looked up at once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baoshu.divisions import place_names

# Short names of counties that are common words: in running text they hardly ever mean the place.
_WORDS = frozenset(
    "资源 新建 振兴 平安 惠民 通道 和政 富裕 和安 新兴 青山 富民 新和 同心 大兴 和县 公安 延长 老城 安居 同德 清水 大新 文山 范县 宁县 平原 兴业 友好 安定 利通 金山 大通 "
    "迁安 首都 安宁 清流 高要 通江 广水 新市 代县 民和 南部 新平 平和 互助 清新 大安 大城 南岸 长治 三河 钢城 小店 宏伟 道里 黄龙 三江 富县 兴县 乐业 大厂 和顺 上高 通山 大名 "
    "固安 盐湖 复兴 方山 路桥 合水 港澳 港澳台 小金 兴文 大田 双城 高台 光明 东方 太平 龙门 宝山 尖山 前锋 向阳 爱民 雨花 芙蓉 天心 "
    "青云 安源 南山 北山 西山 东山 西湖 东湖 南湖 北湖 龙湖 万全 进贤 共和 民权 花园 "
    "大冶".split()
)
_BASE = np.uint64(0x9E3779B97F4A7C15)


class Gazetteer:
    """A set of names, found by length with rolling hashes; the longest name at a place wins."""

    def __init__(self, names: Iterable[str]) -> None:
        by_length: dict[int, list[str]] = {}
        for name in sorted(set(names)):
            by_length.setdefault(len(name), []).append(name)
        self._hashes = {
            length: np.sort(np.array([rolling_hash(code_points(name), length)[0] for name in found], dtype=np.uint64))
            for length, found in sorted(by_length.items(), reverse=True)
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


def code_points(text: str) -> NDArray[np.uint64]:
    """Return the code points of a text, lone surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)


def rolling_hash(codes: NDArray[np.uint64], length: int) -> NDArray[np.uint64]:
    """Return a 64-bit hash for each run of ``length`` characters, shape (characters − length + 1,)."""
    n = len(codes) - length + 1
    out = np.zeros(n, dtype=np.uint64)
    for offset in range(length):
        out = mix(out * _BASE + codes[offset : offset + n])
    return out


def mix(keys: Any) -> Any:
    """Spread the bits of 64-bit keys (the finalizer of SplitMix64, Steele et al. 2014)."""
    keys = keys ^ (keys >> np.uint64(30))
    keys = keys * np.uint64(0xBF58476D1CE4E5B9)
    keys = keys ^ (keys >> np.uint64(27))
    return keys


@cache
def shipped_gazetteer() -> Gazetteer:
    """Return the gazetteer of the package: divisions down to the county, regions, waters, mountains, countries."""
    names = {name for name in place_names() if name not in _WORDS}
    text = files("baoshu.data").joinpath("places.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            names.update(line.split("\t")[1].split())
    return Gazetteer(names)
