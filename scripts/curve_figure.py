"""The learning curve of docs/learning_curve.json as an SVG figure."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from html import escape
from pathlib import Path
from statistics import mean
from typing import Any

import typer

from baoshu.files import read_json, write_text

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 720, 420, 60, 30, 60
COLORS = {"pipeline": "#1565C0", "character CRF": "#EF6C00"}
_DASHES = ("", "7 4", "2 4")


def main(
    source: Path = typer.Argument(Path("docs/learning_curve.json"), help="What scripts/learning_curve.py wrote."),
    out: Path = typer.Argument(Path("docs/learning_curve.svg"), help="Figure to write."),
) -> None:
    """Draw micro F1 against characters of training text; points are means over seeds.

    Example: python scripts/curve_figure.py"""
    write_text(out, draw(read_json(source)["points"], COLORS))
    typer.echo(str(out))


def draw(points: list[dict[str, Any]], colors: Mapping[str, str]) -> str:
    """Return the figure: a colour for each system, dash for the texts it is scored on."""
    sets = [key for key in points[0] if isinstance(points[0][key], dict)]
    sizes = sorted({p["characters"] for p in points})
    scores = [p[name]["ALL"] for p in points for name in sets]
    low, high = math.floor(min(scores) * 20) / 20, math.ceil(max(scores) * 20) / 20
    log = math.log

    def x(size: int) -> float:
        share = (log(size) - log(sizes[0])) / (log(sizes[-1]) - log(sizes[0]) or 1)
        return float(_LEFT + share * (_WIDTH - _LEFT - 250))

    def y(score: float) -> float:
        return float(_TOP + (high - score) / (high - low or 1) * (_HEIGHT - _TOP - _BOTTOM))

    parts = []
    for step in range(round((high - low) * 20) + 1):
        score = low + step / 20
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH - 240}" y1="{y(score):.1f}" y2="{y(score):.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y(score) + 4:.1f}" text-anchor="end">{score:.2f}</text>')
    for group in _near(sizes):
        parts.append(f'<text x="{x(group[0]):.1f}" y="{_HEIGHT - _BOTTOM + 20}" text-anchor="middle">{group[0] // 1000}k</text>')
    parts.append(f'<text x="{(_WIDTH - 130) / 2}" y="{_HEIGHT - 14}" text-anchor="middle">characters of training text (log scale)</text>')
    row = 0
    for system, colour in colors.items():
        for name, dash in zip(sets, _DASHES, strict=False):
            found: dict[int, list[float]] = defaultdict(list)
            for p in points:
                if p["system"] == system:
                    found[p["characters"]].append(p[name]["ALL"])
            if not found:
                continue
            # seeds cut the last report at slightly different places: points of nearly one size are drawn together
            line = [(mean(sizes), mean(score for size in sizes for score in found[size])) for sizes in _near(sorted(found))]
            path = " ".join(f"{x(round(size)):.1f},{y(score):.1f}" for size, score in line)
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>')
            parts += [f'<circle cx="{x(round(size)):.1f}" cy="{y(score):.1f}" r="3" fill="{colour}"/>' for size, score in line]
            top = _TOP + 20 * row
            parts.append(
                f'<line x1="{_WIDTH - 230}" x2="{_WIDTH - 200}" y1="{top}" y2="{top}" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
            )
            parts.append(f'<text x="{_WIDTH - 194}" y="{top + 4}">{escape(system)}, {escape(name)}</text>')
            row += 1
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="12" role="img">'
        f'<title>Micro F1 against characters of training text</title><rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _near(sizes: list[int]) -> list[list[int]]:
    """Group sizes that differ by less than a tenth."""
    groups: list[list[int]] = []
    for size in sizes:
        if groups and size < 1.1 * groups[-1][0]:
            groups[-1].append(size)
        else:
            groups.append([size])
    return groups


if __name__ == "__main__":
    typer.run(main)
