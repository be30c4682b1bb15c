"""The application: pages and REST over a database of facts and a pipeline, both handed in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from spacy.language import Language
from starlette.exceptions import HTTPException
from starlette.responses import Response

from baoshu import __version__
from baoshu.errors import AnnotationError, BaoshuError, BusyError, ModelError, OutputError, ReportError, RequestError, StoreError
from baoshu.web.explorer import explorer_router
from baoshu.web.feedback import FeedbackFile
from baoshu.web.guard import Access, Guard
from baoshu.web.pages import Pages, wants_page
from baoshu.web.progress import progress_router
from baoshu.web.reader import reader_router
from baoshu.web.rest import UnsupportedKindError, rest_router
from baoshu.web.service import Limits, Service, TimeLimitError, TooLongError

_STATUS: tuple[tuple[type[BaoshuError], int], ...] = (
    (BusyError, 503), (TimeLimitError, 504), (TooLongError, 413), (UnsupportedKindError, 415), (RequestError, 422), (ReportError, 422),
    (AnnotationError, 422), (OutputError, 422), (ModelError, 503), (StoreError, 503),
)  # fmt: skip


def create_app(
    store: Path | None, nlp: Language | None = None, *, access: Access | None = None, limits: Limits | None = None,
    feedback: Path | None = None, progress: Callable[[], Mapping[str, Any]] | None = None,
) -> FastAPI:  # fmt: skip
    """Return the application.

    :param store: A DuckDB database of facts, opened for each question; None for none.
    :param nlp: The pipeline for ``/extract``, ``/suggest`` and the page that reads texts; None for none.
    :param access: Who may use it; by default this machine alone.
    :param feedback: The JSONL file for remarks on facts; None takes none.
    :param progress: Returns what :func:`baoshu.web.progress.gather` does; None for no such page.
    """
    limits = limits or Limits()
    access = access or Access()
    service = Service(nlp, limits)
    remarks = FeedbackFile(feedback) if feedback is not None else None
    pages = Pages(access, {"facts": store is not None, "read": nlp is not None, "progress": progress is not None})

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        service.close()

    app = FastAPI(title="baoshu 报数", version=__version__, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.include_router(rest_router(service))
    app.include_router(explorer_router(pages, store, service, remarks), include_in_schema=False)
    app.include_router(reader_router(pages, service), include_in_schema=False)
    app.include_router(progress_router(pages, progress, remarks), include_in_schema=False)
    app.include_router(pages.router(), include_in_schema=False)
    app.mount("/static", StaticFiles(directory=str(files("baoshu.web").joinpath("static"))), name="static")
    _answer_errors(app, pages)
    app.add_middleware(Guard, access=access, max_bytes=limits.max_bytes, body_seconds=limits.body_seconds)
    return app


def _answer_errors(app: FastAPI, pages: Pages) -> None:
    def answer(request: Request, status: int, error: BaoshuError) -> Response:
        headers = {"retry-after": "2"} if status == 503 else {}
        if wants_page(request):
            return pages.page(request, "error", {"error": error, "status": status}, status=status, headers=headers)
        body = {"error": {"where": error.where, "what": error.what, "expected": error.expected, "hint": error.hint}}
        return JSONResponse(body, status, headers=headers)

    @app.exception_handler(BaoshuError)
    async def known(request: Request, error: BaoshuError) -> Response:
        return answer(request, next((status for kind, status in _STATUS if isinstance(error, kind)), 500), error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        what = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        return answer(request, 422, RequestError(request.url.path, what, "what /openapi.json describes"))

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        return answer(request, error.status_code, RequestError(request.url.path, str(error.detail)))
