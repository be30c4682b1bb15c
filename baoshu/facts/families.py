"""Families of units, and whether a value in a unit can be one of a metric counted in a family."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

_UNITS = {
    "money": "元 元人民币 块 美元 欧元 日元 港元 英镑",
    "people": "人 名 位 户 对 例 口 老 人次 户次 人年 份 人份 剂 剂次",
    "count": (
        "个 家 座 所 件 项 条 处 台 辆 套 张 部 只 头 株 场 种 片 口 间 份 栋 宗 起 例 支 艘 架 款 根 枚 块 级 次 批 列 班 对 组 户 单 眼 袋 棒 册 颗 粒 羽 "
        "尾 枝 幅 盏 村 镇 期 方面 大 门 管 趟 强 本 篇 院 校 团 站 位 头只 航次 架次 艘次 家次 台次 辆次 车次 批次 场次 件次 剂 剂次 重量箱"
    ),
    "ratio": "% ‰ 百分点 倍",
    "area": "亩 M2 平方米 公顷 平方公里 平方千米",
    "length": "公里 千米 米 里 厘米 海里",
    "mass": "吨 斤 公斤 千克 克 担 载重吨 综合吨 总吨 吨公里 吨标准煤 吨标煤 千克标准煤",
    "volume": "立方米 M3 方 升 千升",
    "energy": "千瓦时 度 KWH MWH GWH 吉瓦时 兆瓦时 太瓦时 吨标准煤 吨标煤",
    "power": "千瓦 KW MW GW 吉瓦 兆瓦 瓦 千伏安 兆伏安",
    "time": "年 岁 天 日 小时 个小时 分钟 秒 工作日 个工作日 月 个月 周",
    "density": "微克 毫克",
    "computing": "P PF PFLOPS E EF EFLOPS",
    "class": "类",
    "containers": "标箱 标准箱 箱 TEU",
    "quotient": "",
    "index": "",
}
_POSITIONS = {"位", "名", "位次", "个位次"}

FAMILIES = tuple(_UNITS)


@cache
def families_of(unit: str) -> frozenset[str]:
    """Return the families that a unit belongs to; empty when it is unknown or none is written.

    A unit with a slash (元/人) is a quotient and belongs to the families of what stands before the slash, one with brackets
    (台(套)) to those of what stands before them.
    """
    whole = unit.split("(")[0]
    amount, slash, _ = whole.partition("/")
    found = {family for family, units in _UNITS.items() if amount.upper() in units.split()}
    return frozenset(found | {"quotient"} if slash and amount else found)


def fits(families: Collection[str], unit: str, measure: str | None) -> bool:
    """Tell whether a value in this unit can be said of a metric counted in these families.

    A level or an increment comes in a unit of the metric, so that percentages and multiples fit ratios only; a change may also
    be said in percentage points, multiples or positions. Growth, share and rank fit every metric, an unknown unit fits too.
    """
    found = families_of(unit)
    if not found or measure not in ("level", "increment", "change"):
        return True
    return bool(found.intersection(families)) or (measure == "change" and ("ratio" in found or unit in _POSITIONS))
