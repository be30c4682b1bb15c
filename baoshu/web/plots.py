"""Plots with numeric axes as inline SVG: bars with intervals, and curves."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from baoshu.web.charts import COLORS, FAINT, GRID, INK, Point, draw_line, draw_point, draw_svg, draw_text, shape_of, text_width, ticks


@dataclass(frozen=True, slots=True)
class Bar:
    """A share from 0 to 1 with its 95 % interval; ``other`` is a figure of something else on the same scale, drawn as a diamond."""

    name: str
    value: float
    interval: tuple[float, float] | None = None
    other: float | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """Points joined in order of x; ``spread`` holds the interval of each, or nothing; ``dash`` as SVG has it."""

    name: str
    points: Sequence[tuple[float, float]]
    spread: Sequence[tuple[float, float]] = ()
    dash: str = ""
    color: int = 0


def bar_chart(bars: Sequence[Bar], label: str, *, width: int = 620, other_name: str = "") -> Markup:
    """Return horizontal bars from 0 to 1, each with its value, whiskers for the interval and a diamond for the other figure."""
    left, right, top, step = 16 + 7 * max((text_width(bar.name) for bar in bars), default=0), 56, 30, 34
    height = top + step * len(bars) + 8

    def x(share: float) -> float:
        return left + (width - left - right) * share

    parts = []
    for tenth in range(0, 11, 2):
        parts.append(draw_line(x(tenth / 10), top - 6, x(tenth / 10), height - 6, GRID))
        parts.append(draw_text(x(tenth / 10), top - 12, f"{tenth / 10:.1f}", fill=FAINT))
    for number, bar in enumerate(bars):
        y = top + step * number + 6
        parts.append(draw_text(left - 10, y + 15, bar.name, anchor="end", fill=INK))
        parts.append(f'<rect x="{x(0):.1f}" y="{y}" width="{x(bar.value) - x(0):.1f}" height="20" fill="#7fa8cc"/>')
        if bar.interval is not None:
            low, high = bar.interval
            parts.append(draw_line(x(low), y + 10, x(high), y + 10, INK, width=1.5))
            parts += [draw_line(x(end), y + 5, x(end), y + 15, INK, width=1.5) for end in bar.interval]
        if bar.other is not None:
            parts.append(draw_point(x(bar.other), y + 10, Point(0, 0, f"{other_name} {bar.other:.3f}"), COLORS[1], "diamond"))
        parts.append(draw_text(width - right + 8, y + 15, f"{bar.value:.3f}", anchor="start", fill=INK))
    return draw_svg(width, height, label, parts)


def curve_chart(
    curves: Sequence[Curve], label: str, *, width: int = 620, height: int = 320, log_x: bool = False, diagonal: bool = False,
    x_text: Callable[[float], str] = lambda value: f"{value:g}", y_text: Callable[[float], str] = lambda value: f"{value:g}",
) -> Markup:  # fmt: skip
    """Return curves over a linear or logarithmic axis; ``diagonal`` draws where y is x."""
    points = [point for curve in curves for point in curve.points]
    if not points:
        return Markup("")
    ends = [y for curve in curves for pair in curve.spread for y in pair]
    ys = ticks(min([y for _, y in points] + ends), max([y for _, y in points] + ends))
    low, high = min(x for x, _ in points), max(x for x, _ in points)
    xs = _powers(low, high) if log_x else ticks(low, high)
    start, stop = (math.log(low), math.log(high)) if log_x else (xs[0], xs[-1])
    left, right, top, bottom = 16 + 7 * max(text_width(y_text(mark)) for mark in ys), 26, 14, 34

    def x(value: float) -> float:
        place = math.log(value) if log_x else value
        return left + (width - left - right) * ((place - start) / (stop - start) if stop > start else 0.5)

    def y(value: float) -> float:
        return top + (height - top - bottom) * (ys[-1] - value) / (ys[-1] - ys[0])

    parts = []
    for mark in ys:
        parts.append(draw_line(left, y(mark), width - right, y(mark), GRID))
        parts.append(draw_text(left - 8, y(mark) + 4, y_text(mark), anchor="end", fill=FAINT))
    parts += [draw_text(x(mark), height - 10, x_text(mark), fill=FAINT) for mark in xs]
    if diagonal:
        first, last = max(xs[0], ys[0]), min(xs[-1], ys[-1])
        parts.append(draw_line(x(first), y(first), x(last), y(last), FAINT, dash="4 4"))
    for curve in curves:
        color = COLORS[curve.color % len(COLORS)]
        for before, after in pairwise(curve.points):
            parts.append(draw_line(x(before[0]), y(before[1]), x(after[0]), y(after[1]), color, width=2, dash=curve.dash))
        for (at, _), spread in zip(curve.points, curve.spread, strict=False):
            parts.append(draw_line(x(at), y(spread[0]), x(at), y(spread[1]), color, width=1.5))
        if len(curve.points) <= 60:
            parts += [
                draw_point(x(a), y(b), Point(a, b, f"{curve.name} {x_text(a)} {b:.4g}", hollow=bool(curve.dash)), color, shape_of(curve.color))
                for a, b in curve.points
            ]
    return draw_svg(width, height, label, parts)


def _powers(low: float, high: float) -> list[float]:
    """Return round numbers (1, 2, 5 times powers of ten) between two positive ones, or both where there are none."""
    found = [digit * 10.0**power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1) for digit in (1, 2, 5)]
    return [value for value in found if low <= value <= high] or [low, high]
