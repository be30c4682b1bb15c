"""The agreement of a round as one self-contained page: figures, and every disagreement in its context."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from baoshu.annotate.describe import KINDS, describe_version
from baoshu.annotate.disputes import Dispute
from baoshu.evaluate import SpanKey, span_keys
from baoshu.scheme import current_scheme
from baoshu.types import Annotation

_WIDTH = 40


@dataclass(frozen=True, slots=True)
class Pair:
    """Two annotators, what :func:`baoshu.annotate.agree.agreement` says of them, and what :func:`~baoshu.annotate.agree.compare` finds."""

    names: tuple[str, str]
    chunks: tuple[Mapping[str, Annotation], Mapping[str, Annotation]]
    figures: Mapping[str, Any]
    disputes: Sequence[Dispute]


def agreement_page(title: str, pairs: Sequence[Pair]) -> str:
    """Return the page; names and texts are escaped, and it loads nothing."""
    scheme = current_scheme()
    environment = Environment(loader=PackageLoader("baoshu.annotate"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("agreement.html.jinja").render(
        title=title, kinds=KINDS, types={name: scheme.titles.get(name, name) for name in _types()}, titles=scheme.titles, colors=scheme.colors, pairs=[_pair(pair) for pair in pairs]
    )  # fmt: skip


def _types() -> tuple[str, ...]:
    return (*current_scheme().labels, *current_scheme().types)


def _pair(pair: Pair) -> dict[str, Any]:
    figures = pair.figures
    kinds = Counter((kind, d.kind) for d in pair.disputes for kind in (*d.types, "LINK" if d.kind == "link" else "ALL"))
    scheme = current_scheme()
    names = {**scheme.titles, "ALL": "全部片段", "LINK": "数值连线", "PLACE_LINK": "、".join(sorted(scheme.place_types)) or "地点连线"}
    groups = {"LINK": [one for one in scheme.types if one not in scheme.place_types], "PLACE_LINK": scheme.place_types}
    rows = []
    for key, name in names.items():
        row = figures[key]
        shares = [f"{row[measure]:.3f}" if measure in row else "" for measure in ("f", "partial", "kappa")]
        counts = [sum(kinds[type_, kind] for type_ in groups.get(key, (key,))) or "" for kind in KINDS]
        rows.append({"name": name, "cells": [*shares, row["gold"], row["pred"], *counts]})
    return {
        "first": pair.names[0], "second": pair.names[1], "rows": rows, "cards": [_card(pair, dispute) for dispute in pair.disputes],
        "chunks": figures["chunks"], "characters": figures["characters"], "kappa": figures["kappa"], "kappa_marked": figures["kappa_marked"],
    }  # fmt: skip


def _card(pair: Pair, dispute: Dispute) -> dict[str, Any]:
    versions = [chunks[dispute.chunk_id] for chunks in pair.chunks]
    text = versions[0].text
    start, end = max(0, dispute.start - _WIDTH), min(len(text), dispute.end + _WIDTH)
    return {
        "chunk_id": dispute.chunk_id, "kind": dispute.kind, "start": dispute.start, "end": dispute.end,
        "types": [_types().index(name) + 1 for name in dispute.types], "cut_before": start > 0, "cut_after": end < len(text),
        "pieces": list(_pieces(text, start, end, [span_keys(version) for version in versions])),
        "versions": [(name, describe_version(dispute, name, text)) for name in pair.names],
    }  # fmt: skip


def _pieces(text: str, start: int, end: int, sides: Sequence[set[SpanKey]]) -> Iterator[dict[str, Any]]:
    """Yield stretches of ``text[start:end]`` under which no span begins or ends, each with the mark of either side above it."""
    agreed = set.intersection(*sides)
    edges = {edge for spans in sides for s, e, _ in spans for edge in (s, e) if start < edge < end}
    cuts = [start, *sorted(edges), end]
    for left, right in pairwise(cuts):
        marks = [next((_mark(span, left, agreed) for span in spans if span[0] <= left < span[1]), None) for spans in sides]
        yield {"text": text[left:right], "marks": marks if any(marks) else None}


def _mark(span: SpanKey, left: int, agreed: set[SpanKey]) -> dict[str, Any]:
    return {"label": span[2], "disputed": span not in agreed, "begins": span[0] == left}
