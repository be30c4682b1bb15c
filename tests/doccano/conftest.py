"""A real doccano server for the session, on a free port; skipped where it cannot be installed."""

import json
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from baoshu.annotate.markup import parse_markup
from baoshu.annotate.rows import annotation_to_row
from baoshu.doccano.client import Doccano
from baoshu.doccano.environment import install, shipped
from baoshu.doccano.labels import read_labels
from baoshu.doccano.push import read_batch
from baoshu.doccano.server import down, up
from baoshu.doccano.state import State
from baoshu.errors import ServerError
from baoshu.files import write_jsonl

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = State(ROOT / ".doccano")


@pytest.fixture(autouse=True, scope="session")
def no_server_from_outside():
    """Keep the accounts and the database of whoever runs the tests out of them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DOCCANO_USERNAME", "DOCCANO_PASSWORD", "DOCCANO_URL", "DATABASE_URL"):
            patch.delenv(name, raising=False)
        patch.setenv("CSRF_TRUSTED_ORIGINS", "https://labels.example")  # as behind a proxy with HTTPS
        yield


@pytest.fixture(scope="session")
def free_port():
    """Return a finder of ports that nobody listens on."""

    def free_port():
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    return free_port


@pytest.fixture(scope="session")
def make_state(tmp_path_factory):
    """Install doccano and its client once a clone; returns a maker of states that share them."""
    ENVIRONMENTS.create()
    try:
        install(ENVIRONMENTS.path("env"), shipped("doccano.lock"))
        install(ENVIRONMENTS.path("client"), shipped("doccano_sync.lock"))
    except ServerError as error:
        pytest.skip(f"doccano cannot be installed: {error.what[:150]}")

    def make_state():
        state = State(tmp_path_factory.mktemp("doccano") / "state")
        state.create()
        for name in ("env", "client"):
            (state.folder / name).symlink_to(ENVIRONMENTS.path(name))
        return state

    return make_state


@pytest.fixture(scope="session")
def state(make_state, free_port):
    """Start the server; returns its folder."""
    state = make_state()
    up(state, port=free_port())
    yield state
    down(state)


@pytest.fixture
def server(state):
    """Return a session of the administrator."""
    with Doccano(state) as session:
        yield session


@pytest.fixture(scope="session")
def settings():
    """Return guideline and labels as the command reads them."""
    labels = read_labels(ROOT / "annotations" / "labels.json")
    return {"guideline": (ROOT / "annotations" / "guideline.md").read_text(encoding="utf-8"), "labels": labels}


@pytest.fixture
def batch_of(tmp_path):
    """Write marked paragraphs as rows of ``baoshu suggest`` and read them as ``push`` does."""

    def batch_of(marked):
        rows = [{"id": chunk, "section": ["一、工作"], **annotation_to_row(parse_markup(text))} for chunk, text in marked.items()]
        failures = []
        write_jsonl(tmp_path / "batch.jsonl", rows)
        batch = read_batch(tmp_path / "batch.jsonl", failures)
        assert not failures
        return batch

    return batch_of


class Person:
    """An annotator's browser: the calls that doccano's pages make."""

    def __init__(self, url, account):
        self.url, self.key = url, None
        self.key = self.post("auth/login/", {"username": account.username, "password": account.password})["key"]

    def request(self, method, path, values=None):
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Token {self.key}"} if self.key else {})
        data = None if values is None else json.dumps(values).encode()
        request = urllib.request.Request(f"{self.url}/v1/{path}", data=data, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as response:
            body = response.read()
        return json.loads(body) if body else None

    def get(self, path):
        return self.request("GET", path)

    def post(self, path, values):
        return self.request("POST", path, values)

    def refused(self, method, path, values=None):
        with pytest.raises(urllib.error.HTTPError) as caught:
            self.request(method, path, values)
        return caught.value.code

    def examples(self, project):
        """Return the examples by chunk id."""
        return {one["meta"]["chunk_id"]: one for one in self.get(f"projects/{project}/examples?limit=1000")["results"]}

    def spans(self, project, example):
        return self.get(f"projects/{project}/examples/{example}/spans")

    def confirm(self, project, *examples):
        """Press the tick; a second press takes it back."""
        for example in examples:
            self.post(f"projects/{project}/examples/{example}/states", {})


@pytest.fixture
def person(state):
    """Return the browser of an annotator that a push made an account for."""
    return lambda name: Person(state.read()["url"], state.annotator(name))
