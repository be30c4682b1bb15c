"""Start, watch and stop a doccano server of one's own: the web process and the worker that imports and exports."""

from __future__ import annotations

import contextlib
import fcntl
import ipaddress
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from baoshu.doccano.environment import Say, install, shipped, silent
from baoshu.doccano.state import PROCESSES, State
from baoshu.errors import ServerError

_PORTS = range(8000, 8020)
_KEPT = (
    "PATH", "LANG", "LC_ALL", "TMPDIR", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "NO_PROXY", "HTTP_PROXY", "HTTPS_PROXY",
    "CSRF_TRUSTED_ORIGINS",
)  # fmt: skip
_START_SECONDS = 120
_STOP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Status:
    """What lives. ``answers`` is what the server says of itself: the web process, the database and the worker work."""

    url: str | None
    web: bool
    worker: bool
    answers: bool

    @property
    def problem(self) -> str | None:
        """Return what is wrong with a server that should run, or None."""
        dead = [name for name, alive in (("web process", self.web), ("worker", self.worker)) if not alive]
        if dead:
            return f"the {' and the '.join(dead)} {'are' if len(dead) > 1 else 'is'} not running"
        return None if self.answers else "the processes live but do not answer"


def up(state: State, *, host: str = "127.0.0.1", port: int | None = None, say: Say = silent) -> str:
    """Install what is missing and start what does not run; returns the URL once the web process and the worker both answer.

    :param host: Address to listen on; another than loopback opens the server to the network.
    :param port: None takes the first free one from 8000 on.
    :raises ServerError: for a taken port, another address than the running server's, or a process that ends or never answers.
    """
    state.create()
    with state.starting():
        python = install(state.path("env"), shipped("doccano.lock"), say)
        install(state.path("client"), shipped("doccano_sync.lock"), say)  # now, so that a push needs no network
        known = state.read()
        running = [name for name in PROCESSES if state.alive(name)]
        if "web" in running:
            if port not in (None, known.get("port")) or host != known.get("host"):
                raise ServerError(known["url"], "runs already in this folder", "one server a folder", "baoshu annotate down, then up")
        else:
            port = _free_port(host, known.get("port") if port is None else port, chosen=port is not None)
            known |= {"host": host, "port": port, "url": f"http://{_for_url(host)}:{port}"}
        environment = _environment(state, known)
        if not running:
            _set_up(state, python, environment, say)
        state.write(known)
        backend = _backend(state)
        for name, command in _commands(state, f"{_for_url(known['host'])}:{known['port']}").items():
            if name not in running:
                say(f"starting the {name} process")
                known.setdefault("groups", {})[name] = _start(state, name, [str(python), "-m", *command], environment, backend)
                state.write(known)
        _wait_until_it_answers(state, known["url"], say)
        return str(known["url"])


def down(state: State, say: Say = silent) -> list[str]:
    """Stop what runs, by force after ten seconds; returns the names of the stopped processes."""
    if not state.folder.is_dir():
        return []
    with state.starting():
        groups = state.read().get("groups", {})
        running = [name for name in PROCESSES if state.alive(name) and name in groups]
        for send, sign in ((os.kill, signal.SIGTERM), (os.killpg, signal.SIGKILL)):  # the leader ends its children itself
            for name in running:
                if state.alive(name):
                    say(f"stopping the {name} process")
                    with contextlib.suppress(ProcessLookupError):
                        send(groups[name], sign)
            deadline = time.monotonic() + _STOP_SECONDS
            while any(state.alive(name) for name in running) and time.monotonic() < deadline:
                time.sleep(0.1)
        left = [name for name in running if state.alive(name)]
        if left:
            raise ServerError(
                str(state.folder), f"{' and '.join(left)} could not be stopped", "no process", f"See the groups in {state.path('server.json')}"
            )
        return running


def status(state: State) -> Status:
    """Return what lives and whether the server answers, within seconds."""
    url = state.read().get("url") if state.folder.is_dir() else None
    web, worker = (state.alive(name) for name in PROCESSES)
    return Status(url, web, worker, bool(url) and web and worker and _healthy(str(url)))


