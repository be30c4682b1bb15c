# /// script
# requires-python = ">=3.9,<3.14"
# dependencies = ["doccano-client==1.2.8", "pydantic<2", "urllib3<2"]
# ///
"""Talk to a doccano server: one JSON request a line on stdin, one JSON reply a line on stdout.

``{"call": "login", "arguments": {"url": …, "username": …, "password": …}}`` → ``{"result": …}`` or ``{"error": "…"}``. The calls are
the functions below. Runs in an environment of its own, because doccano-client needs pydantic 1 and urllib3 1; what the client
does not offer or does wrongly (pages of five, uploads that fail in silence) is asked of the REST interface.

Example: uv run --script scripts/doccano_sync.py < requests.jsonl
"""

from __future__ import annotations

import io
import json
import sys
import urllib.parse
import zipfile
from typing import Any

import requests
from doccano_client import DoccanoClient
from doccano_client.exceptions import DoccanoAPIError

CONNECT_SECONDS, ANSWER_SECONDS, SHORT_SECONDS = 5, 120, 10
EVERYTHING = 1_000_000


class Sync:
    """The calls; each takes and returns what JSON can hold. *Offsets:* UTF-16 units, as the server counts."""

    client: DoccanoClient
    adapter: _Impatient

    def login(self, url: str, username: str, password: str) -> int:
        """Open a session; returns the id of the account."""
        self.client = DoccanoClient(url)
        session = self.client._base_repository._session
        self.adapter = _Impatient()
        session.mount(url, self.adapter)
        if urllib.parse.urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1"):
            session.trust_env = False  # no proxy in between
        try:
            self.client.login(username, password)
        except DoccanoAPIError as error:
            if error.response.status_code in (400, 401, 403):
                raise Refused(f"the login as {username} is refused") from error
            raise
        self.adapter.seconds = ANSWER_SECONDS
        return int(self.client.get_profile().id)

    def projects(self) -> list[dict[str, Any]]:
        """Return the projects of the account, newest first, with the texts of their tags by id."""
        found = self._get("projects", limit=EVERYTHING)["results"]
        return [
            {**{k: one[k] for k in ("id", "name", "description", "guideline")}, "tags": {str(t["id"]): t["text"] for t in one["tags"]}}
            for one in found
        ]

    def create_project(self, name: str, description: str, guideline: str, tags: list[str]) -> int:
        """Create a project for spans and relations without overlaps, whose members see each other's; returns its id."""
        project = self.client.create_project(
            name=name, project_type="SequenceLabeling", description=description, guideline=guideline,
            collaborative_annotation=True, allow_overlapping=False, grapheme_mode=False, use_relation=True, tags=tags,
        )  # fmt: skip
        return int(project.id)

    def set_guideline(self, project: int, guideline: str) -> None:
        """Replace the guideline of a project."""
        values = {"guideline": guideline, "resourcetype": "SequenceLabelingProject"}
        self._checked(self.client._base_repository._session.patch(self._url(f"projects/{project}"), json=values))

    def add_tag(self, project: int, text: str) -> int:
        """Add a tag to a project; returns its id."""
        return int(self._post(f"projects/{project}/tags", {"text": text})["id"])

    def delete_tag(self, project: int, tag: int) -> None:
        """Take a tag off a project."""
        self.client._base_repository.delete(f"projects/{project}/tags/{tag}")

    def label_types(self, project: int, kind: str) -> list[dict[str, Any]]:
        """Return the types of spans (``kind`` span) or links (relation)."""
        return list(self._get(f"projects/{project}/{kind}-types"))

    def set_label_type(self, project: int, kind: str, values: dict[str, Any], id: int | None) -> None:
        """Create a type, or replace the one with this id."""
        if id is None:
            self._post(f"projects/{project}/{kind}-types", values)
        else:
            self.client._base_repository.put(f"projects/{project}/{kind}-types/{id}", json=values)

    def users(self) -> dict[str, bool]:
        """Return the names of all accounts, and whether each is an administrator."""
        return {str(user["username"]): bool(user["is_superuser"] or user["is_staff"]) for user in self._get("users")}

    def create_user(self, username: str, password: str) -> None:
        """Create an account without any rights."""
        self.client.create_user(username, password)

    def members(self, project: int) -> dict[str, str]:
        """Return the roles of a project's members by name."""
        return {str(member["username"]): str(member["rolename"]) for member in self._get(f"projects/{project}/members")}

    def add_member(self, project: int, username: str, role: str) -> None:
        """Let an account into a project as ``annotator`` or ``annotation_approver``."""
        self.client.add_member(project, username, role)

    def examples(self, project: int) -> list[dict[str, Any]]:
        """Return all examples without their labels, in the order of their upload."""
        found = self._get(f"projects/{project}/examples", limit=EVERYTHING)["results"]
        return [{k: one[k] for k in ("id", "text", "meta", "is_confirmed", "upload_name")} for one in found]

    def delete_examples(self, project: int, ids: list[int]) -> None:
        """Delete these examples; none when the list is empty (the server would delete all)."""
        if ids:
            self.client.bulk_delete_examples(project, ids)

    def upload(self, project: int, name: str, rows: list[dict[str, Any]]) -> str:
        """Start the import of rows of relation JSONL; returns the task's id. ASCII, so that no encoding is guessed."""
        lines = "".join(json.dumps(row, ensure_ascii=True) + "\n" for row in rows)
        files = {"filepond": (name, lines.encode("ascii"), "application/octet-stream")}
        session = self.client._base_repository._session
        sent = self._checked(session.post(self._url("fp/process/"), files=files, headers={"Content-Type": None, "Accept": "*/*"}))
        body = {"uploadIds": [sent.text], "format": "JSONL", "task": "RelationExtraction", "column_data": "text", "encoding": "utf_8"}
        return str(self._post(f"projects/{project}/upload", body)["task_id"])

    def start_export(self, project: int, confirmed: bool) -> str:
        """Start the export of a project, of confirmed examples alone if wished; returns the task's id."""
        return str(self._post(f"projects/{project}/download", {"format": "JSONL", "exportApproved": confirmed})["task_id"])

    def task(self, task: str) -> dict[str, Any]:
        """Return ``ready``, ``result`` and ``error`` of an import or export."""
        return dict(self._get(f"tasks/status/{task}"))

    def exported(self, project: int, task: str) -> list[dict[str, Any]]:
        """Return the rows of an export that is ready."""
        response = self.client._base_repository.get(f"projects/{project}/download", params={"taskId": task})
        with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
            return [json.loads(line) for name in archive.namelist() for line in archive.read(name).decode("utf-8").split("\n") if line.strip()]

    def progress(self, project: int) -> dict[str, int]:
        """Return ``total``, ``complete`` and ``remaining`` examples."""
        return {key: int(value) for key, value in self._get(f"projects/{project}/metrics/progress").items()}

    def set_auto_label(self, project: int, url: str) -> None:
        """Let the button for automatic labels ask this URL: POST ``{"text"}`` → ``{"entities": [{label, start_offset, end_offset}]}``."""
        wanted = {
            "model_name": "Custom REST Request", "task_type": "Span", "default": False, "label_mapping": {},
            "model_attrs": {"url": url, "method": "POST", "params": {}, "headers": {}, "body": {"text": "{{ text }}"}},
            "template": "{{ input.entities | tojson }}",
        }  # fmt: skip
        configs = self._get(f"projects/{project}/auto-labeling/configs")
        old = [one for one in configs if any(one[key] != value for key, value in wanted.items())]
        for one in old:
            self.client._base_repository.delete(f"projects/{project}/auto-labeling/configs/{one['id']}")
        if len(old) == len(configs):
            self._post(f"projects/{project}/auto-labeling/configs", wanted)

    def try_auto_label(self, project: int, text: str) -> Any:
        """Return what the configured service answers for a text, asked by the server."""
        (config,) = self._get(f"projects/{project}/auto-labeling/configs")
        values = {"model_name": config["model_name"], "model_attrs": config["model_attrs"], "text": text}
        self.adapter.seconds = SHORT_SECONDS
        try:
            return self._post(f"projects/{project}/auto-labeling/request-testing", values)
        finally:
            self.adapter.seconds = ANSWER_SECONDS

    def healthy(self) -> bool:
        """Tell whether the server's database and worker answer."""
        url = self._url("health/?format=json")
        return bool(self.client._base_repository._session.get(url).status_code == 200)

    def _url(self, resource: str) -> str:
        return f"{self.client._base_repository.api_url}/{resource}"

    def _get(self, resource: str, **parameters: Any) -> Any:
        return self.client._base_repository.get(resource, params=parameters).json()

    def _post(self, resource: str, values: Any) -> Any:
        return self.client._base_repository.post(resource, json=values).json()

    def _checked(self, response: requests.Response) -> requests.Response:
        if response.status_code >= 400:
            raise Refused(f"{response.request.method} {response.request.path_url}: {_said(response)}")
        return response


