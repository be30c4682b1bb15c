"""What a metric of the registry is counted in, beside the unit of a fact."""

from __future__ import annotations

from baoshu.facts.families import families_of, fits
from baoshu.facts.names import metric_id, metrics
from baoshu.types import Fact

_USUAL = {
    "money": "元", "people": "人", "count": "个、家", "ratio": "%", "area": "亩、平方米", "length": "公里", "mass": "吨", "volume": "立方米", "energy": "千瓦时、吨标准煤",
    "power": "千瓦", "time": "年、天", "density": "微克/立方米", "computing": "P", "class": "类", "containers": "标箱",
}  # fmt: skip
_THINGS = frozenset({"count", "length", "area", "volume"})


def families(fact: Fact) -> tuple[str, ...]:
    """Return the families of units of the fact's metric, looked up by its name alone; none for a name that the registry does not know."""
    metric = metrics().get(metric_id(fact.subject) or "") if fact.subject_type == "METRIC" else None
    return metric.families if metric else ()


def wanted_unit(fact: Fact) -> str | None:
    """Return the usual units of the fact's metric when that of a level or an increment is of another family.

    Things are counted and measured alike: 高速公路 8条, 堤防 40宗.
    """
    known = families(fact)
    if not known or fact.measure not in ("level", "increment") or fits(known, fact.unit, fact.measure):
        return None
    if _THINGS.intersection(known) and _THINGS.intersection(families_of(fact.unit)):
        return None
    return "、".join(_USUAL[family] for family in known if family in _USUAL) or None
