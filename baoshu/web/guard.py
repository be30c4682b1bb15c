"""What reaches the application: allowed hosts, bounded bodies, a token or the same origin for writes; strict headers on what leaves it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "baoshu_token"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
OPEN_PATHS = ("/healthz", "/login", "/static/")
_READS = ("GET", "HEAD", "OPTIONS")
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY, "x-content-type-options": "nosniff", "referrer-policy": "same-origin", "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use the server.

    :param hosts: Names that the Host header may carry, without ports.
    :param token: What writes must carry unless they come from the server's own pages; None for none.
    :param closed: Reading needs the token too.
    """

    hosts: Collection[str] = LOOPBACK
    token: str | None = None
    closed: bool = False

    @property
    def cookie(self) -> str:
        """What a browser keeps in place of the token."""
        return hmac.new((self.token or "").encode(), b"baoshu cookie", hashlib.sha256).hexdigest() if self.token else ""

    def knows(self, given: str) -> bool:
        """Tell whether a text is the token, in a time that does not tell how much of it is right."""
        return self.token is not None and hmac.compare_digest(given.encode(), self.token.encode())


def is_loopback(host: str) -> bool:
    """Tell whether an address to listen on can be reached from this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Guard:
    """ASGI middleware; the application sees whole bodies, and ``scope["baoshu_may_write"]``.

    :param max_bytes: Largest body. :param body_seconds: How long a client may take to send it.
    """

    def __init__(self, app: ASGIApp, *, access: Access, max_bytes: int, body_seconds: float) -> None:
        self.app = app
        self.access = access
        self.max_bytes = max_bytes
        self.body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a refused request here, hand the others on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        send = _with_headers(send, cached=scope["path"].startswith("/static/"))
        refusal = self._refusal(scope, headers)
        body = b""
        if refusal is None and scope["method"] not in _READS:
            body, refusal = await self._body(headers, receive)
        if refusal is not None:
            await _refuse(send, scope, *refusal)
            return
        await self.app(scope, _replay(body, receive), send)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str, str] | None:
        host = headers.get("host", "")
        if _name(host) not in self.access.hosts:
            return 421, f"the host {host!r} is not served here", "Allow it with: baoshu serve --allow-host NAME"
        given = headers.get("authorization", "")
        with_token = given.startswith("Bearer ") and self.access.knows(given.removeprefix("Bearer ").strip())
        with_cookie = bool(self.access.token) and hmac.compare_digest(cookie_parser(headers.get("cookie", "")).get(COOKIE, ""), self.access.cookie)
        if self.access.closed and not (with_token or with_cookie or scope["path"].startswith(OPEN_PATHS)):
            return 401, "a token is needed", "Send it as: Authorization: Bearer TOKEN, or open /login in a browser."
        own, foreign = _origin(headers, host)
        if scope["method"] not in _READS and foreign and not with_token:
            return 403, "a page of another origin may not write here", "Send the request from the server's own pages, or with the token."
        scope["baoshu_may_write"] = with_token or (own and (with_cookie or not self.access.token))
        return None

    async def _body(self, headers: Headers, receive: Receive) -> tuple[bytes, tuple[int, str, str] | None]:
        too_large = 413, f"more than {self.max_bytes:,} bytes", "Send a smaller file, or use: baoshu extract"
        declared = headers.get("content-length", "0")
        if not declared.isdigit() or int(declared) > self.max_bytes:
            return b"", too_large
        parts, size = [], 0
        try:
            async with asyncio.timeout(self.body_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return b"", (400, "the body ended early", "Send it again.")
                    parts.append(message.get("body", b""))
                    size += len(parts[-1])
                    if size > self.max_bytes:
                        return b"", too_large
                    if not message.get("more_body"):
                        return b"".join(parts), None
        except TimeoutError:
            return b"", (408, f"the body took longer than {self.body_seconds:g} seconds", "Send it again over a faster connection.")


def _name(host: str) -> str | None:
    """Return the name in a Host header, without its port, or None where there is none."""
    if any(character in host for character in "/?#@\\ "):
        return None
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _origin(headers: Headers, host: str) -> tuple[bool, bool]:
    """Tell whether the headers say that the request comes from an own page, and whether from another one."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None:
        own = origin.lower().partition("://")[2] == host.lower() and site in (None, "same-origin")
        return own, not own
    return site == "same-origin", site in ("cross-site", "same-site")


def _with_headers(send: Send, *, cached: bool) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", "max-age=300" if cached else "no-store")
        await send(message)

    return sending


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def receiving() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiving


async def _refuse(send: Send, scope: Scope, status: int, what: str, hint: str) -> None:
    body = json.dumps({"error": {"where": scope["path"], "what": what, "expected": "", "hint": hint}}, ensure_ascii=False).encode()
    headers: Iterable[tuple[bytes, bytes]] = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    if status == 401:
        headers = [*headers, (b"www-authenticate", b"Bearer")]
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})