class Refused(Exception):
    """The server said no."""


class _Impatient(requests.adapters.HTTPAdapter):
    """Gives up on a server that is away after seconds; requests itself would wait for ever."""

    seconds = SHORT_SECONDS

    def send(self, request: Any, **options: Any) -> requests.Response:  # type: ignore[override]
        return super().send(request, **{**options, "timeout": (CONNECT_SECONDS, self.seconds)})


def _said(response: requests.Response) -> str:
    text = response.text if "json" in response.headers.get("content-type", "") else response.reason
    return f"{response.status_code} {' '.join(str(text).split())[:300]}"


def answer(sync: Sync, line: str) -> dict[str, Any]:
    """Carry out one request; a server that is away or says no is an ``error``."""
    try:
        request = json.loads(line)
        return {"result": getattr(sync, request["call"])(**request["arguments"])}
    except Refused as error:
        return {"error": str(error)}
    except DoccanoAPIError as error:
        return {"error": f"{error.response.request.method} {error.response.request.path_url}: {_said(error.response)}"}
    except requests.exceptions.Timeout:
        return {"error": "no answer in time", "away": True}
    except requests.exceptions.ConnectionError as error:
        return {"error": f"no connection ({type(error).__name__})", "away": True}
    except requests.exceptions.RequestException as error:
        return {"error": f"{type(error).__name__}: {error}"[:300]}
    except (KeyError, TypeError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        return {"error": f"an answer that is not doccano's ({type(error).__name__}: {error})"[:300]}


def main() -> None:
    """Answer until stdin ends."""
    sync = Sync()
    for line in sys.stdin:
        print(json.dumps(answer(sync, line), ensure_ascii=True), flush=True)


if __name__ == "__main__":
    main()
