"""What a metric of the registry is counted in, beside the unit of a fact."""

from __future__ import annotations

import re

from baoshu.facts.names import metric_id, metrics
from baoshu.types import Fact

_UNITS = {
    "money": ("元", re.compile(r"元|币|美金|镑")),
    "ratio": ("%", re.compile(r"[%‰/]|百分点|^$")),
    "people": ("人", re.compile(r"[人名户岗]")),
    "mass": ("吨、斤", re.compile(r"[吨斤克石担]")),
    "area": ("亩、平方米", re.compile(r"亩|公顷|平方")),
    "density": ("微克/立方米", re.compile(r"克")),
    "count": ("家、个", re.compile(r"[家户个所座处项条件名人支]")),
}


def family(fact: Fact) -> str | None:
    """Return the family of units of the fact's metric, None for a name that the registry does not know."""
    metric = metrics().get(metric_id(fact.subject) or "") if fact.subject_type == "METRIC" else None
    return metric.family if metric else None


def wanted_unit(fact: Fact) -> str | None:
    """Return the usual unit of the fact's metric when that of a level or an increment is of another family."""
    known = _UNITS.get(family(fact) or "")
    if known is None or fact.measure not in ("level", "increment") or known[1].search(fact.unit):
        return None
    return known[0]
