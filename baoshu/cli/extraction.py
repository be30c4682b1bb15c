"""``baoshu suggest``, ``extract`` and ``evaluate``: what needs a trained pipeline."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import typer
from rich.table import Table

from baoshu.cli.console import err_console, finish, track, write_findings
from baoshu.errors import BaoshuError, OutputError

MODEL = typer.Option(None, "--model", "-m", help="Folder or package of the pipeline.", show_default="$BAOSHU_MODEL, training/model-best, zh_baoshu")


# fmt: off
def suggest_cli(
    source: Path = typer.Argument(..., metavar="IN.jsonl", help="Rows with a `text`."),
    out: Path = typer.Argument(..., metavar="OUT.jsonl", help="The same rows with `entities` and `relations`."),
    model: str | None = MODEL,
    quiet: bool = typer.Option(False, "--quiet", "-q", help="No progress and no summary."),
) -> None:
    """Pre-annotate rows: entities and links in code points, old ones replaced.

    Example: baoshu suggest corpus/chunks.jsonl suggested.jsonl"""
    # fmt: on
    from baoshu.assist.suggest import suggest_rows
    from baoshu.files import read_jsonl_or_errors, write_jsonl
    from baoshu.model import load_model

    failures: list[BaoshuError] = []
    suggested = suggest_rows(load_model(model), read_jsonl_or_errors(source), str(source), failures)
    count = write_jsonl(out, track(suggested, total=None, what="suggesting", quiet=quiet))
    err_console(quiet=quiet).print(f"{count - len(failures)} rows → {out}", markup=False)
    finish(out, failures, count)


# fmt: off
def extract_cli(
    paths: list[str] = typer.Argument(..., metavar="PATH...", help="Files, folders, globs, URLs, or a REPORTS.jsonl of `baoshu ingest`."),
    out: str = typer.Option(..., "--out", "-o", help="Facts to write: .jsonl .csv .parquet .xlsx .duckdb, or a folder/ of partitioned Parquet."),
    model: str | None = MODEL,
    jobs: int = typer.Option(1, "--jobs", "-j", help="Processes.", min=1),
    resume: bool = typer.Option(False, "--resume", help="Skip reports that an earlier run has done and that are unchanged."),
    timeout: float | None = typer.Option(None, "--timeout", help="Seconds that one report may take.", min=0.01),
    engine: str = typer.Option("local", help="local or ray."),
    address: str | None = typer.Option(None, "--address", help="Cluster of the engine ray.", show_default="$RAY_ADDRESS, this machine"),
    excel: bool = typer.Option(False, "--excel", help="CSV for Excel: BOM, Chinese headers, guarded cells."),
    si: bool = typer.Option(False, "--si", help="Add number_si, number_high_si and unit_si: 亩 in m², 斤 in kg, 千瓦时 in J …"),
    as_json: bool = typer.Option(False, "--json", help="Print the summary as JSON to stdout."),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="No progress and no summary."),
) -> None:
    """Read reports and write their facts; what the checks find in them is listed in <out stem>.findings.jsonl.

    A report that fails is listed with its reason, and the rest goes on. A run that was interrupted or killed goes on with
    `--resume`, and ends with the rows of an undisturbed one.

    Example: baoshu extract corpus/raw --out facts.xlsx --jobs 2"""
    # fmt: on
    from baoshu.batch.run import ENGINES, Summary, check_destination, extract_reports, place_beside
    from baoshu.model import find_model
    from baoshu.reports.read import find_sources, source_name

    try:
        check_destination(out)
    except OutputError as error:
        raise typer.BadParameter(error.message, param_hint="--out") from error
    if engine not in ENGINES:
        raise typer.BadParameter(f"{engine!r}; expected {' or '.join(ENGINES)}", param_hint="--engine")
    found = find_model(model)
    tables = [Path(p) for p in paths if p.endswith(".jsonl") and Path(p).is_file()]
    sources, skipped, failures = find_sources([p for p in paths if Path(p) not in tables])
    console = err_console(quiet=quiet)
    for path in skipped:
        console.print(f"skipped {source_name(path)}: not a txt, docx, pdf or html file", markup=False)
    summary = Summary()
    if sources or tables:
        total = None if tables else len(sources)
        summary = extract_reports(
            [*sources, *tables], out, found, jobs=jobs, timeout=timeout, resume=resume, engine=engine, address=address, excel=excel, si=si,
            watch=lambda outcomes: track(outcomes, total=total, what="extracting", quiet=quiet),
        )  # fmt: skip
    failures += summary.failures
    counts = summary.counts
    beside = place_beside(out)
    listed = write_findings(beside, summary.findings) if counts["reports"] else None
    head = {
        "out": out, "reports": counts["reports"], "unchanged": counts["unchanged"], "facts": counts["facts"],
        "findings": len(summary.findings), "failed": len(failures),
    }  # fmt: skip
    if as_json:
        typer.echo(json.dumps(head | {k: v for k, v in counts.items() if " " in k}, ensure_ascii=False))
    elif counts["reports"] and not quiet:
        _summary(head, counts, summary.samples)
        if summary.findings:
            console.print(f"{len(summary.findings)} findings of the checks (docs/checks.md), listed in {listed}", markup=False)
    finish(beside, failures, counts["reports"])


def _summary(head: dict[str, Any], counts: Counter[str], samples: list[dict[str, Any]]) -> None:
    console = err_console()
    unchanged = f" ({head['unchanged']:,} unchanged)" if head["unchanged"] else ""
    table = Table("measure", "facts", title=f"{head['reports']:,} reports{unchanged}, {head['facts']:,} facts → {head['out']}")
    for kind in ("measure", "status"):
        for name, count in sorted(counts.items(), key=lambda item: -item[1]):
            if name.startswith(kind):
                table.add_row(name, f"{count:,}")
    console.print(table)
    if not samples:
        return
    columns = ("place", "period", "subject", "measure", "bound", "value", "number", "unit", "status")
    sample = Table(*columns, title="first facts")
    for row in samples:
        cells = (row[column] for column in columns)
        sample.add_row(*("" if cell is None else f"{cell:,.10g}" if isinstance(cell, float) else str(cell) for cell in cells))
    console.print(sample)


# fmt: off
def evaluate_cli(
    corpus: Path = typer.Argument(Path("corpus"), help="Folder that `corpus build` wrote."),
    part: str = typer.Option("test", help="Part of the corpus: dev or test."),
    annotations: Path = typer.Option(Path("annotations"), help="Folder whose facts/*.jsonl are gold facts."),
    errors: Path | None = typer.Option(None, help="JSONL file for the gold facts that were missed or read differently."),
    report: Path | None = typer.Option(None, help="HTML file: figures with intervals, charts and an error browser in one page."),
    against: str | None = typer.Option(None, help="Folder or package of another pipeline to compare with on the same reports."),
    curve: Path = typer.Option(Path("docs/learning_curve.json"), help="Points of the learning curve, for the report."),
    log: Path = typer.Option(Path("training/log.jsonl"), help="Training log, for the report."),
    model: str | None = MODEL,
    out: Path = typer.Option(Path("training/metrics.json"), "--out", "-o", help="JSON file of the figures."),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="No table."),
) -> None:
    """Score the pipeline on held-back reports: each type, all spans, links, with intervals by report; and facts against gold facts.

    Example: baoshu evaluate corpus --part test --report training/report.html --against older/model-best"""
    # fmt: on
    from baoshu.corpus.comparison import calibration, counts_by_report, paired_differences
    from baoshu.corpus.evaluation import predict_part, score_links, score_predictions
    from baoshu.evaluate import format_scores
    from baoshu.facts.evaluation import evaluate_facts
    from baoshu.facts.extract import model_name
    from baoshu.files import read_json, write_json, write_jsonl, write_text
    from baoshu.model import find_model, load_model
    from baoshu.web.evaluation_report import Model, evaluation_report, read_surroundings

    if part not in ("dev", "test"):
        raise typer.BadParameter(f"{part!r}; expected dev or test", param_hint="--part")
    console = err_console(quiet=quiet)
    with console.status("evaluating"):
        nlp = load_model(model)
        predictions = predict_part(nlp, corpus, part)
        metrics = score_predictions(predictions) | {"links_on_gold_spans": score_links(nlp, predictions), "calibration": calibration(predictions)}
        other = Model(against, predict_part(load_model(against), corpus, part)) if against else None
        facts, fact_errors = evaluate_facts(nlp, annotations, read_json(corpus / "split.json")["split"])
    write_json(out, metrics | facts)
    if errors is not None:
        write_jsonl(errors, fact_errors)
    table = Table("", "P", "R", "F1", "gold", "predicted", title=f"{part}: {metrics['reports']} reports, {metrics['characters']:,} characters")

    def add(name: str, row: Any) -> None:
        table.add_row(name, *(f"{row[k]:.3f}" for k in "prf"), f"{row['gold']:,}", f"{row['pred']:,}")

    format_scores(metrics["scores"], add)
    console.print(table)
    if other is not None:
        console.print(_difference_table(paired_differences(counts_by_report(other.predictions), counts_by_report(predictions)), other.name))
    if report is not None:
        name = find_model(model) if other else model_name(nlp)
        write_text(report, evaluation_report(Model(name, predictions), read_surroundings(annotations / "rounds", curve, log, facts), against=other))
    console.print(_fact_table(facts) if facts else f"no gold facts in {annotations / 'facts'}", markup=False)
    console.print(f"{metrics['characters_per_second']:,.0f} characters/s → {out}" + (f", {report}" if report else ""), markup=False)


def _difference_table(differences: dict[str, dict[str, Any]], other: str) -> Table:
    """Return F1 of both pipelines, and the difference with its interval."""
    table = Table("", other, "this", "difference", "95 %", title="F1, this pipeline against another")
    for name, one in differences.items():
        interval = " … ".join(f"{end:+.4f}" for end in one.get("ci95", ()))
        table.add_row(name, f"{one['first']:.3f}", f"{one['second']:.3f}", f"{one['difference']:+.4f}", interval)
    return table


def _fact_table(facts: dict[str, Any]) -> Table:
    """Return the scores of facts: a column for each way of reading, and one more (*) for the held-back reports."""
    read = facts["facts_end_to_end"]
    ways = {"gold": facts["facts_gold_links"], "link": read["by_link"], "value": read["by_value"]}
    scores = {name + mark: one for name, all_ in ways.items() for mark, one in (("", all_), (" *", all_.get("held_back"))) if one}
    table = Table("", *scores, title="facts: on gold links, end to end by link and by value (* held-back reports)")
    for row in ("reports", "gold"):
        table.add_row(row, *(f"{one[row]:,}" for one in scores.values()))
    table.add_row("found", *(f"{one['found']:.3f}" for one in scores.values()))
    for column in read["by_link"]["columns"]:
        table.add_row(column, *(f"{one['columns'][column]:.3f}" for one in scores.values()))
    table.add_row("row", *(f"{one['row']:.3f}" for one in scores.values()))
    return table
