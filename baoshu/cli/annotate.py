"""``baoshu annotate``: checks and what to annotate next; the commands of a round stand in ``rounds``."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import typer

from baoshu.cli import rounds
from baoshu.cli.console import SOME_FAILED, err_console, finish, report_error, track
from baoshu.cli.extraction import MODEL
from baoshu.errors import BaoshuError

app = typer.Typer(no_args_is_help=True, help="Annotation: a doccano server and its rounds, choice of chunks, checks, agreement, adjudication.")
app.command("agreement")(rounds.agreement_cli)
app.command("adjudicate")(rounds.adjudicate_cli)
app.command("progress")(rounds.progress_cli)


# fmt: off
@app.command("select")
def select_cli(
    chunks: Path = typer.Argument(..., metavar="CHUNKS.jsonl", help="Rows of `baoshu chunk`."),
    out: Path = typer.Option(..., "--out", "-o", help="The chosen rows, with their uncertainty."),
    n: int = typer.Option(100, "--n", "-n", help="How many.", min=1),
    annotations: Path = typer.Option(Path("annotations"), help="Annotations folder: what is in it is not chosen."),
    model: str | None = MODEL,
    diverse: bool = typer.Option(False, "--diverse", help="One of each kind: for chunks that repeat each other."),
    seed: int = typer.Option(0, help="Of the clusters of --diverse."),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="No progress and no summary."),
) -> None:
    """Choose the chunks to annotate next: those the pipeline is least sure of.

    Example: baoshu annotate select corpus/chunks.jsonl --n 100 --out annotations/rounds/fourth/chunks.jsonl"""
    # fmt: on
    from baoshu.annotate.read import annotated_ids
    from baoshu.assist.select import open_rows, select_rows, uncertainties
    from baoshu.files import read_jsonl_lines, write_jsonl
    from baoshu.model import load_model

    failures: list[BaoshuError] = []
    rows = open_rows(read_jsonl_lines(chunks, failures), str(chunks), annotated_ids(annotations, failures), failures)
    scores = track(uncertainties(load_model(model), (row["text"] for row in rows)), total=len(rows), what="scoring", quiet=quiet)
    count = write_jsonl(out, select_rows(rows, list(scores), n, diverse=diverse, seed=seed))
    err_console(quiet=quiet).print(f"{count} of {len(rows)} chunks that nobody annotated → {out}", markup=False)
    finish(out, failures, count)


@app.command("check")
def check_cli(
    annotations: Path = typer.Argument(Path("annotations"), help="Annotations folder, a round's folder, a composed .txt or a JSONL file."),
    rules: list[str] = typer.Option([], "--rule", help="Only these rules; repeat for several."),
    utf16: bool = typer.Option(False, "--utf16", help="Offsets of JSONL are UTF-16 units: a file exported by doccano."),
    as_json: bool = typer.Option(False, "--json", help="Print findings as JSONL."),
) -> None:
    """Find likely slips: unbalanced quotes, verbs in metrics, unlinked values, strings labelled two ways.

    Errors (exit 1) are broken rows; findings are for reading and do not fail.

    Example: baoshu annotate check annotations/rounds/third --rule verb"""
    from baoshu.annotate.check import RULES, check_chunk, check_consistency
    from baoshu.annotate.read import read_sources

    unknown = [rule for rule in rules if rule not in RULES]
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)}; expected some of: {', '.join(RULES)}", param_hint="--rule")
    failures: list[BaoshuError] = []
    sources = read_sources(annotations, failures, utf16=utf16)
    counts: Counter[str] = Counter()
    for source, rows in sources.items():
        named = f"{source} " if len(sources) > 1 else ""
        for finding in (*(f for a in rows for f in check_chunk(a)), *check_consistency(rows)):
            if rules and finding.rule not in rules:
                continue
            counts[finding.rule] += 1
            if as_json:
                typer.echo(json.dumps({"source": source, **asdict(finding)}, ensure_ascii=False))
            else:
                typer.echo(f"{named}{finding.chunk_id} [{finding.start}:{finding.end}] {finding.rule}: {finding.value} — {finding.message}")
    for failure in failures:
        report_error(failure)
    chunks = sum(len(rows) for rows in sources.values())
    listed = ", ".join(f"{rule} {n}" for rule, n in counts.most_common())
    err_console().print(f"{chunks} chunks, {counts.total()} findings: {listed}", markup=False)
    if failures:
        sys.exit(SOME_FAILED)
