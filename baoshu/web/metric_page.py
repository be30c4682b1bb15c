"""One metric over places and years, and targets against outcomes: which figures to draw, and the charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from baoshu.web import queries
from baoshu.web.charts import Point, Row, Series, dot_plot, legend_mark, line_chart
from baoshu.web.language import translator
from baoshu.web.numbers import readable

WIDE, NARROW = 620, 340
_LINES, _ROWS = 8, 30


def metric_view(
    connection: Any, choices: Sequence[Mapping[str, Any]], asked: Mapping[str, str], places: Sequence[str], language: str
) -> dict[str, Any]:
    """Return what the page of metrics shows.

    :param choices: From :func:`baoshu.web.queries.metric_choices`.
    :param asked: ``metric``, ``series`` (measure and unit) and ``year``; what is not among the choices gives the widest known.
    :param places: To draw over the years; without any the places with most figures.
    """
    metric = asked.get("metric") or (choices[0]["metric_id"] if choices else "")
    series = [one for one in choices if one["metric_id"] == metric]
    if not series:
        return {"metric": metric, "series": [], "points": []}
    t = translator(language)
    names = {f"{one['measure']} {one['unit']}".strip(): one for one in series}
    name = asked.get("series") if asked.get("series") in names else next(iter(names))
    chosen = names[str(name)]
    unit = chosen["unit"]
    points = queries.metric_points(connection, metric, chosen["measure"], unit)
    counts = Counter(point["place"] for point in points)
    drawn = [place for place in dict.fromkeys(places) if place in counts][:_LINES] or [place for place, _ in counts.most_common(_LINES)]
    years = Counter(point["year"] for point in points)
    year = int(asked["year"]) if asked.get("year", "").isdigit() and int(asked["year"]) in years else max(years, key=lambda y: (years[y], y))

    def point(one: Mapping[str, Any], x: float, y: float) -> Point:
        title = f"{one['place']} {one['year']} {t(one['status'])} {one['value']}"
        return Point(x, y, title, f"/facts/{one['fact_id']}", one["status"] == "target")

    lines = [Series(place, [point(one, one["year"], one["number"]) for one in points if one["place"] == place]) for place in drawn]
    by_place: dict[str, list[Point]] = {}
    for one in sorted((p for p in points if p["year"] == year), key=lambda p: (p["status"] == "target", -p["number"])):
        by_place.setdefault(one["place"], []).append(point(one, one["number"], 0))
    rows = [Row(place, found) for place, found in list(by_place.items())[:_ROWS]]
    unit_text = f"{t(chosen['measure'])} {unit}".strip()
    label = f"{metric} {unit_text}"

    def text(number: float) -> str:
        return readable(number, language)

    return {
        "metric": metric, "series": [(key, t(one["measure"]), one["unit"], one["places"]) for key, one in names.items()], "name": name, "unit": unit,
        "points": points, "places": list(counts), "drawn": drawn, "years": sorted(years, reverse=True), "year": year,
        "keys": [(place, legend_mark(number)) for number, place in enumerate(drawn)],
        "over_years": _both(lambda width: line_chart(lines, label, unit_text, width=width, height=340 if width == WIDE else 280, tick_text=text)),
        "by_place": _both(lambda width: dot_plot(rows, f"{label} {year}", unit_text, width=width, tick_text=text)), "rows": len(rows),
    }  # fmt: skip


def targets_chart(pairs: Sequence[Mapping[str, Any]], language: str) -> list[tuple[str, Markup]]:
    """Return a dot plot of targets (hollow) and outcomes for pairs in percent, the newest first; nothing where there is none."""
    t = translator(language)
    rows = []
    for pair in [pair for pair in pairs if pair["unit"] == "%"][:_ROWS]:
        points = [
            Point(pair["target"], 0, f"{t('target')} {pair['target_value']}", f"/facts/{pair['target_fact_id']}", hollow=True),
            Point(pair["actual"], 0, f"{t('actual')} {pair['actual_value']}", f"/facts/{pair['actual_fact_id']}"),
        ]
        rows.append(Row(f"{pair['place']} {pair['metric_id']} {pair['period']}", points))
    return _both(lambda width: dot_plot(rows, t("targets_title"), "%", width=width, tick_text=lambda n: readable(n, language))) if rows else []


def _both(draw: Any) -> list[tuple[str, Markup]]:
    """Draw for a desk and for a phone; the style sheet shows one of them."""
    return [("wide", draw(WIDE)), ("narrow", draw(NARROW))]
