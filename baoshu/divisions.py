"""Administrative divisions of China down to the county, and the code of a place name."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# Names of divisions that are common words or regions as well: alone they say nothing about a code.
_COMMON_WORDS = frozenset([
    "中原", "城区", "郊区", "新区", "矿区", "合作", "和平", "东区", "西区", "南区", "北区", "新城", "城关", "红旗", "解放", "文化", "建设", "沙区",
    "高新区", "市中", "城中", "路北", "路南", "港口", "前进", "向阳", "东风", "新华", "团结", "长江", "黄河", "海港",
])  # fmt: skip
# Names that mean a sea, lake, river or mountain unless the report is from around the division of that name.
_NATURE = frozenset([
    "太湖", "西湖", "东湖", "东海", "南海", "泰山", "衡山", "恒山", "天山", "千山", "蒙山", "崂山", "太子河", "沙河", "清水河", "右江", "柳江", "怒江", "元江", "嫩江",
])  # fmt: skip
_LEVEL_BY_RANK = {1: "省", 2: "市", 3: "县"}
_ZONES = ("航空港经济综合实验区", "经济技术开发区", "高新技术产业开发区", "综合保税区", "保税区", "自贸片区", "自贸区", "综保区", "高新区", "经开区", "开发区", "新区", "航空港区", "空港", "港区", "港", "国际机场", "机场", "站")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Division:
    """One division; ``rank`` is 1 for provinces, 2 for cities and prefectures, 3 for counties and districts."""

    adcode: str
    name: str
    short: str
    rank: int

    @property
    def level(self) -> str:
        """The level as reports name it: 省, 市 or 县."""
        return _LEVEL_BY_RANK[self.rank]


@cache
def divisions() -> tuple[Division, ...]:
    """Return all divisions, sorted by code."""
    with files("baoshu.data").joinpath("divisions.csv").open(encoding="utf-8") as stream:
        return tuple(Division(row["adcode"], row["name"], row["short"], int(row["rank"])) for row in csv.DictReader(stream))


@cache
def _by_name() -> dict[str, tuple[Division, ...]]:
    table: dict[str, list[Division]] = {}
    for division in divisions():
        for name in {division.name, division.short}:
            table.setdefault(name, []).append(division)
    return {name: tuple(found) for name, found in table.items()}


def place_names() -> Iterable[str]:
    """Yield the full and short names of all divisions, common words left out."""
    return (name for name in _by_name() if name not in _COMMON_WORDS and len(name) > 1)


def find_division(name: str, *, within: str | None = None) -> Division | None:
    """Return the division that a place name means, or None when it means none or several.

    A name that several divisions share is decided by ``within``; full names go before short ones, higher ranks before
    lower ones (吉林 is the province unless the report is from 吉林市's own). A zone or airport counts as
    the division whose name it starts with (新郑综保区 → 新郑市); 太湖 and the like are divisions only in reports of their city.

    :param within: Code of the report's own place; divisions that share its city, then its province, are preferred.
    """
    if not name or name in _COMMON_WORDS:
        return None
    candidates = _by_name().get(name, ())
    if name in _NATURE:
        candidates = tuple(one for one in candidates if within and one.adcode[:4] == within[:4])
        return _choose(candidates, name, within) if candidates else None
    if not candidates and len(name) > 2 and name[-1] in "区县市州旗" and name[:-1] not in _COMMON_WORDS:
        candidates = tuple(one for one in _by_name().get(name[:-1], ()) if one.name.endswith(name[-1]))  # 管城区, 恩施州
    if candidates:
        return _choose(candidates, name, within)
    for cut in range(len(name) - 2, 1, -1):
        head, tail = _by_name().get(name[:cut], ()), _by_name().get(name[cut:], ())
        inside = [low for low in tail for high in head if low.rank > high.rank and low.adcode.startswith(high.adcode[: 2 * high.rank])]
        if inside:
            return _choose(inside, name[cut:], within)
    for zone in _ZONES:
        if name.endswith(zone) and len(name) > len(zone) + 1:
            return find_division(name[: -len(zone)], within=within)
    return None


def _choose(candidates: Iterable[Division], name: str, within: str | None) -> Division | None:
    pool = list(candidates)
    if within:
        for digits in (4, 2):
            near = [one for one in pool if one.adcode[:digits] == within[:digits]]
            if near:
                pool = near
                break
    full = [one for one in pool if one.name == name]
    pool = full or pool
    top = min(one.rank for one in pool)
    pool = [one for one in pool if one.rank == top]
    return pool[0] if len(pool) == 1 else None


def level_of(name: str) -> str | None:
    """Return 国家, 省, 市 or 县 for the place a report is from, by table, else by the ending of its name."""
    if name in ("中国", "全国", "国务院", "中华人民共和国"):
        return "国家"
    division = find_division(name)
    if division and name == division.name:
        return division.level
    for level, endings in (("省", ("省", "自治区")), ("市", ("市", "州", "盟", "地区")), ("县", ("县", "区", "旗"))):
        if name.endswith(endings):
            return level
    return division.level if division else None
