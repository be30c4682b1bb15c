"""Charts as inline SVG, without styles or scripts of their own; every text in them is escaped."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

# Okabe & Ito (2008), told apart with colour blindness; black is left for totals. Darkened where white is behind them.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#A5006F", "#8A6D00", "#3B7FB5", "#5B3A8E", "#444444")
_SHAPES = ("circle", "square", "diamond", "triangle")
INK, FAINT, GRID = "#1f2933", "#52606d", "#d9e0e6"


@dataclass(frozen=True, slots=True)
class Point:
    """One figure: where it stands, what it says when pointed at, where it leads; ``hollow`` for targets."""

    x: float
    y: float
    title: str
    href: str = ""
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """A named line of points."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a dot plot: its name and the points on it."""

    name: str
    points: Sequence[Point]


def ticks(low: float, high: float, *, most: int = 6) -> list[float]:
    """Return round numbers that cover a range (steps 1, 2, 2.5, 5 times a power of ten)."""
    size = max(abs(low), abs(high))
    if high - low <= 1e-9 * size or size < 1e-12:
        low, high = (low - 0.1 * size, high + 0.1 * size) if size >= 1e-12 else (0.0, 1.0)
    raw = (high - low) / max(most - 1, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next((s * power for s in (1, 2, 2.5, 5, 10) if s * power >= raw * 0.999), 10 * power)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [float(f"{index * step:.12g}") for index in range(first, last + 1)]


def line_chart(
    series: Sequence[Series], label: str, y_name: str, *, width: int, height: int, tick_text: Callable[[float], str], x_texts: Sequence[str] = ()
) -> Markup:
    """Return lines over years, dotted where years are missing; a series of one point is a point, hollow points are not joined.

    :param x_texts: Names of the places 0, 1, 2 … on the axis, where these are no years.
    """
    points = [point for one in series for point in one.points]
    if not points:
        return Markup("")
    years = sorted({int(point.x) for point in points})
    first, last = years[0], years[-1]
    values = [point.y for point in points]
    marks = ticks(min(values), max(values), most=6 if height > 260 else 5)
    left, right, top, bottom = 16 + 7 * max(text_width(tick_text(m)) for m in marks), 30, 30, 34
    inner_width, inner_height = width - left - right, height - top - bottom

    def x(year: float) -> float:
        return left + (inner_width * (year - first) / (last - first) if last > first else inner_width / 2)

    def y(value: float) -> float:
        return top + inner_height * (marks[-1] - value) / (marks[-1] - marks[0])

    parts = [draw_text(left, 16, y_name, anchor="start", fill=FAINT)]
    for mark in marks:
        parts.append(draw_line(left, y(mark), width - right, y(mark), GRID))
        parts.append(draw_text(left - 8, y(mark) + 4, tick_text(mark), anchor="end", fill=FAINT))
    room = max(1, math.ceil(len(range(first, last + 1)) * 46 / max(inner_width, 1)))
    for year in range(first, last + 1):
        if (last - year) % room == 0:
            parts.append(draw_text(x(year), height - 10, _short(x_texts[year], 12) if x_texts else str(year), fill=FAINT))
    for number, one in enumerate(series):
        color = COLORS[number % len(COLORS)]
        for before, after in pairwise(sorted((point for point in one.points if not point.hollow), key=lambda p: p.x)):
            gap = "" if after.x - before.x <= 1 else "2 4"
            parts.append(draw_line(x(before.x), y(before.y), x(after.x), y(after.y), color, width=2, dash=gap))
        parts.extend(draw_point(x(p.x), y(p.y), p, color, shape_of(number)) for p in sorted(one.points, key=lambda p: not p.hollow))
    return draw_svg(width, height, label, parts)


def dot_plot(rows: Sequence[Row], label: str, x_name: str, *, width: int, tick_text: Callable[[float], str], from_zero: bool = False) -> Markup:
    """Return a Cleveland dot plot: a line for each row, its points joined."""
    values = [point.x for row in rows for point in row.points] + ([0.0] if from_zero else [])
    if not values:
        return Markup("")
    longest = max(text_width(row.name) for row in rows)
    left, right, top, step = min(round(width * 0.42), 16 + 7 * longest), 24, 46, 24
    height = top + step * len(rows) + 12
    marks = ticks(min(values), max(values), most=max(3, (width - left - right) // 90))

    def x(value: float) -> float:
        return left + (width - left - right) * (value - marks[0]) / (marks[-1] - marks[0])

    parts = [draw_text(left, 14, x_name, anchor="start", fill=FAINT)] if x_name else []
    for mark in marks:
        parts.append(draw_line(x(mark), top - 6, x(mark), height - 8, GRID))
        parts.append(draw_text(x(mark), top - 12, tick_text(mark), fill=FAINT, size=11))
    for number, row in enumerate(rows):
        middle = top + step * number + 12
        parts.append(draw_text(left - 10, middle + 4, _short(row.name, (left - 16) // 7), anchor="end", fill=INK))
        ends = [x(point.x) for point in row.points]
        parts.append(draw_line(left, middle, width - right, middle, GRID, dash="1 3"))
        if len(ends) > 1:
            parts.append(draw_line(min(ends), middle, max(ends), middle, FAINT, width=2))
        parts.extend(draw_point(x(p.x), middle, p, COLORS[0], "circle") for p in sorted(row.points, key=lambda p: not p.hollow))
    return draw_svg(width, height, label, parts)


def legend_mark(number: int) -> Markup:
    """Return the mark of the series with this number, for a legend beside the chart."""
    shape = _shape(8, 8, COLORS[number % len(COLORS)], shape_of(number), hollow=False)
    return Markup(f'<svg class="key" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">{shape}</svg>')


def shape_of(number: int) -> str:
    """Return the shape of the marks of the series with this number."""
    return _SHAPES[number % len(_SHAPES)]


def draw_svg(width: int, height: int, label: str, parts: Sequence[str]) -> Markup:
    """Return a chart that says what it shows to those who do not see it."""
    role = "group" if any(part.startswith("<a ") for part in parts) else "img"
    return Markup(
        f'<svg class="chart" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="{role}" aria-label="{escape(label)}" '
        f'font-size="12">{"".join(parts)}</svg>'
    )


def draw_point(x: float, y: float, point: Point, color: str, shape: str) -> str:
    """Draw a point with its title and link."""
    drawn = f"<g>{_shape(x, y, color, shape, hollow=point.hollow)}<title>{escape(point.title)}</title></g>"
    return f'<a href="{escape(point.href)}" tabindex="-1">{drawn}</a>' if point.href else drawn


def _shape(x: float, y: float, color: str, shape: str, *, hollow: bool) -> str:
    paint = f'fill="{"#fff" if hollow else color}" stroke="{color if hollow else "#fff"}" stroke-width="{2 if hollow else 1}"'
    match shape:
        case "square":
            return f'<rect x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9" height="9" {paint}/>'
        case "diamond":
            return f'<path d="M{x:.1f} {y - 6:.1f}l6 6l-6 6l-6 -6z" {paint}/>'
        case "triangle":
            return f'<path d="M{x:.1f} {y - 6:.1f}l6 10.5h-12z" {paint}/>'
        case _:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" {paint}/>'


def draw_line(x1: float, y1: float, x2: float, y2: float, color: str, *, width: float = 1, dash: str = "") -> str:
    """Draw a line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}" stroke-width="{width}"{dashed}/>'


def draw_text(x: float, y: float, text: str, *, anchor: str = "middle", fill: str, size: int = 12) -> str:
    """Draw an escaped text."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" font-size="{size}">{escape(text)}</text>'


def text_width(text: str) -> int:
    """Return the width of a text in half-width characters."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def _short(text: str, units: int) -> str:
    if text_width(text) <= units:
        return text
    kept = ""
    for character in text:
        if text_width(kept + character) > units - 2:
            break
        kept += character
    return kept + "…"
