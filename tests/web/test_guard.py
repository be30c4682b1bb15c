"""Who gets in: hosts, tokens, origins, bodies."""

import asyncio

import pytest
from fastapi.testclient import TestClient

from baoshu.web.app import create_app
from baoshu.web.guard import LOOPBACK, Access, Guard, is_loopback
from baoshu.web.service import Limits


@pytest.fixture
def client(database, tmp_path):
    app = create_app(
        database, access=Access(LOOPBACK | {"figures.example"}, "secret", closed=True), feedback=tmp_path / "f.jsonl", limits=Limits(max_bytes=100)
    )
    with TestClient(app, base_url="http://figures.example") as one:
        yield one


@pytest.mark.parametrize(
    "host, loopback",
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.2", False),
        ("example.org", False),
    ],
)
def test_only_addresses_of_this_machine_are_loopback(host, loopback):
    assert is_loopback(host) == loopback


@pytest.mark.parametrize(
    "host, status",
    [
        ("localhost", 200), ("LOCALHOST:8080", 200), ("127.0.0.1:8080", 200), ("[::1]:8080", 200), ("figures.example", 200), ("evil.example", 421),
        ("localhost.evil.example", 421), ("localhost@evil.example", 421), ("evil.example/localhost", 421), ("", 421), ("[::1", 421),
    ],
)  # fmt: skip
def test_only_hosts_of_the_list_are_served(client, host, status):
    assert client.get("/healthz", headers={"host": host}).status_code == status


@pytest.mark.parametrize(
    "headers, status",
    [
        ({}, 401), ({"authorization": "Bearer secret"}, 200), ({"authorization": "Bearer wrong"}, 401), ({"authorization": "Bearer "}, 401), ({"authorization": "Basic secret"}, 401),
        ([("authorization", "Bearer sécret".encode())], 401), ({"cookie": "baoshu_token=secret"}, 401), ({"cookie": "baoshu_token="}, 401),
    ],
)  # fmt: skip
def test_a_closed_server_wants_the_token(client, headers, status):
    assert client.get("/", headers=headers).status_code == status


def test_a_login_gives_a_cookie_that_reads_and_writes_from_own_pages_only(client, fact_ids):
    assert client.post("/login", data={"token": "wrong"}).status_code == 403
    answer = client.post("/login", data={"token": "secret", "next": "//evil.example"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (
        "HttpOnly" in answer.headers["set-cookie"]
        and "samesite=strict" in answer.headers["set-cookie"].lower()
        and "secret" not in answer.headers["set-cookie"]
    )
    address = f"/facts/{fact_ids['青石县-2025', '地区生产总值', '6.2%']}/feedback"
    assert client.get("/").status_code == 200
    assert client.post(address, data={"problem": "value"}).status_code == 403
    assert client.post(address, data={"problem": "value"}, headers={"origin": "http://figures.example"}, follow_redirects=False).status_code == 303


def test_the_token_alone_may_write(client, fact_ids):
    address = f"/facts/{fact_ids['青石县-2025', '地区生产总值', '6.2%']}/feedback"
    headers = {"authorization": "Bearer secret", "origin": "http://elsewhere.example"}
    assert client.post(address, data={"problem": "value"}, headers=headers, follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    "body, headers",
    [(b"x" * 101, {}), ((b"x" * 60 for _ in range(2)), {}), (b"x", {"content-length": "many"})],
    ids=["declared", "chunked", "no number"],
)
def test_a_body_above_the_limit_is_refused(client, body, headers):
    answer = client.post("/suggest", content=body, headers={"authorization": "Bearer secret", "content-type": "application/json"} | headers)
    assert answer.status_code == 413 and answer.json()["error"]["what"] == "more than 100 bytes"


def test_a_body_that_does_not_come_is_not_waited_for():
    sent = []

    async def never():
        await asyncio.sleep(60)

    async def send(message):
        sent.append(message)

    async def app(scope, receive, send):
        raise AssertionError("the request reached the application")

    scope = {"type": "http", "method": "POST", "path": "/suggest", "headers": [(b"host", b"localhost")]}
    asyncio.run(Guard(app, access=Access(), max_bytes=10, body_seconds=0.05)(scope, never, send))
    assert sent[0]["status"] == 408
