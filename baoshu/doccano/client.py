"""A session on a doccano server: projects, accounts, examples, imports and exports.

The HTTP is done by ``scripts/doccano_sync.py`` in an environment of its own (JSON lines on its stdin and stdout). Here annotations
become rows in UTF-16 units and back; everywhere else offsets are code points.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any

from baoshu.annotate.rows import annotation_to_row
from baoshu.doccano.environment import Say, install, shipped, silent
from baoshu.doccano.labels import label_types
from baoshu.doccano.records import Example, Exported, Project, read_exported
from baoshu.doccano.state import Account, State
from baoshu.errors import ServerError
from baoshu.files import sha256
from baoshu.types import Annotation

ROWS_PER_IMPORT = 200
_LOOK_SECONDS = 5
_IMPORT_SECONDS = 900


class Doccano:
    """A session; use it as a context manager.

    :param state: Folder of the server, or of nothing but accounts and the client's environment for a server elsewhere.
    :param url: None takes the server of the folder.
    :param account: None takes the administrator's.
    :raises ServerError: from every method, when the server is away (within seconds), refuses, or its worker is dead.
    """

    def __init__(self, state: State, *, url: str | None = None, account: Account | None = None, say: Say = silent) -> None:
        own = state.read().get("url")
        self.url = (url or os.environ.get("DOCCANO_URL") or own or "").rstrip("/")
        if not self.url:
            raise ServerError(str(state.folder), "no server was started here", "a running one", "baoshu annotate up, or --url")
        self._own = state if self.url == own else None
        self._account = account or state.admin()
        self._state, self._say = state, say

    def __enter__(self) -> Doccano:
        self._state.create()
        python = install(self._state.path("client"), shipped("doccano_sync.lock"), self._say)
        self._stderr = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            [str(python), str(shipped("doccano_sync.py"))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._stderr,
            text=True, encoding="utf-8", start_new_session=True,
        )  # fmt: skip
        try:
            self.call("login", url=self.url, username=self._account.username, password=self._account.password)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close()

    def _close(self) -> None:
        self._process.kill()
        self._process.communicate()
        self._stderr.close()

    def call(self, name: str, /, **arguments: Any) -> Any:
        """Carry out one call of ``scripts/doccano_sync.py`` and return its result."""
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps({"call": name, "arguments": arguments}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self._stderr.seek(0)
            reason = self._stderr.read().decode("utf-8", "replace").strip().splitlines() or ["no message"]
            raise ServerError("doccano_sync.py", f"ended during {name} ({reason[-1][:300]})", "an answer", "Run it again")
        reply = json.loads(line)
        if "error" in reply:
            raise ServerError(self.url, f"{name}: {reply['error']}", "a server that answers", self._hint(bool(reply.get("away"))))
        return reply["result"]

    def _hint(self, away: bool) -> str:
        if self._own is not None and not (self._own.alive("web") and self._own.alive("worker")):
            return "The server does not run whole: baoshu annotate up"
        return "Is the address right, and the server running? baoshu annotate status" if away else "baoshu annotate status"

    def projects(self) -> list[Project]:
        """Return the projects of the account, newest first."""
        return [Project(p["id"], p["name"], p["guideline"], p["tags"]) for p in self.call("projects")]

    def ensure_project(self, name: str, tags: Sequence[str], *, description: str, guideline: str, labels: Mapping[str, Any]) -> Project:
        """Return the project that has all these tags; it is made when there is none, its guideline and labels brought up to date.

        :param labels: As ``annotations/labels.json``.
        """
        found = next((p for p in self.projects() if set(tags) <= set(p.tags.values())), None)
        if found is None:
            self.call("create_project", name=name, description=description, guideline=guideline, tags=list(tags))
            found = next(p for p in self.projects() if set(tags) <= set(p.tags.values()))
        elif found.guideline.strip() != guideline.strip():
            self.call("set_guideline", project=found.id, guideline=guideline)
        for kind, wanted in label_types(labels).items():
            existing = {one["text"]: one for one in self.call("label_types", project=found.id, kind=kind)}
            for values in wanted:
                old = existing.get(values["text"])
                if old is None or any(old[key] != value for key, value in values.items()):
                    self.call("set_label_type", project=found.id, kind=kind, values=values, id=old and old["id"])
        return found

    def ensure_annotator(self, project: Project, name: str) -> bool:
        """Let an annotator into a project, with the role annotator and no other; returns whether an account was made for them.

        :raises ServerError: also when the name is an administrator's.
        """
        administrators = self.call("users")
        if administrators.get(name):
            raise ServerError(f"annotator {name}", "is an administrator of the server", "a person without rights", "Take another name")
        if name not in administrators:
            self.call("create_user", username=name, password=self._state.annotator(name).password)
        if name not in self.call("members", project=project.id):
            self.call("add_member", project=project.id, username=name, role="annotator")
        return name not in administrators

    def examples(self, project: Project) -> list[Example]:
        """Return the chunks of a project in the order of their upload."""
        found = self.call("examples", project=project.id)
        return [Example(e["id"], str(e["meta"].get("chunk_id", "")), e["text"], e["is_confirmed"], e["upload_name"]) for e in found]

    def delete(self, project: Project, ids: Sequence[int]) -> None:
        """Delete chunks of a project by their id on the server."""
        self.call("delete_examples", project=project.id, ids=list(ids))

    def start_import(self, project: Project, name: str, annotations: Iterable[Annotation], sections: Mapping[str, str]) -> str:
        """Send chunks with their annotations; returns the id of the task that imports them.

        :param annotations: At most :data:`ROWS_PER_IMPORT`; checked, with ids.
        :param sections: Heading of a chunk by its id, shown to the annotator.
        """
        rows = [
            annotation_to_row(a, utf16=True, chunk_id=a.id, section=sections.get(a.id, ""), text_sha256=sha256(a.text)) for a in annotations
        ]  # every row has the same keys: doccano fills gaps with NaN, which its database refuses
        return str(self.call("upload", project=project.id, name=name, rows=rows))

    def export(self, project: Project, *, confirmed: bool) -> list[Exported]:
        """Return the chunks of a project with their annotations, or the confirmed ones alone.

        Ids of spans count from 0 in the order of the text. *Offsets:* code points.
        """
        task = self.call("start_export", project=project.id, confirmed=confirmed)
        try:
            self.wait(task)
            rows = self.call("exported", project=project.id, task=task)
        finally:
            if self._own is not None:
                for left in self._own.path("media").glob("*.zip"):
                    left.unlink(missing_ok=True)
        return [read_exported(row, project.name) for row in rows]

    def wait(self, task: str, *, seconds: float = _IMPORT_SECONDS) -> None:
        """Wait for an import or export.

        :raises ServerError: when it fails, the worker is dead, or it takes longer.
        """
        begin = look = time.monotonic()
        unwell = 0
        while True:
            status = self.call("task", task=task)
            if status["ready"]:
                problem = status["error"] and status["error"]["text"]
                lines = status["result"].get("error") if isinstance(status["result"], dict) else None
                if problem or lines:
                    raise ServerError(self.url, f"the worker reports: {problem or lines}"[:600], "every row taken", "See worker.log of the server")
                return
            if self._own is not None and not self._own.alive("worker"):
                raise ServerError(
                    self.url, "the worker is dead; it left the task undone", "a running worker", "baoshu annotate up, then the same again"
                )
            if time.monotonic() - look > _LOOK_SECONDS:
                unwell = 0 if self.call("healthy") else unwell + 1
                look = time.monotonic()
                if unwell >= 3:
                    raise ServerError(
                        self.url, "the worker does not answer", "a running worker", "Start it (baoshu annotate up), then the same again"
                    )
            if time.monotonic() - begin > seconds:
                raise ServerError(self.url, f"the task is not done after {seconds:.0f} s", "an import or export that ends", "baoshu annotate status")
            time.sleep(min(0.1 + (time.monotonic() - begin) / 20, 2))
