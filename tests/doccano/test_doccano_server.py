"""The server's life: started twice, a taken port, a dead worker, nobody there."""

import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from baoshu.annotate.rows import annotation_to_row
from baoshu.cli.main import main
from baoshu.doccano.client import Doccano
from baoshu.doccano.push import push, round_projects
from baoshu.doccano.server import Status, down, status, up
from baoshu.doccano.state import Account, State
from baoshu.errors import ServerError
from baoshu.files import read_jsonl, write_jsonl

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command in this process; returns exit code, stdout and stderr."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["baoshu", "annotate", *map(str, arguments)])
        try:
            main()
            code = 0
        except SystemExit as caught:
            code = caught.code or 0
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def test_up_twice_is_one_server(state, free_port):
    groups = state.read()["groups"]
    assert up(state) == up(state, port=state.read()["port"]) == state.read()["url"]
    assert state.read()["groups"] == groups
    with pytest.raises(ServerError, match="runs already in this folder"):
        up(state, port=free_port())


def test_a_taken_port_is_an_error_when_it_was_chosen(make_state, free_port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ServerError, match="the port is taken"):
            up(make_state(), port=other.getsockname()[1])


def test_outsiders_get_neither_files_nor_uploads_nor_pages_of_errors(state):
    url = state.read()["url"]
    (state.path("media") / "left.txt").write_text("private")

    def get(path, **options):
        request = urllib.request.Request(url + path, **options)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, response.headers, response.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode("utf-8", "replace")

    assert "private" not in get("/media/left.txt")[2]
    assert get("/v1/projects")[0] == 403
    assert get("/v1/fp/process/", data=b"--x--", headers={"Content-Type": "multipart/form-data; boundary=x"})[0] == 403
    assert get("/v1/fp/fetch/?target=http://127.0.0.1/")[0] == 403
    assert get("/v1/me", headers={"Host": "evil.example"})[0] == 400
    assert "access-control-allow-origin" not in get("/v1/me", headers={"Origin": "http://evil.example"})[1]
    assert "DEBUG = True" not in get("/v1/projects/x/nothing")[2]
    command = Path(f"/proc/{state.read()['groups']['web']}/environ").read_bytes()
    assert state.admin().password.encode() not in command


def test_only_a_proxy_that_is_named_may_send_what_changes_something(state):
    url, admin, cookies = state.read()["url"], state.admin(), CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))

    def post(path, row, origin):
        tokens = {cookie.name: cookie.value for cookie in cookies}
        headers = {"Content-Type": "application/json", "Origin": origin, "X-CSRFToken": tokens.get("csrftoken", "")}
        try:
            return opener.open(urllib.request.Request(url + path, data=json.dumps(row).encode(), headers=headers), timeout=20).status
        except urllib.error.HTTPError as error:
            return error.code

    opener.open(f"{url}/auth", timeout=20)
    assert post("/v1/auth/login/", {"username": admin.username, "password": admin.password}, "https://labels.example") == 200
    assert post("/v1/projects", {}, "https://labels.example") == 400
    assert post("/v1/projects", {}, "https://evil.example") == 403


def test_a_server_that_is_away_is_an_error_within_seconds(make_state, free_port):
    state = make_state()
    begin = time.monotonic()
    with pytest.raises(ServerError, match="no server was started here"):
        Doccano(state, account=Account("a", "b"))
    with pytest.raises(ServerError, match="no connection"), Doccano(state, url=f"http://127.0.0.1:{free_port()}", account=Account("a", "b")):
        pass
    with pytest.raises(ServerError, match=r"no connection|no answer"), Doccano(state, url="http://doccano.invalid", account=Account("a", "b")):
        pass
    assert time.monotonic() - begin < 30


def test_a_server_that_takes_calls_and_never_answers_is_an_error_within_seconds(make_state, free_port):
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        begin = time.monotonic()
        with (
            pytest.raises(ServerError, match="no answer in time"),
            Doccano(make_state(), url=f"http://127.0.0.1:{mute.getsockname()[1]}", account=Account("a", "b")),
        ):
            pass
        assert time.monotonic() - begin < 40


