"""``baoshu metrics``: the registry of canonical metrics, and what it does not know."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.table import Table

from baoshu.cli.console import NOTHING_DONE, SOME_FAILED, err_console, out_console, report_error, track

if TYPE_CHECKING:
    from baoshu.types import Fact

app = typer.Typer(no_args_is_help=True, help="Metrics: the registry of canonical metrics, and frequent ones that it lacks.")


@app.command("list")
def list_cli(
    search: str = typer.Option("", "--search", "-s", help="Only metrics with this in their id, an alias or the topic."),
    as_json: bool = typer.Option(False, "--json", help="Print JSONL."),
) -> None:
    """Print canonical metrics: topic, id, families of units, typical measure, aliases.

    Example: baoshu metrics list --search 工业"""
    from baoshu.facts.names import search_metrics

    found = search_metrics(search)
    if as_json:
        for metric in found:
            typer.echo(json.dumps(asdict(metric), ensure_ascii=False))
        return
    table = Table("topic", "metric_id", "counted in", "measure", "aliases")
    for metric in found:
        table.add_row(metric.topic, metric.metric_id, " ".join(metric.families), metric.measure, " ".join(metric.aliases))
    out_console().print(table)
    err_console().print(f"{len(found)} metrics")


@app.command("unknown")
def unknown_cli(
    paths: list[Path] = typer.Argument(
        ..., metavar="FACTS_OR_FOLDER...", help="Facts of `baoshu extract`: .jsonl .csv .parquet .duckdb, or folders."
    ),
    top: int = typer.Option(50, "--top", "-n", help="Print at most this many.", min=1),
    as_json: bool = typer.Option(False, "--json", help="Print JSONL."),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="No progress and no summary."),
) -> None:
    """Print the most frequent metrics without a metric_id, with the nearest registered one.

    A fact that several files hold is counted once.

    Example: baoshu metrics unknown facts --top 30"""
    from baoshu.fact_files import find_fact_files, read_all_facts
    from baoshu.facts.unknown import unknown_metrics

    files, failures = find_fact_files(paths)
    count = 0

    def facts() -> Iterator[Fact]:
        nonlocal count
        for fact in read_all_facts(track(files, total=len(files), what="reading facts", quiet=quiet), failures):
            count += 1
            yield fact

    found = unknown_metrics(facts(), top=top)
    if as_json:
        for one in found:
            typer.echo(json.dumps(asdict(one), ensure_ascii=False))
    else:
        table = Table("facts", "reports", "metric", "units", "nearest", "similarity")
        for one in found:
            table.add_row(str(one.facts), str(one.reports), one.name, " ".join(one.units), one.nearest, f"{one.similarity:.2f}")
        out_console().print(table)
    err_console(quiet=quiet).print(f"{count:,} facts of {len(files)} files")
    for failure in failures:
        report_error(failure)
    if failures:
        sys.exit(SOME_FAILED if count else NOTHING_DONE)
