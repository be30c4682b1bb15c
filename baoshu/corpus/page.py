"""The statistics of the corpus as one self-contained page."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from baoshu.corpus.stats import group_columns
from baoshu.scheme import current_scheme

_STYLE = """
body{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th,td{padding:.3rem .6rem;border-bottom:1px solid #ddd;text-align:right}
th:first-child,td:first-child{text-align:left}figure{margin:2rem 0}svg{width:100%;height:auto}div.wide{overflow-x:auto}
"""


def statistics_page(statistics: Mapping[str, Any]) -> str:
    """Return the page for what :func:`baoshu.corpus.stats.corpus_statistics` counted."""
    groups = statistics["groups"]
    everything, color = groups["all"], current_scheme().colors
    shares = {label: everything["shares"][label] for label in color}
    figures = [
        _figure("Share of each label", [(label, share, f"{share:.1%}", color[label]) for label, share in shares.items()]),
        _figure("Distinct strings", [(label, n, f"{n:,}", color[label]) for label, n in statistics["distinct"].items()]),
        _figure("Reports by year", [(year, n, str(n), "#546E7A") for year, n in statistics["reports_by_year"].items()]),
    ]
    for label, lengths in statistics["span_length"].items():
        bars = [(str(length), lengths.get(length, 0), f"{lengths.get(length, 0):,}", color[label]) for length in range(1, 21)]
        figures.append(_figure(f"Length of {label} in characters (up to 20)", bars))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>baoshu corpus</title><style>{_STYLE}</style><h1>The composed corpus</h1>"
        "<p>The reports are composed for this project; they are not real government work reports.</p>"
        f"{_table(groups)}{''.join(figures)}</html>\n"
    )


def _table(groups: Mapping[str, Mapping[str, Any]]) -> str:
    columns = group_columns()
    head = "".join(f'<th scope="col">{escape(column.replace("_", " "))}</th>' for column in ("kind", *columns))
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>' + "".join(f"<td>{row[column]:,}</td>" for column in columns) + "</tr>"
        for name, row in groups.items()
    )
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _figure(title: str, bars: list[tuple[str, float, str, str]]) -> str:
    """Return a bar chart as inline SVG; each bar is ``(name, size, text, colour)``."""
    most = max((size for _, size, _, _ in bars), default=0) or 1
    parts = []
    for index, (name, size, text, colour) in enumerate(bars):
        y, width = index * 24, 480 * size / most
        parts.append(
            f'<text x="90" y="{y + 16}" text-anchor="end" font-size="13">{escape(str(name))}</text>'
            f'<rect x="100" y="{y + 3}" width="{width:.1f}" height="17" fill="{colour}"/>'
            f'<text x="{106 + width:.1f}" y="{y + 16}" font-size="13">{escape(text)}</text>'
        )
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg viewBox="0 0 660 {len(bars) * 24 + 4}" role="img" '
        f'aria-label="{escape(title)}">{"".join(parts)}</svg></figure>'
    )