def test_a_worker_killed_in_the_midst_of_an_import_is_said_and_a_second_push_completes(state, settings, batch_of, run, monkeypatch):
    marked = {f"r:{number}": "，".join(f"{{M{i}|税收{number}}}增长{{V>M{i}|{i}%}}" for i in range(1, 11)) for number in range(220)}
    batch = batch_of(marked)
    options = dict(round="killed", annotators=["li"], overlap=0, **settings)
    log = state.path("worker.log")
    begin = log.stat().st_size

    def kill():
        while "import_dataset" not in log.read_text(errors="replace")[begin:].replace(". data_import.celery_tasks.import_dataset", ""):
            time.sleep(0.01)
        os.killpg(state.read()["groups"]["worker"], signal.SIGKILL)

    killer = threading.Thread(target=kill, daemon=True)
    with Doccano(state) as server:
        killer.start()
        started = time.monotonic()
        with pytest.raises(ServerError, match=r"worker is dead.*baoshu annotate up"):
            push(server, batch, **options)
        assert time.monotonic() - started < 60
        killer.join(5)
        assert status(state) == Status(state.read()["url"], web=True, worker=False, answers=False)
        assert run("status", "--dir", state.folder)[:2] == (1, f"{server.url}: the worker is not running; run: baoshu annotate up\n")
        web = state.read()["groups"]["web"]
        assert up(state) == server.url and state.read()["groups"]["web"] == web
        monkeypatch.setattr("baoshu.doccano.push._SETTLE_SECONDS", 4)
        push(server, batch, **options)
        found = server.export(round_projects(server, "killed")["li"], confirmed=False)
    assert {one.chunk_id: one.annotation for one in found} == {a.id: a for a in batch.annotations}
    assert len(found) == 220


def test_the_commands_take_a_round_from_suggestions_to_files(state, run, batch_of, person, tmp_path):
    rows = [{"id": a.id, **annotation_to_row(a)} for a in batch_of({"r:1": "{M1|税收}{V>M1|3亿元}", "r:2": "各位代表："}).annotations]
    source = tmp_path / "suggested.jsonl"
    write_jsonl(source, rows)
    folder = ("--dir", state.folder)
    pushing = ("push", source, "--round", "cli", "--annotators", "赵", "--annotations", ROOT / "annotations", "--json", *folder)
    code, out, err = run(*pushing)
    (pushed,) = json.loads(out)
    assert (code, pushed["annotator"], pushed["added"]) == (0, "赵", 2) and "annotators.json" in err
    person("赵").confirm(pushed["project_id"], person("赵").examples(pushed["project_id"])["r:1"]["id"])
    code, out, err = run("pull", "--round", "cli", "--out", tmp_path / "rounds", "--chunks", source, "--json", *folder)
    assert code == 0 and [(p["annotator"], p["confirmed"], p["total"]) for p in json.loads(out)] == [("赵", 1, 2)]
    assert list(read_jsonl(tmp_path / "rounds" / "cli" / "赵.jsonl")) == [
        {"chunk_id": "r:1"} | annotation_to_row(batch_of({"r:1": "{M1|税收}{V>M1|3亿元}"}).annotations[0])
    ]
    code, out, err = run("status", "--json", *folder)
    assert code == 0
    assert {"project": "cli 赵", "round": "cli", "annotator": "赵", "total": 2, "complete": 1, "remaining": 1} in json.loads(out)["projects"]


def test_a_bad_row_stops_the_push_before_the_upload(state, server, run, tmp_path):
    bad = {"text": "税收", "relations": [], "entities": [{"id": i, "label": "METRIC", "start_offset": 0, "end_offset": 2} for i in (0, 1)]}
    write_jsonl(tmp_path / "bad.jsonl", [{"id": "r:1"} | bad, {"id": "r:2", "text": "各位代表：", "entities": [], "relations": []}])
    before = {project.id for project in server.projects()}
    code, out, err = run(
        "push", tmp_path / "bad.jsonl", "--round", "bad", "--annotators", "li", "--annotations", ROOT / "annotations", "--dir", state.folder
    )
    assert code == 3 and out == "" and "overlaps" in err and "nothing was pushed" in err
    assert {project.id for project in server.projects()} == before
    (failure,) = read_jsonl(tmp_path / "bad.failures.jsonl")
    assert failure["source"].endswith("bad.jsonl:1")


def test_a_round_nobody_pushed_is_an_error(state, run, tmp_path):
    code, _, err = run("pull", "--round", "none", "--out", tmp_path, "--dir", state.folder)
    assert code == 3 and "has no project on this server" in err and not list(tmp_path.iterdir())


def test_down_ends_a_worker_that_hangs_and_up_finds_the_data_again(state, settings, batch_of, monkeypatch, tmp_path):
    assert down(State(tmp_path / "nothing")) == []
    url = state.read()["url"]
    with Doccano(state) as server:
        push(server, batch_of({"r:1": "{M1|税收}{V>M1|3亿元}"}), round="stays", annotators=["li"], overlap=0, **settings)
    monkeypatch.setattr("baoshu.doccano.server._STOP_SECONDS", 3)
    os.killpg(state.read()["groups"]["worker"], signal.SIGSTOP)
    assert down(state) == ["web", "worker"] and down(state) == []
    assert status(state) == Status(url, web=False, worker=False, answers=False)
    assert status(state).problem == "the web process and the worker are not running"
    with pytest.raises(ServerError, match=r"no connection.*baoshu annotate up"), Doccano(state):
        pass
    assert up(state) == url
    with Doccano(state) as server:
        assert len(server.examples(round_projects(server, "stays")["li"])) == 1
