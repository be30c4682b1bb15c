"""The REST endpoints: extraction, pre-annotation, doccano's auto-labelling, health."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import UploadFile

from baoshu import __version__
from baoshu.annotate.rows import utf16_offsets
from baoshu.errors import RequestError
from baoshu.facts.extract import fact_row
from baoshu.pipeline.relations import get_relations, span_rows
from baoshu.web.service import Service


class Entity(BaseModel):
    """A span; ``id`` is unique in the text. End exclusive."""

    id: int
    label: str
    start_offset: int
    end_offset: int


class Link(BaseModel):
    """A link between two entities by their ids."""

    from_id: int
    to_id: int
    type: str


class Text(BaseModel):
    """A text to pre-annotate; other keys come back as they are."""

    model_config = ConfigDict(extra="allow")
    text: str


class Suggested(BaseModel):
    """The text with entities and links. Offsets in code points."""

    model_config = ConfigDict(extra="allow")
    text: str
    entities: list[Entity]
    relations: list[Link]


class DoccanoText(BaseModel):
    """What doccano's custom REST request sends."""

    text: str


class DoccanoSuggested(BaseModel):
    """Entities and links with offsets in UTF-16 units, as doccano counts."""

    entities: list[Entity]
    relations: list[Link]


class ReportText(BaseModel):
    """The text of a report, or of a part of one; the other fields where they are not in its head."""

    model_config = ConfigDict(extra="forbid")
    text: str
    year: int | None = Field(None, description="Year of delivery")
    reported_year: int | None = Field(None, description="Year looked back on; the one before by default")
    place: str | None = Field(None, description="Reporting place")


class Extracted(BaseModel):
    """The clean report and its facts (docs/facts.md); offsets of facts are code points of ``report.text``."""

    model: str
    report: dict[str, Any]
    facts: list[dict[str, Any]]


class Health(BaseModel):
    """Whether the server answers, and with which pipeline."""

    status: Literal["ok"]
    version: str
    model: str | None


_UPLOAD = {
    "type": "object", "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "A txt, docx, pdf or html report"},
        "year": {"type": "integer"}, "reported_year": {"type": "integer"}, "place": {"type": "string"},
    },
}  # fmt: skip
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": ReportText.model_json_schema()}, "multipart/form-data": {"schema": _UPLOAD}},
    }
}


def rest_router(service: Service) -> APIRouter:
    """Return the endpoints over one service."""
    router = APIRouter(tags=["REST"])

    @router.get("/healthz")
    async def healthz() -> Health:
        """Tell that the server is up, and which pipeline it runs."""
        return Health(status="ok", version=__version__, model=service.model)

    @router.post("/suggest")
    async def suggest(row: Text) -> Suggested:
        """Pre-annotate one row: entities and links in code points, old ones replaced."""
        doc = await service.read_text(row.text)
        links = [{"from_id": r.head, "to_id": r.tail, "type": r.type} for r in get_relations(doc)]
        return Suggested.model_validate({**row.model_dump(), "entities": span_rows(doc), "relations": links})

    @router.post("/doccano/suggest")
    async def doccano_suggest(row: DoccanoText) -> DoccanoSuggested:
        """Answer doccano's custom REST request: offsets in UTF-16 units. An empty text has nothing to mark."""
        if not row.text.strip():
            return DoccanoSuggested(entities=[], relations=[])
        doc = await service.read_text(row.text)
        unit = utf16_offsets(row.text)
        entities = [{**one, "start_offset": unit(one["start_offset"]), "end_offset": unit(one["end_offset"])} for one in span_rows(doc)]
        links = [{"from_id": r.head, "to_id": r.tail, "type": r.type} for r in get_relations(doc)]
        return DoccanoSuggested.model_validate({"entities": entities, "relations": links})

    @router.post("/extract", openapi_extra=_BODY)
    async def extract(request: Request) -> Extracted:
        """Read the facts of a report, sent as JSON with its text or uploaded as a file."""
        data, name, about = await _sent(request)
        reading = await service.read_report(data, name, about)
        return Extracted(model=service.model or "", report=asdict(reading.report), facts=[fact_row(fact) for fact in reading.facts])

    return router


async def _sent(request: Request) -> tuple[bytes, str, dict[str, Any]]:
    """Return the bytes of the report, its name, and what is said of it."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        try:
            sent = ReportText.model_validate_json(await request.body())
        except ValidationError as error:
            raise RequestError(
                "/extract", "; ".join(f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['msg']}" for e in error.errors()), '{"text": "…"}'
            ) from error
        return sent.text.encode("utf-8", "surrogatepass"), "text.txt", sent.model_dump(exclude={"text"}, exclude_none=True)
    if kind == "multipart/form-data":
        form = await request.form(max_files=1, max_fields=4)
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise RequestError("/extract", "no file", "a form with the field file")
        try:
            fields = {key: int(str(form[key])) for key in ("year", "reported_year") if form.get(key)}
        except ValueError as error:
            raise RequestError("/extract", f"a year that is no number ({error})", "for example 2025") from error
        return await file.read(), file.filename, fields | ({"place": str(form["place"])} if form.get("place") else {})
    raise UnsupportedKindError("/extract", f"content type {kind or '(none)'}", "application/json or multipart/form-data")


class UnsupportedKindError(RequestError):
    """A body of a kind that no endpoint reads."""
