"""The page of annotation progress: each annotator, agreement over the rounds, what is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from baoshu.annotate.rounds import progress, stored_agreement
from baoshu.evaluate import score_names
from baoshu.files import read_jsonl
from baoshu.scheme import current_scheme, shipped_scheme
from baoshu.web.charts import Point, Series, legend_mark, line_chart
from baoshu.web.feedback import FeedbackFile
from baoshu.web.language import translator
from baoshu.web.pages import Pages

_NAMES = {"ALL": "progress_all", "LINK": "progress_link", "PLACE_LINK": "progress_place_link"}


def progress_router(pages: Pages, gathered: Callable[[], Mapping[str, Any]] | None, remarks: FeedbackFile | None) -> APIRouter:
    """Return the page; ``gathered`` is called for each view, so that it is as new as the files."""
    router = APIRouter()

    @router.get("/progress")
    def show(request: Request) -> Response:
        if gathered is None:
            raise HTTPException(404, "no annotation rounds here")
        return pages.page(request, "progress", view(gathered(), len(remarks.read()) if remarks else 0, pages.language(request)))

    return router


def gather(rounds: Path, chunks: Path) -> dict[str, Any]:
    """Return ``progress`` over all rounds, and the stored ``agreement`` of each, in the order of their names.

    :param chunks: Rows of everything that is to be annotated; a missing file counts as none.
    """
    rows = read_jsonl(chunks) if chunks.is_file() else ()
    return {"progress": progress(rounds, rows), "agreement": stored_agreement(rounds)}


def view(gathered: Mapping[str, Any], remarks: int, language: str) -> dict[str, Any]:
    """Return what the page shows.

    :param gathered: ``progress``, as :func:`baoshu.annotate.rounds.progress` counts it, and ``agreement`` by round.
    """
    t = translator(language)
    shown = {label: t(label) if label in shipped_scheme().labels else title for label, title in current_scheme().titles.items()}
    found, agreement = gathered["progress"], gathered["agreement"]
    figures = [name for name in score_names() if any(name in one for one in agreement.values())]
    names = {name: shown[name] if name in shown else t(_NAMES.get(name, name)) for name in figures}
    ordered = list(agreement)
    lines = [
        Series(names[name], [Point(number, one[name]["f"], f"{ordered[number]} {names[name]} {one[name]['f']:.3f}") for number, one in
                             enumerate(agreement.values()) if name in one])
        for name in figures
    ]  # fmt: skip
    chart = [
        (kind, line_chart(lines, t("progress_agreement"), "F1", width=width, height=260, tick_text=lambda n: f"{n:.2f}", x_texts=ordered))
        for kind, width in (("wide", 760), ("narrow", 340))
    ]
    rounds = []
    for name, one in found["rounds"].items():
        annotators = [
            {"name": who, **counts, "share": counts["done"] / max(counts["done"] + counts["left"], 1), "links_all": sum(counts["links"].values())}
            for who, counts in one["annotators"].items()
        ]
        rounds.append({"name": name, "chunks": one["chunks"], "annotators": annotators})
    return {
        "progress": found, "rounds": rounds, "agreement": agreement, "figures": names, "chart": chart if len(ordered) > 1 else [], "labels": shown,
        "keys": [(names[name], legend_mark(number)) for number, name in enumerate(figures)], "remarks": remarks,
    }  # fmt: skip
