"""``baoshu annotate up``, ``down``, ``status``, ``push`` and ``pull``: the doccano server and its rounds."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import typer
from rich.table import Table

from baoshu.cli.console import SOME_FAILED, err_console, finish, out_console
from baoshu.errors import BaoshuError

DIR = typer.Option(Path(".doccano"), "--dir", help="Folder of the server: database, accounts, logs.")
URL = typer.Option(None, "--url", envvar="DOCCANO_URL", help="A server elsewhere; the account in DOCCANO_USERNAME and DOCCANO_PASSWORD.")
ROUND = typer.Option(..., "--round", "-r", help="Name of the round.")
QUIET = typer.Option(False, "--quiet", "-q", help="No progress and no summary.")
JSON = typer.Option(False, "--json", help="Print JSON.")


def add_to(app: typer.Typer) -> None:
    """Add the commands to the group ``annotate``."""
    for name, command in (("up", up_cli), ("down", down_cli), ("status", status_cli), ("push", push_cli), ("pull", pull_cli)):
        app.command(name)(command)


# fmt: off
def up_cli(
    folder: Path = DIR,
    port: int | None = typer.Option(None, help="Port; the first free one from 8000 on without it.", min=1, max=65535, show_default=False),
    host: str = typer.Option("127.0.0.1", help="Address to listen on. Any other than loopback opens the server to your network."),
    quiet: bool = QUIET,
) -> None:
    """Start doccano and its worker, and wait until both answer; what runs already is left alone.

    The first time it is installed apart from baoshu (Python 3.11), with a random secret and an administrator whose password is in
    admin.json of the folder, or in DOCCANO_USERNAME and DOCCANO_PASSWORD. The data are in SQLite there, or in PostgreSQL by DATABASE_URL.

    Example: baoshu annotate up --port 8000"""
    # fmt: on
    from baoshu.doccano.server import up
    from baoshu.doccano.state import State

    state = State(folder)
    url = up(state, host=host, port=port, say=_say(quiet))
    typer.echo(url)
    console = err_console(quiet=quiet)
    console.print(f"administrator {state.admin().username}, password in {state.path('admin.json')}", markup=False)
    if host not in ("127.0.0.1", "localhost", "::1"):
        console.print("It is open to your network without encryption: put a proxy with HTTPS before it.", markup=False)


def down_cli(folder: Path = DIR, quiet: bool = QUIET) -> None:
    """Stop doccano and its worker; the data stay.

    Example: baoshu annotate down"""
    from baoshu.doccano.server import down
    from baoshu.doccano.state import State

    stopped = down(State(folder), _say(quiet))
    err_console(quiet=quiet).print(f"stopped: {', '.join(stopped)}" if stopped else "nothing was running", markup=False)


def status_cli(folder: Path = DIR, url: str | None = URL, as_json: bool = JSON) -> None:
    """Show what runs and how far each annotator is; exit 1 when something that should run does not.

    Example: baoshu annotate status"""
    from baoshu.doccano.client import Doccano
    from baoshu.doccano.server import status
    from baoshu.doccano.state import State

    state = State(folder)
    found = status(state)
    problem = None if url else found.problem
    projects = []
    if url or (found.web and not problem):
        with Doccano(state, url=url, say=_say(False)) as server:
            for project in reversed(server.projects()):
                progress = server.call("progress", project=project.id)
                projects.append({"project": project.name, "round": project.tag("round"), "annotator": project.tag("annotator")} | progress)
    if as_json:
        server_row = {"url": url or found.url, "web": found.web, "worker": found.worker, "answers": found.answers, "problem": problem}
        typer.echo(json.dumps({**server_row, "projects": projects}, ensure_ascii=False, indent=2))
    else:
        typer.echo(f"{url or found.url or folder}: {f'{problem}; run: baoshu annotate up' if problem else 'the web process and the worker answer'}")
        table = Table("project", "annotator", "confirmed", "chunks")
        for row in projects:
            table.add_row(str(row["project"]), str(row["annotator"] or ""), str(row["complete"]), str(row["total"]))
        if projects:
            out_console().print(table)
    if problem:
        sys.exit(SOME_FAILED)


# fmt: off
def push_cli(
    source: Path = typer.Argument(..., metavar="SUGGESTED.jsonl", help="Chunks with suggestions, as `baoshu suggest` writes them."),
    round: str = ROUND,
    annotators: str = typer.Option("", help="Names, with commas; without it those of the round.", show_default=False),
    overlap: float = typer.Option(0.0, help="Share of the chunks that two annotators get.", min=0, max=1),
    auto_label: str | None = typer.Option(None, help="URL that doccano's button for automatic labels asks: http://HOST:PORT/doccano/suggest"),
    annotations: Path = typer.Option(Path("annotations"), help="Folder with guideline.md and labels.json."),
    folder: Path = DIR,
    url: str | None = URL,
    as_json: bool = JSON,
    quiet: bool = QUIET,
) -> None:
    """Give chunks with suggestions to annotators: a project and an account each; what is there stays as it is.

    Rows are checked first: one that doccano would drop or cut stops the push. New passwords are in annotators.json of the folder.

    Example: baoshu annotate push suggested.jsonl --round first --annotators li,wang --overlap 0.2"""
    # fmt: on
    from baoshu.doccano.client import Doccano
    from baoshu.doccano.labels import read_labels
    from baoshu.doccano.push import push, read_batch
    from baoshu.doccano.state import State
    from baoshu.files import read_text

    failures: list[BaoshuError] = []
    batch = read_batch(source, failures)
    state = State(folder)
    if failures:
        err_console().print("nothing was pushed", markup=False)
        finish(source, failures, 0)
    labels = read_labels(annotations / "labels.json")
    guideline = read_text(annotations / "guideline.md")
    with Doccano(state, url=url, say=_say(quiet)) as server:
        pushed = push(
            server, batch, round=round, annotators=[name for name in annotators.split(",") if name], overlap=overlap,
            guideline=guideline, labels=labels, auto_label=auto_label, say=_say(quiet),
        )  # fmt: skip
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in pushed], ensure_ascii=False))
    console = err_console(quiet=quiet)
    for one in pushed:
        repaired = f", {one.repaired} half-imported ones replaced" if one.repaired else ""
        account = f"; new account, password in {state.path('annotators.json')}" if one.new_account else ""
        console.print(f"{one.annotator}: {one.added} chunks added, {one.kept} there{repaired}{account}", markup=False)


# fmt: off
def pull_cli(
    round: str = ROUND,
    out: Path = typer.Option(Path("annotations/rounds"), "--out", "-o", help="Folder of the rounds; writes ROUND/ANNOTATOR.jsonl."),
    chunks: Path | None = typer.Option(None, help="Chunks to check the texts against, besides the hash of the push."),
    folder: Path = DIR,
    url: str | None = URL,
    as_json: bool = JSON,
    quiet: bool = QUIET,
) -> None:
    """Fetch what annotators confirmed, one file each; a file that changes is copied to DIR/backups first.

    Example: baoshu annotate pull --round first"""
    # fmt: on
    from baoshu.doccano.client import Doccano
    from baoshu.doccano.pull import pull
    from baoshu.doccano.state import State
    from baoshu.files import read_jsonl

    state = State(folder)
    texts = None if chunks is None else {str(row.get("chunk_id") or row.get("id")): str(row.get("text")) for row in read_jsonl(chunks)}
    failures: list[BaoshuError] = []
    with Doccano(state, url=url, say=_say(quiet)) as server:
        pulled = pull(server, round=round, folder=out, backups=state.path("backups"), texts=texts, failures=failures, say=_say(quiet))
    if as_json:
        rows = [asdict(one) | {"path": str(one.path), "backup": one.backup and str(one.backup)} for one in pulled]
        typer.echo(json.dumps(rows, ensure_ascii=False))
    console = err_console(quiet=quiet)
    for one in pulled:
        backup = f"; before: {one.backup}" if one.backup else ""
        counts = f"{one.confirmed} of {one.total} confirmed, {one.new} new, {one.changed} changed, {one.gone} gone"
        console.print(f"{one.annotator}: {counts} → {one.path}{backup}", markup=False)
    finish(state.path(f"pull-{round}.jsonl"), failures, sum(one.confirmed for one in pulled) or 1)


def _say(quiet: bool) -> Callable[[str], None]:
    console = err_console(quiet=quiet)
    return lambda message: console.print(message, markup=False)
