"""The page that reads a pasted text or a dropped file, and shows its facts and marks."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from baoshu.errors import BaoshuError, RequestError
from baoshu.facts.extract import fact_row
from baoshu.web.marked import Mark, cut, fact_marks
from baoshu.web.pages import Pages
from baoshu.web.service import Reading, Service


def reader_router(pages: Pages, service: Service) -> APIRouter:
    """Return the page, and what its form is sent to."""
    router = APIRouter()

    def page(request: Request, values: dict[str, Any], status: int = 200) -> Response:
        empty = {"reading": None, "problem": None, "text": "", "year": "", "place": "", "model": service.model}
        return pages.page(request, "read", empty | values, status=status)

    @router.get("/read")
    def form(request: Request) -> Response:
        return page(request, {})

    @router.post("/read")
    async def read(request: Request) -> Response:
        sent = await request.form(max_files=1, max_fields=5, max_part_size=service.limits.max_bytes)
        values = {key: str(sent.get(key) or "").strip() for key in ("text", "year", "place")}
        about: dict[str, Any] = {"place": values["place"]} if values["place"] else {}
        try:
            if values["year"]:
                if not (values["year"].isascii() and values["year"].isdigit()):
                    raise RequestError("year", values["year"], "2025")
                about["year"] = int(values["year"])
            file = sent.get("file")
            if isinstance(file, UploadFile) and file.filename:
                reading = await service.read_report(await file.read(), file.filename, about)
            else:
                reading = await service.read_report(values["text"].encode("utf-8", "surrogatepass"), "text.txt", about)
        except BaoshuError as error:
            return page(request, values | {"problem": error}, 422)
        return page(request, values | {"reading": _shown(reading)})

    return router


def _shown(reading: Reading) -> dict[str, Any]:
    facts = [fact_row(fact) | {"corrected": False} for fact in reading.facts]
    by_chunk: dict[str, list[dict[str, Any]]] = {}
    for fact in facts:
        by_chunk.setdefault(fact["chunk_id"], []).append(fact)
    paragraphs = []
    for chunk, spans in zip(reading.chunks, reading.spans, strict=True):
        marks = fact_marks(by_chunk.get(chunk.id, []), chunk.text, chunk.start, link="#fact-")
        paragraphs.append(cut(chunk.text, [*marks, *(Mark(start, end, label) for start, end, label in spans)]))
    return {"report": reading.report, "facts": facts, "paragraphs": paragraphs}
