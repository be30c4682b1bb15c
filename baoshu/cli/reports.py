"""``baoshu ingest`` and ``baoshu chunk``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from baoshu.cli.console import err_console, finish, track
from baoshu.errors import BaoshuError, ReportError
from baoshu.files import read_jsonl_lines, write_jsonl


# fmt: off
def ingest_cli(
    paths: list[str] = typer.Argument(..., metavar="PATH...", help="Files (txt, docx, pdf, html), folders or globs."),
    out: Path = typer.Option(..., "--out", "-o", help="JSONL file of reports to write."),
    skip_empty: bool = typer.Option(False, "--skip-empty", help="A folder without a report is no error."),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="No progress and no summary."),
) -> None:
    """Read report files into clean text with metadata.

    Example: baoshu ingest corpus/raw --out corpus/reports.jsonl"""
    # fmt: on
    from baoshu.reports.read import find_sources, read_report
    from baoshu.reports.rows import equal_texts, report_row

    sources, skipped, failures = find_sources([p for p in paths if not (skip_empty and _is_empty_folder(Path(p)))])
    console = err_console(quiet=quiet)
    for path in skipped:
        console.print(f"skipped {path}: not a txt, docx, pdf or html file", markup=False)
    reports = []
    for source in track(sources, total=len(sources), what="reading", quiet=quiet):
        try:
            reports.append(read_report(source.path, report_id=source.report_id))
        except BaoshuError as error:
            failures.append(error)
    for report_id, earlier in equal_texts(reports):
        console.print(f"warning: {report_id} has the same text as {earlier}", markup=False)
    if reports:
        write_jsonl(out, map(report_row, reports))
        console.print(f"{len(reports)} reports, {sum(len(r.text) for r in reports):,} characters → {out}", markup=False)
    finish(out, failures, len(reports))


# fmt: off
def chunk_cli(
    reports: Path = typer.Argument(..., metavar="REPORTS.jsonl", help="What `baoshu ingest` wrote."),
    out: Path = typer.Option(..., "--out", "-o", help="JSONL file of chunks to write."),
    max_chars: int = typer.Option(1500, help="Paragraphs above this length are split at sentence ends.", min=100),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="No progress and no summary."),
) -> None:
    """Cut reports into paragraphs with heading path and offsets.

    Example: baoshu chunk corpus/reports.jsonl --out corpus/chunks.jsonl"""
    # fmt: on
    from baoshu.reports.chunk import split_report
    from baoshu.reports.rows import report_from_row

    failures: list[BaoshuError] = []
    chunks = []
    done: set[str] = set()
    for number, row in read_jsonl_lines(reports, failures):
        where = f"{reports}:{number}"
        try:
            report = report_from_row(row, where)
            if report.report_id in done:
                raise ReportError(where, f"the report id {report.report_id} stands twice", "unique ids", "Rename one of them.")
            chunks.extend(split_report(report, max_chars=max_chars))
            done.add(report.report_id)
        except BaoshuError as error:
            failures.append(error)
    if done:
        write_jsonl(out, (asdict(chunk) for chunk in chunks))
        err_console(quiet=quiet).print(f"{len(done)} reports, {len(chunks)} chunks → {out}", markup=False)
    finish(out, failures, len(done))


def _is_empty_folder(path: Path) -> bool:
    from baoshu.reports.read import SUFFIXES

    return path.is_dir() and not any(file.suffix.lower() in SUFFIXES and not file.name.startswith((".", "~$")) for file in path.rglob("*"))
