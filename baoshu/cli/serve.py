"""``baoshu serve``: pages and REST on this machine."""

from __future__ import annotations

import socket
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from baoshu.cli.console import err_console
from baoshu.errors import MissingExtra, ModelError, RequestError

_DATABASES = (Path("facts/facts.duckdb"), Path("facts/facts.parquet"))


# fmt: off
def serve_cli(
    database: Path | None = typer.Argument(None, metavar="[DB]", help="Facts: .duckdb, .parquet or .jsonl.", show_default="facts/facts.duckdb, facts/facts.parquet"),
    model: str | None = typer.Option(None, "--model", "-m", help="Folder or package of the pipeline.", show_default="$BAOSHU_MODEL, training/model-best, zh_baoshu"),
    no_model: bool = typer.Option(False, "--no-model", help="Pages of facts alone."),
    host: str = typer.Option("127.0.0.1", help="Address to listen on; any but this machine's own needs a token."),
    port: int = typer.Option(8080, min=0, max=65535, help="Port; 0 takes a free one."),
    token: str | None = typer.Option(None, envvar="BAOSHU_TOKEN", help="What clients must send as: Authorization: Bearer TOKEN", show_envvar=True),
    allow_host: list[str] = typer.Option([], "--allow-host", help="A further name that the Host header may carry; repeat for several."),
    reports: Path | None = typer.Option(None, help="Rows of `baoshu ingest` for facts that are not in a database.", show_default="corpus/reports.jsonl"),
    feedback: Path | None = typer.Option(None, help="JSONL file for remarks on facts.", show_default="feedback.jsonl beside DB"),
    annotations: Path = typer.Option(Path("annotations"), help="Annotations folder of the progress page."),
    chunks: Path = typer.Option(Path("corpus/chunks.jsonl"), help="All chunks that are to be annotated."),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="No messages."),
) -> None:
    """Serve the facts explorer, the page that reads texts, annotation progress, and REST: /extract /suggest /doccano/suggest /healthz.

    Example: baoshu serve facts.duckdb --port 8080"""
    # fmt: on
    try:
        import uvicorn

        from baoshu.web.app import create_app
    except ModuleNotFoundError as error:
        raise MissingExtra("baoshu serve", f"{error.name} is not installed", "the extra web", "Run: pip install 'baoshu[web]'") from error
    from baoshu.model import load_model
    from baoshu.web.guard import LOOPBACK, Access, is_loopback
    from baoshu.web.load import load_facts
    from baoshu.web.progress import gather

    if not is_loopback(host) and not token:
        raise typer.BadParameter(f"{host} can be reached from other machines; expected --token or $BAOSHU_TOKEN with it", param_hint="--host")
    console = err_console(quiet=quiet)
    found = database or next((path for path in _DATABASES if path.is_file()), None)
    texts = reports or next((path for path in (Path("corpus/reports.jsonl"),) if path.is_file()), None)
    access = Access(LOOPBACK | {host.lower(), *map(str.lower, allow_host)}, token or None, closed=not is_loopback(host))
    rounds = annotations / "rounds"
    with TemporaryDirectory() as folder:
        with console.status("loading"):
            store = load_facts(found, texts, Path(folder) / "facts.duckdb") if found is not None else None
            try:
                nlp = None if no_model else load_model(model)
            except ModelError as error:
                if model is not None or store is None:
                    raise
                console.print(f"without a pipeline: {error}", markup=False)
                nlp = None
        app = create_app(
            store, nlp, access=access, feedback=feedback or (found.with_name("feedback.jsonl") if found is not None else None),
            progress=(lambda: gather(rounds, chunks)) if rounds.is_dir() else None,
        )  # fmt: skip
        with _listening(host, port) as listener:
            shown = f"[{host}]" if ":" in host else host
            console.print(f"http://{shown}:{listener.getsockname()[1]}/ (Ctrl-C ends)", markup=False)
            uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False, lifespan="on")).run(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address.

    :raises RequestError: when it is taken or not this machine's.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)  # who reads the address may connect at once
    except OSError as error:
        listener.close()
        raise RequestError(f"{host}:{port}", error.strerror or str(error), "a free port of this machine", "Choose another one with --port.") from error
    return listener
