"""``baoshu annotate``: checks and agreement."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import typer
from rich.table import Table

from baoshu.cli.console import SOME_FAILED, err_console, out_console, report_error
from baoshu.errors import AnnotationError, BaoshuError
from baoshu.types import Annotation

app = typer.Typer(no_args_is_help=True, help="Annotation: a doccano server and its rounds, checks, agreement.")


@app.command("check")
def check_cli(
    annotations: Path = typer.Argument(Path("annotations"), help="Annotations folder, a composed .txt or a JSONL file."),
    rules: list[str] = typer.Option([], "--rule", help="Only these rules; repeat for several."),
    as_json: bool = typer.Option(False, "--json", help="Print findings as JSONL."),
) -> None:
    """Find likely slips: unbalanced quotes, verbs in metrics, unlinked values, strings labelled two ways.

    Errors (exit 1) are broken rows; findings are for reading and do not fail.

    Example: baoshu annotate check annotations --rule verb"""
    from baoshu.annotate.check import check_chunk, check_consistency

    failures: list[BaoshuError] = []
    rows = _read(annotations, failures)
    findings = [f for a in rows for f in check_chunk(a)] + list(check_consistency(rows))
    findings = [f for f in findings if not rules or f.rule in rules]
    for finding in findings:
        if as_json:
            typer.echo(json.dumps(asdict(finding), ensure_ascii=False))
        else:
            typer.echo(f"{finding.chunk_id} [{finding.start}:{finding.end}] {finding.rule}: {finding.value} — {finding.message}")
    for failure in failures:
        report_error(failure)
    counts = Counter(f.rule for f in findings)
    err_console().print(
        f"{len(rows)} chunks, {len(findings)} findings: " + ", ".join(f"{rule} {n}" for rule, n in counts.most_common()), markup=False
    )
    if failures:
        sys.exit(SOME_FAILED)


@app.command("agreement")
def agreement_cli(
    first: Path = typer.Argument(..., help="Annotations of one annotator: JSONL, or a folder of composed .txt."),
    second: Path = typer.Argument(..., help="Annotations of the other, over some or all of the same chunks."),
    show: int = typer.Option(0, help="Print this many differences in context."),
    as_json: bool = typer.Option(False, "--json", help="Print the figures as JSON."),
) -> None:
    """Compare two annotators chunk by chunk: F1 per type and links, kappa on characters.

    Example: baoshu annotate agreement annotations annotations/rounds/second --show 20"""
    from baoshu.annotate.agree import agreement, differences

    failures: list[BaoshuError] = []
    a, b = _by_id(first, failures), _by_id(second, failures)
    for failure in failures:
        report_error(failure)
    try:
        figures = agreement(a, b)
    except ValueError as error:
        raise AnnotationError(f"{first} and {second}", str(error), "the same chunks in both") from error
    if as_json:
        typer.echo(json.dumps(figures, ensure_ascii=False, indent=2))
    else:
        table = Table("", "P", "R", "F1", "first", "second")
        for name, row in figures.items():
            if isinstance(row, dict):
                table.add_row(name, *(f"{row[k]:.3f}" for k in "prf"), str(row["gold"]), str(row["pred"]))
        out_console().print(table)
        out_console().print(f"{figures['chunks']} chunks, {figures['characters']:,} characters, kappa on characters {figures['kappa']:.3f}")
    for number, difference in enumerate(differences(a, b)):
        if number >= show:
            break
        typer.echo(f"{difference.chunk_id} only {difference.only} {difference.kind} [{difference.value}] …{difference.context}…")
    if failures:
        sys.exit(SOME_FAILED)


def _by_id(path: Path, failures: list[BaoshuError]) -> dict[str, Annotation]:
    found: dict[str, Annotation] = {}
    for one in _read(path, failures):
        if one.id in found:
            failures.append(AnnotationError(str(path), f"the chunk {one.id} stands twice", "one annotation a chunk", "The first one is compared."))
        found.setdefault(one.id, one)
    return found


def _read(path: Path, failures: list[BaoshuError]) -> list[Annotation]:
    """Read annotations from an annotations folder, a folder of composed texts or of JSONL, or one file."""
    from baoshu.annotate.composed import read_all_composed, read_composed
    from baoshu.annotate.rows import row_to_annotation
    from baoshu.files import read_jsonl_lines

    if path.is_dir():
        folder = path / "composed" if (path / "composed").is_dir() else path
        found = [a for one in read_all_composed(folder, failures) for a in one.annotations]
        for file in sorted(path.glob("*.jsonl")) if folder == path else sorted((path / "gold").glob("*.jsonl")):
            found.extend(_read(file, failures))
        if not found and not failures:
            raise AnnotationError(str(path), "a folder without annotations", "composed/*.txt, *.txt or *.jsonl")
        return found
    if path.suffix == ".txt":
        try:
            return list(read_composed(path).annotations)
        except BaoshuError as error:
            failures.append(error)
            return []
    annotations = []
    for number, row in read_jsonl_lines(path, failures):
        try:
            annotations.append(row_to_annotation(row, f"{path}:{number}", id=str(row.get("chunk_id") or f"{path.stem}:{number}")))
        except BaoshuError as error:
            failures.append(error)
    return annotations