def _set_up(state: State, python: Path, environment: dict[str, str], say: Say) -> None:
    database = environment["DATABASE_URL"].partition(":")[0]
    before = state.read().get("database", database)
    if before != database:
        raise ServerError(
            str(state.folder), f"set up with {before}, not {database}", f"the same DATABASE_URL ({before})", "Set it, or take another --dir"
        )
    say(f"preparing the database ({database})")
    admin = state.admin(create=True)
    done = subprocess.run(
        [str(python), str(shipped("doccano_setup.py"))],
        input=json.dumps({"username": admin.username, "password": admin.password}), capture_output=True, text=True, env=environment, umask=0o077,
    )  # fmt: skip
    if done.returncode:
        raise ServerError(database, f"the database cannot be prepared ({_last_line(done.stderr)})", "a database that answers", "Check DATABASE_URL")


def _commands(state: State, address: str) -> dict[str, list[str]]:
    gunicorn = f"gunicorn config.wsgi --bind {address} --worker-class gthread --threads 8 --timeout 300 --graceful-timeout 5"
    celery = "celery --app config worker --loglevel info --concurrency 2 --without-gossip --without-mingle"
    return {"web": [*gunicorn.split(), "--worker-tmp-dir", str(state.path("."))], "worker": celery.split()}


def _backend(state: State) -> Path:
    return next(state.path("env/lib").glob("python3.*")) / "site-packages" / "backend"


def _environment(state: State, known: dict[str, object]) -> dict[str, str]:
    """Return the environment of the processes: nothing of ours but what is named here."""
    database = os.environ.get("DATABASE_URL") or f"sqlite:///{state.path('doccano.sqlite3')}"
    known["database"] = known.get("database") or database.partition(":")[0]
    host = str(known["host"])
    return {key: os.environ[key] for key in _KEPT if key in os.environ} | {
        "HOME": str(state.path(".")),
        "PYTHONPATH": f"{shipped('doccano_settings.py').parent}:{_backend(state)}",
        "DJANGO_SETTINGS_MODULE": "doccano_settings",
        "DEBUG": "False",
        "SECRET_KEY": state.secret_key(),
        "DATABASE_URL": database,
        "CELERY_BROKER_URL": f"sqla+sqlite:///{state.path('queue.sqlite3')}",
        "MEDIA_ROOT": str(state.path("media")),
        "BAOSHU_UPLOADS": str(state.path("uploads")),
        "BAOSHU_ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]" if _is_loopback(host) else "*",
    }


def _start(state: State, name: str, command: list[str], environment: dict[str, str], folder: Path) -> int:
    """Start a process group of its own that inherits a lock; returns the group's id."""
    with state.path(f"{name}.lock").open("w") as lock, state.path(f"{name}.log").open("ab") as log:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True, pass_fds=[lock.fileno()], umask=0o077,
        )  # fmt: skip
    return process.pid


def _wait_until_it_answers(state: State, url: str, say: Say) -> None:
    say("waiting until the web process and the worker answer")
    deadline = time.monotonic() + _START_SECONDS
    while not _healthy(url):
        dead = next((name for name in PROCESSES if not state.alive(name)), None)
        if dead or time.monotonic() > deadline:
            log = state.path(f"{dead or 'web'}.log")
            what = f"the {dead} process ended" if dead else f"no answer within {_START_SECONDS} s"
            raise ServerError(url, f"{what} ({_last_line(log.read_text(errors='replace'))})", "a server that answers", f"See {log}")
        time.sleep(0.3)


def _healthy(url: str) -> bool:
    """Ask the server whether its database and its worker work; it tries a task of its own, for three seconds."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/v1/health/?format=json", timeout=15) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _free_port(host: str, wanted: int | None, *, chosen: bool) -> int:
    """Return the wanted port, or the first free one of a range when none was chosen by the user."""
    candidates = [wanted] if chosen else [*([wanted] if wanted else []), *_PORTS]
    for port in candidates:
        if port is not None and _is_free(host, port):
            return port
    raise ServerError(f"{host}:{candidates[-1]}", "the port is taken or not ours", "a free port", "Take another --port, or stop what listens there")


def _is_free(host: str, port: int) -> bool:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _for_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it said nothing"
