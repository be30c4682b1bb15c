"""The folder of a server: who is administrator and annotator, what runs where. Only its owner can read it."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baoshu.errors import ServerError
from baoshu.files import atomic_path, read_json

PROCESSES = ("web", "worker")


@dataclass(frozen=True, slots=True)
class Account:
    """A name and its password."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class State:
    """Paths of a server's folder and what is kept there."""

    folder: Path

    def path(self, name: str) -> Path:
        """Return the absolute path of a file or folder in it."""
        return self.folder.absolute() / name

    def create(self) -> None:
        """Make the folder, closed to others; it keeps itself out of git."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        if not self.path(".gitignore").exists():
            self.path(".gitignore").write_text("*\n")
        for name in ("media", "uploads"):
            self.path(name).mkdir(exist_ok=True)

    def read(self) -> dict[str, Any]:
        """Return what the last ``up`` wrote (url, host, port, database, groups), or nothing."""
        path = self.path("server.json")
        return dict(read_json(path)) if path.exists() else {}

    def write(self, values: Mapping[str, Any]) -> None:
        """Replace what :meth:`read` returns."""
        _write_private(self.path("server.json"), values)

    def secret_key(self) -> str:
        """Return Django's secret key of this server; made once."""
        path = self.path("secret.json")
        if not path.exists():
            _write_private(path, {"secret_key": secrets.token_urlsafe(50)})
        return str(read_json(path)["secret_key"])

    def admin(self, *, create: bool = False) -> Account:
        """Return the administrator: ``DOCCANO_USERNAME`` and ``DOCCANO_PASSWORD``, else the file ``admin.json``.

        :param create: Make the file with a random password when there is neither.
        :raises ServerError: when there is neither.
        """
        path = self.path("admin.json")
        username, password = os.environ.get("DOCCANO_USERNAME"), os.environ.get("DOCCANO_PASSWORD")
        if password:
            return Account(username or "admin", password)
        if not path.exists():
            if not create:
                raise ServerError(
                    str(path), "no such file", "it, or DOCCANO_USERNAME and DOCCANO_PASSWORD", "baoshu annotate up, or name the folder with --dir"
                )
            _write_private(path, {"username": username or "admin", "password": secrets.token_urlsafe(15)})
        return Account(**read_json(path))

    def annotators(self) -> dict[str, str]:
        """Return the passwords that were made for annotators, by name."""
        path = self.path("annotators.json")
        return dict(read_json(path)) if path.exists() else {}

    def annotator(self, name: str) -> Account:
        """Return an annotator's account; a random password is made and kept (file mode 600) the first time."""
        known = self.annotators()
        if name not in known:
            self.folder.mkdir(parents=True, exist_ok=True)
            known[name] = secrets.token_urlsafe(9)
            _write_private(self.path("annotators.json"), known)
        return Account(name, known[name])

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Let one process at a time start or stop the server."""
        import fcntl

        with self.path("up.lock").open("w") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield

    def alive(self, name: str) -> bool:
        """Tell whether a process (``web`` or ``worker``) or a child of it lives: they hold a lock as long as they do."""
        import fcntl

        path = self.path(f"{name}.lock")
        if not path.exists():
            return False
        with path.open("w") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False


def _write_private(path: Path, value: Any) -> None:
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    path.chmod(0o600)
