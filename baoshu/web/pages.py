"""Templates, language and login: what all pages share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Form, Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from baoshu.web.guard import COOKIE, Access
from baoshu.web.language import LANGUAGES, choose_language, translator
from baoshu.web.numbers import readable

_YEAR_SECONDS = 31_536_000


def wants_page(request: Request) -> bool:
    """Tell whether a client would rather have a page than JSON."""
    return "text/html" in request.headers.get("accept", "")


class Pages:
    """Renders templates in the language of the reader.

    :param parts: Which parts the server has: ``facts``, ``read``, ``progress``.
    """

    def __init__(self, access: Access, parts: Mapping[str, bool]) -> None:
        self._access = access
        self._parts = parts
        self._templates = Environment(
            loader=PackageLoader("baoshu.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )

    def language(self, request: Request) -> str:
        """Return the language of a request."""
        return choose_language(request.query_params.get("lang"), request.cookies.get("lang"), request.headers.get("accept-language", ""))

    def page(
        self, request: Request, name: str, values: Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> HTMLResponse:
        """Return the page of a template."""
        language = self.language(request)
        base = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]

        def here(**changed: Any) -> str:
            """Return this address with other parameters; None takes one away."""
            kept = [(key, value) for key, value in base if key not in changed]
            query = urlencode(kept + [(key, value) for key, value in changed.items() if value is not None])
            return f"{request.url.path}?{query}" if query else request.url.path

        def without(key: str, value: str) -> str:
            """Return this address without one value of a parameter, on the first page."""
            query = urlencode([(k, v) for k, v in base if (k, v) != (key, value) and k != "page"])
            return f"{request.url.path}?{query}" if query else request.url.path

        def at(path: str, **parameters: Any) -> str:
            query = urlencode([(key, value) for key, value in parameters.items() if value not in (None, "")])
            return f"{path}?{query}" if query else path

        html = self._templates.get_template(f"{name}.html.jinja").render(
            t=translator(language), language=language, languages=LANGUAGES, here=here, without=without, at=at, path=request.url.path,
            parts=self._parts, readable=lambda number: readable(number, language), **values,
        )  # fmt: skip
        response = HTMLResponse(html, status, headers=dict(headers or {}))
        if request.query_params.get("lang") in LANGUAGES:
            response.set_cookie("lang", language, max_age=_YEAR_SECONDS, samesite="strict", httponly=True)
        return response

    def router(self) -> APIRouter:
        """Return the login page; it stands open where reading needs a token."""
        router = APIRouter()

        @router.get("/login")
        def login(request: Request) -> Response:
            return self.page(request, "login", {"wrong": False, "next": request.query_params.get("next", "/")})

        @router.post("/login")
        def enter(request: Request, token: str = Form(""), next: str = Form("/")) -> Response:
            if not self._access.knows(token):
                return self.page(request, "login", {"wrong": True, "next": next}, status=403)
            parsed = urlsplit(next)
            safe = next if next.startswith("/") and not next.startswith(("//", "/\\")) and not parsed.netloc else "/"
            response = RedirectResponse(safe, 303)
            response.set_cookie(COOKIE, self._access.cookie, samesite="strict", httponly=True, secure=request.url.scheme == "https")
            return response

        return router
