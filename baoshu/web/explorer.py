"""The facts explorer: search and facets, a fact in its paragraph, metrics over places and years, targets, reports, downloads."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, RedirectResponse, Response

from baoshu.errors import BaoshuError
from baoshu.store.database import open_database
from baoshu.store.files import write_facts
from baoshu.web import queries
from baoshu.web.feedback import PROBLEMS, FeedbackFile
from baoshu.web.marked import Mark, cut, fact_marks
from baoshu.web.metric_page import metric_view, targets_chart
from baoshu.web.pages import Pages
from baoshu.web.service import Service

DOWNLOADS = {
    "csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "parquet": "application/vnd.apache.parquet",
}  # fmt: skip


def explorer_router(pages: Pages, store: Path | None, service: Service, remarks: FeedbackFile | None) -> APIRouter:
    """Return the pages over a database of facts; without one they say how to get it."""
    router = APIRouter()

    @contextmanager
    def database() -> Iterator[Any]:
        if store is None:
            raise HTTPException(404, "no database of facts")
        with open_database(store) as connection:
            yield connection

    @router.get("/")
    def facts(request: Request) -> Response:
        if store is None:
            return pages.page(request, "no_facts", {})
        filters = queries.parse_filters(_lists(request))
        sort, descending = request.query_params.get("sort", ""), request.query_params.get("desc") == "1"
        page = _number(request.query_params.get("page"), 1, 100_000)
        with database() as connection:
            table, left = queries.narrow(connection, filters)
            count, found = queries.find_facts(connection, left, table=table, sort=sort, descending=descending, page=page)
            facets = queries.count_facets(connection, left, table=table)
            known = {facet: queries.known_values(connection, facet) for facet in ("metric", "place")}
        last = max(1, -(-count // queries.PAGE_ROWS))
        values = {
            "facts": found, "count": count, "page": page, "pages": last, "facets": facets, "filters": filters, "sort": sort,
            "descending": descending, "known": known, "downloads": list(DOWNLOADS), "words": " ".join(filters.words),
        }  # fmt: skip
        return pages.page(request, "facts", values)

    @router.get("/facts.{kind}")
    def download(request: Request, kind: str) -> Response:
        if kind not in DOWNLOADS:
            raise HTTPException(404, f"no download as {kind}; csv, xlsx or parquet")
        filters = queries.parse_filters(_lists(request))
        folder = tempfile.TemporaryDirectory()
        path = Path(folder.name) / f"facts.{kind}"
        try:
            with database() as connection:
                write_facts(path, queries.all_facts(connection, filters), excel=True)
        except BaseException:
            folder.cleanup()
            raise
        return FileResponse(path, media_type=DOWNLOADS[kind], filename=path.name, background=BackgroundTask(folder.cleanup))

    @router.get("/facts/{fact_id}")
    async def fact(request: Request, fact_id: str) -> Response:
        values = await run_in_threadpool(look_up, fact_id)
        here = values["fact"]
        shown = []
        for chunk in values["chunks"]:
            marks = fact_marks(values["by_chunk"][chunk["id"]], chunk["text"], chunk["start"], in_view=fact_id)
            if chunk["id"] == here["chunk_id"] and service.model is not None:
                marks += await _entities(service, chunk["text"])
            shown.append({"pieces": cut(chunk["text"], marks), "here": chunk["id"] == here["chunk_id"]})
        if not shown:
            offset = _sentence_offset(here)
            shown = [{"pieces": cut(here["sentence"], fact_marks([here], here["sentence"], offset, in_view=fact_id)), "here": True}]
        others = [one for one in values["by_chunk"].get(here["chunk_id"], []) if one["fact_id"] != fact_id]
        more = {"shown": shown, "others": others, "problems": PROBLEMS, "remarks": remarks is not None, "done": "noted" in request.query_params}
        return pages.page(request, "fact", values | more)

    def look_up(fact_id: str) -> dict[str, Any]:
        with database() as connection:
            found = queries.read_fact(connection, fact_id)
            if found is None:
                raise HTTPException(404, f"no fact {fact_id}")
            chunks = queries.read_chunks(connection, found["report_id"], around=found["chunk_id"])
            by_chunk = {chunk["id"]: queries.facts_between(connection, found["report_id"], chunk["start"], chunk["end"]) for chunk in chunks}
            return {"fact": found, "chunks": chunks, "by_chunk": by_chunk, "report": queries.read_report(connection, found["report_id"])}

    @router.post("/facts/{fact_id}/feedback")
    def feedback(request: Request, fact_id: str, problem: str = Form(""), proposal: str = Form(""), note: str = Form("")) -> Response:
        if not request.scope.get("baoshu_may_write"):
            raise HTTPException(403, "remarks need the token, or must come from the server's own pages")
        if remarks is None:
            raise HTTPException(404, "this server takes no remarks")
        values = look_up(fact_id)
        chunk = next((one for one in values["chunks"] if one["id"] == values["fact"]["chunk_id"]), None)
        if chunk is None:
            raise HTTPException(409, "the database does not hold the paragraph of this fact")
        remarks.add(values["fact"], chunk, values["by_chunk"][chunk["id"]], {"problem": problem, "proposal": proposal, "note": note})
        return RedirectResponse(f"/facts/{fact_id}?noted=1", 303)

    @router.get("/metrics")
    def metrics(request: Request) -> Response:
        with database() as connection:
            choices = queries.metric_choices(connection)
            view = metric_view(connection, choices, request.query_params, request.query_params.getlist("place"), pages.language(request))
        return pages.page(request, "metrics", {"view": view, "metrics": sorted({one["metric_id"] for one in choices})})

    @router.get("/targets")
    def targets(request: Request) -> Response:
        metric, place = request.query_params.get("metric", ""), request.query_params.get("place", "")
        with database() as connection:
            count, pairs = queries.target_pairs(connection, metric, place)
            known = {facet: queries.known_values(connection, facet) for facet in ("metric", "place")}
        done = [pair for pair in pairs if pair["actual"] is not None]
        values = {
            "count": count, "done": done, "open": [pair for pair in pairs if pair["actual"] is None], "known": known, "metric": metric,
            "place": place, "chart": targets_chart(done, pages.language(request)),
        }  # fmt: skip
        return pages.page(request, "targets", values)

    @router.get("/reports")
    def reports(request: Request) -> Response:
        with database() as connection:
            return pages.page(request, "reports", {"reports": queries.coverage(connection)})

    @router.get("/reports/{report_id:path}")
    def report(request: Request, report_id: str) -> Response:
        with database() as connection:
            found = queries.read_report(connection, report_id)
            if found is None:
                raise HTTPException(404, f"no report {report_id}")
            chunks = queries.read_chunks(connection, report_id)
            facts = queries.facts_between(connection, report_id, 0, 2**40)
        by_chunk: dict[str, list[dict[str, Any]]] = {}
        for one in facts:
            by_chunk.setdefault(one["chunk_id"], []).append(one)
        shown = [{"pieces": cut(c["text"], fact_marks(by_chunk.get(c["id"], ()), c["text"], c["start"])), "heading": _is_heading(c)} for c in chunks]
        return pages.page(request, "report", {"report": found, "shown": shown, "count": len(facts)})

    return router


async def _entities(service: Service, text: str) -> list[Mark]:
    """Return the entities that the pipeline finds now, so that those without a fact are seen too; none when it is busy."""
    try:
        doc = await service.read_text(text)
    except BaoshuError:
        return []
    return [Mark(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents]


def _is_heading(chunk: Mapping[str, Any]) -> bool:
    return bool(chunk["section"]) and chunk["section"][-1] == chunk["text"]


def _sentence_offset(fact: Mapping[str, Any]) -> int:
    """Return where the sentence starts in the report, from the value's first place in it that also fits the subject."""
    sentence, apart = str(fact["sentence"]), int(fact["subject_start"] - fact["start"])
    begin: int = sentence.find(fact["value"])
    while begin >= 0:
        if sentence[max(begin + apart, 0) :].startswith(fact["subject"]):
            break
        begin = sentence.find(str(fact["value"]), begin + 1)
    return int(fact["start"]) - max(begin, 0)


def _lists(request: Request) -> dict[str, list[str]]:
    return {key: request.query_params.getlist(key) for key in request.query_params}


def _number(text: str | None, default: int, most: int) -> int:
    return min(max(int(text), 1), most) if text is not None and text.isascii() and text.isdigit() and len(text) < 9 else default
