"""Surface names of metrics → ids of the shipped registry."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice

from baoshu.facts.families import fits
from baoshu.facts.nearest import Names, same_but_for_filler

NEAR_ENOUGH = 0.6
_CANDIDATES = 20
_LATIN_IN_BRACKETS = re.compile(r"\([^()\u4e00-\u9fff]*\)")
_PUNCTUATION = re.compile(r"[\s“”\"'‘’「」『』《》()\[\]【】、,·;:—的-]")
_SCOPE = re.compile(r"^(?:[全我本][市省县区州旗盟]|全年|年末|年底|累计|年(?![均度]))+")
_SHORT = tuple(
    (re.compile(pattern), long)
    for pattern, long in (
        (r"规上|规模(?=工业)", "规模以上"),
        (r"限上|限额(?!以上)", "限额以上"),
        (r"GDP|国内生产总值|(?<![区洋业])生产总值", "地区生产总值"),
        (r"(?<!生产)总值", "总额"),
        (r"(?:全社会)?(?:R&D|研究与(?:试验|实验)?发展|研发)", "研发"),
        (r"细颗粒物", "PM2.5"),
        (r"可吸入颗粒物", "PM10"),
        (r"比率|比重|占比", "比例"),
        (r"每?千(?:名|常住)*人口?", "每千人"),
        (r"每?万(?:名|常住)*人口?(?!次)", "每万人"),
        (r"老年人口|老年人|老人", "老年人"),
        (r"12345(?:政务服务)?(?:便民)?(?:服务)?热线", "12345热线"),
        (r"技改", "技术改造"),
        (r"营收", "营业收入"),
        (r"电商", "电子商务"),
        (r"医保", "医疗保险"),
        (r"低保", "最低生活保障"),
        (r"高铁", "高速铁路"),
        (r"非遗", "非物质文化遗产"),
        (r"综保区", "综合保税区"),
        (r"自贸区", "自贸试验区"),
        (r"战新产业", "战略性新兴产业"),
    )
)
_AMOUNT = re.compile(r"(?:总数量|总人数|总户数|总规模|总数|总量|数量|个数|人数|户数|家数|规模|容量|数)$")
_AMOUNT_FAMILIES = {"count", "people", "power", "computing"}
_SPEED = re.compile(r"(?:增长速度|增长率|增速|增幅|涨幅|升幅|降幅)$")


@dataclass(frozen=True, slots=True)
class Metric:
    """A canonical metric; ``families`` are what it is counted in, ``measure`` is what reports mostly say of it."""

    topic: str
    metric_id: str
    families: tuple[str, ...]
    measure: str
    aliases: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The id and all aliases."""
        return (self.metric_id, *self.aliases)


@cache
def metrics() -> dict[str, Metric]:
    """Return the registry by id, in the file's order."""
    found: dict[str, Metric] = {}
    for line in files("baoshu.data").joinpath("metrics.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            topic, metric_id, family, measure, aliases = line.split("\t")
            found[metric_id] = Metric(topic, metric_id, tuple(family.split("|")), measure, tuple(filter(None, aliases.split("|"))))
    return found


def search_metrics(words: str) -> list[Metric]:
    """Return the metrics with these words in a name or the topic, in the file's order; all for no words."""
    normal = normalise_metric(words) or words
    return [
        metric
        for metric in metrics().values()
        if words in metric.topic or any(words in name or normal in normalise_metric(name) for name in metric.names)
    ]


def normalise_metric(name: str) -> str:
    """Return the form that names are compared in: NFKC, no punctuation, no 全市 or 我省 in front, abbreviations written out."""
    text = _LATIN_IN_BRACKETS.sub("", unicodedata.normalize("NFKC", name))
    text = _SCOPE.sub("", _PUNCTUATION.sub("", text).upper())
    for short, long in _SHORT:
        text = short.sub(long, text)
    return text


def metric_id(name: str, unit: str = "", measure: str | None = None) -> str | None:
    """Return the id of a metric's surface name, or None when the registry does not know it.

    :param unit: Unit of the value that is said of it; a level in a unit that contradicts the metric has no id.
    :param measure: What the value says; with growth a name may end in 增速 or the like.
    """
    normal = normalise_metric(name)
    found = _find(_SPEED.sub("", normal) if measure == "growth" and normal not in _by_name() else normal)
    return found if found and fits(metrics()[found].families, unit, measure) else None


def nearest_metric(name: str) -> tuple[str, float] | None:
    """Return the id of the metric with the name nearest to this one and their cosine, however far; None when nothing is shared."""
    near = next(_index().nearest(normalise_metric(name)), None)
    return (_by_name()[near[0]], near[1]) if near else None


def near_metric(normal: str, above: float) -> tuple[str, float] | None:
    """Return the id of the nearest name above this cosine that differs from a normalised one in filler words only, and the cosine."""
    near = islice(_index().nearest(normal, above=above), _CANDIDATES)
    return next(((_by_name()[name], cosine) for name, cosine in near if same_but_for_filler(normal, name)), None)


@cache
def _by_name() -> dict[str, str]:
    return {normalise_metric(name): metric.metric_id for metric in metrics().values() for name in metric.names}


@cache
def _index() -> Names:
    return Names(_by_name())


@lru_cache(maxsize=65_536)
def _find(normal: str) -> str | None:
    """Look a normalised name up: as it is, without a word for its number, then among near names."""
    if exact := _by_name().get(normal):
        return exact
    counted = _by_name().get(_AMOUNT.sub("", normal))
    if counted and _AMOUNT_FAMILIES.intersection(metrics()[counted].families):
        return counted
    near = near_metric(normal, NEAR_ENOUGH)
    return near[0] if near else None
