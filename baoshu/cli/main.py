"""The application: global options, error handling, and the commands of each group."""

from __future__ import annotations

import os
import sys
import traceback

import typer

from baoshu import __version__
from baoshu.cli import annotate, checks, corpus, doccano, extraction, metrics, reports, serve, store, tools
from baoshu.cli.console import INTERNAL, INTERRUPTED, NOTHING_DONE, err_console, report_error
from baoshu.errors import BaoshuError

app = typer.Typer(
    name="baoshu", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown",
    help="报数: Chinese government work reports into facts that can be summed and compared.\n\nExample: baoshu extract report.docx --out facts.xlsx",
)  # fmt: skip
app.command("ingest")(reports.ingest_cli)
app.command("chunk")(reports.chunk_cli)
app.command("suggest")(extraction.suggest_cli)
app.command("extract")(extraction.extract_cli)
app.command("check")(checks.check_cli)
app.command("evaluate")(extraction.evaluate_cli)
app.command("query")(store.query_cli)
app.command("serve")(serve.serve_cli)
app.command("doctor")(tools.doctor_cli)
app.add_typer(corpus.app, name="corpus")
doccano.add_to(annotate.app)
app.add_typer(annotate.app, name="annotate")
app.add_typer(metrics.app, name="metrics")
app.add_typer(store.app, name="store")


def _version(value: bool) -> None:
    if value:
        typer.echo(f"baoshu {__version__}")
        raise typer.Exit


@app.callback()
def _global(version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version and leave.")) -> None:
    pass


def main() -> None:
    """Run the command line; a known problem is one line, an unknown one names how to see more."""
    try:
        app()
    except BaoshuError as error:
        report_error(error)
        sys.exit(NOTHING_DONE)
    except (KeyboardInterrupt, SystemExit) as error:
        if isinstance(error, KeyboardInterrupt) or error.code == INTERRUPTED:
            err_console().print("interrupted; no file is half-written")
            sys.exit(INTERRUPTED)
        raise
    except Exception as error:
        if os.environ.get("BAOSHU_DEBUG"):
            traceback.print_exc()
        err_console().print(f"internal error: {type(error).__name__}: {error}. Run again with BAOSHU_DEBUG=1 and report the trace.", markup=False)
        sys.exit(INTERNAL)
