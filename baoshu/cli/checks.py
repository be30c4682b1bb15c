"""``baoshu check``: what contradicts itself in fact tables."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import typer
from rich.text import Text

from baoshu.cli.console import NOTHING_DONE, SOME_FAILED, err_console, out_console, report_error


# fmt: off
def check_cli(
    tables: list[Path] = typer.Argument(..., metavar="FACTS_OR_FOLDER...", help="Facts of `baoshu extract`: .jsonl .csv .parquet .duckdb, or folders."),
    kinds: list[str] = typer.Option([], "--kind", help="Only these kinds; repeat for several."),
    out: Path | None = typer.Option(None, "--out", "-o", help="Write the findings to this JSONL file."),
    as_json: bool = typer.Option(False, "--json", help="Print the findings as JSONL."),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="No list and no summary."),
) -> None:
    """List facts that contradict each other or cannot be; the table itself is not changed. What each kind means: docs/checks.md.

    A fact that several files hold is checked once. Findings are for reading and do not fail; rows that are no facts do (exit 1).

    Example: baoshu check facts.parquet --kind metric_with_two_values"""
    # fmt: on
    from baoshu.checks.finding import KINDS, finding_row
    from baoshu.checks.report import check_facts
    from baoshu.fact_files import find_fact_files, read_all_facts
    from baoshu.files import write_jsonl

    for kind in kinds:
        if kind not in KINDS:
            raise typer.BadParameter(f"{kind!r}; expected one of {', '.join(KINDS)}", param_hint="--kind")
    files, failures = find_fact_files(tables)
    facts = list(read_all_facts(files, failures))
    findings = [one for one in check_facts(facts) if not kinds or one.kind in kinds]
    if out is not None:
        write_jsonl(out, map(finding_row, findings))
    console, report_id = out_console(), ""
    for one in findings:
        if as_json:
            typer.echo(json.dumps(finding_row(one), ensure_ascii=False))
        elif not quiet:
            if one.report_id != report_id:
                console.print(Text(report_id := one.report_id, style="bold"))
            console.print(Text(f"  {KINDS[one.kind][1]}", style="red" if one.severity == "error" else "yellow") + Text(f"  {one.message}"))
            for sentence in one.sentences:
                console.print(Text(f"      {sentence}", style="dim"))
    for failure in failures:
        report_error(failure)
    counts = Counter(one.kind for one in findings)
    summary = f"{len(facts)} facts, {len(findings)} findings" + "".join(f"\n  {n:>5} {kind} {KINDS[kind][1]}" for kind, n in counts.most_common())
    err_console(quiet=quiet).print(summary + (f"\n→ {out}" if out else ""), markup=False)
    if failures:
        raise typer.Exit(SOME_FAILED if facts else NOTHING_DONE)
