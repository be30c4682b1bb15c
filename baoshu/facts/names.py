"""Surface names → identities: a metric's id in the shipped registry, a place's code."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_SCOPE = re.compile(r"^(?:全市|全省|全国|全县|全区|我市|我省|全年|地方|累计)+")
_SHORT = (("规上", "规模以上"), ("生产总值总量", "生产总值"))


@dataclass(frozen=True, slots=True)
class Metric:
    """A canonical metric; ``family`` is what it is counted in, ``measure`` what reports mostly say of it."""

    metric_id: str
    family: str
    measure: str
    aliases: tuple[str, ...]


@cache
def metrics() -> dict[str, Metric]:
    """Return the registry by id."""
    found: dict[str, Metric] = {}
    for line in files("baoshu.data").joinpath("metrics.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            metric_id, family, measure, aliases = [*line.split("\t"), ""][:4]
            found[metric_id] = Metric(metric_id, family, measure, tuple(filter(None, aliases.split("|"))))
    return found


@cache
def _by_alias() -> dict[str, str]:
    table: dict[str, str] = {}
    for metric in metrics().values():
        for name in (metric.metric_id, *metric.aliases):
            table.setdefault(normalise_metric(name), metric.metric_id)
    return table


def normalise_metric(name: str) -> str:
    """Return a metric's name in the form that aliases are compared in: NFKC, no quotes or spaces, 规上 written out."""
    text = re.sub(r"[\s“”\"'‘’]", "", unicodedata.normalize("NFKC", name))
    text = _SCOPE.sub("", text)
    for short, long in _SHORT:
        text = text.replace(short, long)
    return text


def metric_id(name: str) -> str | None:
    """Return the id of a metric's surface name, or None when the registry does not know it."""
    return _by_alias().get(normalise_metric(name))
