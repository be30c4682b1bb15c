"""``baoshu corpus``: import, build and describe the training corpus."""

from __future__ import annotations

import json
from pathlib import Path

import typer
from rich.table import Table

from baoshu.cli.console import err_console, finish, out_console
from baoshu.errors import BaoshuError

app = typer.Typer(no_args_is_help=True, help="Training corpus: check annotations, split, write DocBins, train the segmenter.")

ANNOTATIONS = typer.Argument(Path("annotations"), help="Folder with composed/*.txt and gold/*.jsonl.")
OUT = typer.Argument(Path("corpus"), help="Folder to write to.")


@app.command("import")
def import_cli(
    annotations: Path = ANNOTATIONS,
    out: Path = typer.Option(Path("corpus/annotated"), "--out", "-o", help="Folder for texts/, reports.jsonl and annotations.jsonl."),
    quiet: bool = typer.Option(False, "--quiet", "-q"),
) -> None:
    """Check the composed reports and their gold facts and write them as plain texts, report rows and doccano relation JSONL.

    Example: baoshu corpus import annotations --out corpus/annotated"""
    from baoshu.annotate.composed import read_all_composed
    from baoshu.annotate.rows import annotation_to_row
    from baoshu.corpus.gold_facts import read_gold_facts
    from baoshu.files import write_jsonl, write_text
    from baoshu.reports.rows import report_row

    failures: list[BaoshuError] = []
    composed = list(read_all_composed(annotations / "composed", failures))
    if composed:
        write_jsonl(out / "reports.jsonl", (report_row(one.report) for one in composed))
        rows = (annotation_to_row(a, chunk_id=a.id, report_id=one.report.report_id) for one in composed for a in one.annotations)
        count = write_jsonl(out / "annotations.jsonl", rows)
        for one in composed:
            write_text(out / "texts" / f"{one.report.report_id}.txt", one.report.text + "\n")
        gold = read_gold_facts(annotations, {one.report.report_id: one for one in composed}, failures)
        console = err_console(quiet=quiet)
        console.print(f"{len(composed)} composed reports, {count} annotated chunks → {out}", markup=False)
        console.print(f"{sum(map(len, gold.values()))} gold facts of {len(gold)} reports checked", markup=False)
    elif not failures:
        failures.append(BaoshuError(str(annotations / "composed"), "no composed report", "*.txt files", "See annotations/README.md"))
    finish(out / "annotations.jsonl", failures, len(composed))


@app.command("build")
def build_cli(
    annotations: Path = ANNOTATIONS,
    out: Path = OUT,
    dev: float = typer.Option(0.12, help="Share of characters for dev.", min=0.01, max=0.5),
    test: float = typer.Option(0.12, help="Share of characters for test.", min=0.01, max=0.5),
    seed: int = typer.Option(0, help="Seed of the split."),
    max_misaligned: float = typer.Option(0.0, help="Stop above this share of spans that fit no token."),
    quiet: bool = typer.Option(False, "--quiet", "-q"),
) -> None:
    """Split annotated reports into train, dev and test and write DocBins.

    Example: baoshu corpus build annotations corpus"""
    from baoshu.corpus.build import build_corpus, character_pipeline, read_annotations
    from baoshu.scheme import current_scheme

    statistics = build_corpus(read_annotations(annotations), character_pipeline(), out, dev=dev, test=test, seed=seed, max_misaligned=max_misaligned)
    columns = ("reports", "chunks", "characters", *current_scheme().labels, "relations")
    table = Table("part", *columns)
    for part, row in statistics.items():
        table.add_row(part, *(f"{row.get(key, 0):,}" for key in columns))
    err_console(quiet=quiet).print(table)


@app.command("segmenter")
def segmenter_cli(
    corpus: Path = typer.Argument(Path("corpus"), help="Folder that `corpus build` wrote."),
    out: Path = typer.Option(Path("corpus/segmenter"), "--out", "-o", help="Folder for the pkuseg model."),
    iterations: int = typer.Option(3, help="Passes over the chunks.", min=1),
    characters: int = typer.Option(400_000, help="Train on chunks of about so many characters, evenly spread over the training part.", min=1),
    quiet: bool = typer.Option(False, "--quiet", "-q"),
) -> None:
    """Train the pkuseg word segmenter on the training part of the annotated corpus.

    Example: baoshu corpus segmenter corpus --out corpus/segmenter"""
    from baoshu.annotate.rows import row_to_annotation
    from baoshu.files import read_jsonl, write_json
    from baoshu.pipeline.segmenter import sample_chunks, train_segmenter

    console = err_console(quiet=quiet)
    path = corpus / "annotations.jsonl"
    chunks = sample_chunks([row_to_annotation(row, str(path)) for row in read_jsonl(path) if row.get("part") == "train"], characters)
    with console.status(f"training the segmenter on {len(chunks)} chunks"):
        score = train_segmenter(chunks, out, iterations=iterations)
    write_json(out / "score.json", {"f1_on_held_out_chunks": score, "chunks": len(chunks), "iterations": iterations})
    console.print(f"segmenter → {out}, word F1 on held-out chunks {score:.3f} against the lexicon's segmentation", markup=False)


@app.command("augment")
def augment_cli(
    corpus: Path = typer.Argument(Path("corpus"), help="Folder that `corpus build` wrote."),
    out: Path = typer.Option(Path("corpus/augmented.spacy"), "--out", "-o", help="DocBin to write: the training part and its variants."),
    copies: int = typer.Option(1, help="Variants of each chunk.", min=1),
    seed: int = typer.Option(0, help="Seed of all choices."),
    host: float = typer.Option(0.7, help="Share of chunks in which the report's own (invented) place gets a real name.", min=0, max=1),
    place: float = typer.Option(
        0.7, help="Share of places, and of the short place names that projects begin with, swapped with the gazetteer.", min=0, max=1
    ),
    subject: float = typer.Option(0.15, help="Share of metrics and projects swapped with others of their shape.", min=0, max=1),
    value: float = typer.Option(0.5, help="Share of values with other digits.", min=0, max=1),
    unit: float = typer.Option(0.1, help="Share of values with a variant of their unit.", min=0, max=1),
    full_width: float = typer.Option(0.05, help="Share of chunks with full-width digits.", min=0, max=1),
    space: float = typer.Option(0.05, help="Share of chunks with a stray space before a number.", min=0, max=1),
    line_break: float = typer.Option(0.05, help="Share of chunks broken in mid-sentence.", min=0, max=1),
    quiet: bool = typer.Option(False, "--quiet", "-q"),
) -> None:
    """Write the training part with seeded variants of its chunks; dev and test are never touched.

    Example: baoshu corpus augment corpus --copies 1 --out corpus/augmented.spacy"""
    from baoshu.corpus.augment import Rates
    from baoshu.corpus.build import augment_training

    rates = Rates(host=host, place=place, subject=subject, value=value, unit=unit, full_width=full_width, space=space, line_break=line_break)
    originals, variants = augment_training(corpus, out, copies=copies, rates=rates, seed=seed)
    err_console(quiet=quiet).print(f"{originals} chunks and {variants} variants → {out}", markup=False)


@app.command("raw")
def raw_cli(
    corpus: Path = typer.Argument(Path("corpus"), help="Folder with chunks.jsonl and split.json."),
    out: Path = typer.Option(Path("corpus/raw_text.jsonl"), "--out", "-o", help="JSONL file for `spacy pretrain`."),
    quiet: bool = typer.Option(False, "--quiet", "-q"),
) -> None:
    """Write the texts of all chunks for `spacy pretrain`; those of dev and test reports are left out.

    Example: baoshu corpus raw corpus --out corpus/raw_text.jsonl"""
    from baoshu.corpus.raw import write_raw_texts

    texts, own = write_raw_texts(corpus, out)
    err_console(quiet=quiet).print(f"{texts} texts, with those of {own} reports that are not annotated → {out}", markup=False)


@app.command("stats")
def stats_cli(
    annotations: Path = ANNOTATIONS,
    as_json: bool = typer.Option(False, "--json", help="Print JSON instead of a table."),
    page: Path | None = typer.Option(None, "--page", help="Write an HTML page as well."),
) -> None:
    """Count characters, entities, links and distinct strings, per kind of report.

    Example: baoshu corpus stats annotations --page corpus/stats.html"""
    from baoshu.corpus.page import statistics_page
    from baoshu.corpus.stats import corpus_statistics, group_columns
    from baoshu.files import write_text

    statistics = corpus_statistics(annotations)
    if page is not None:
        write_text(page, statistics_page(statistics))
        err_console().print(f"page → {page}", markup=False)
    if as_json:
        typer.echo(json.dumps(statistics, ensure_ascii=False, indent=2))
        return
    columns = group_columns()
    table = Table("", *columns)
    for name, row in statistics["groups"].items():
        table.add_row(name, *(f"{row[c]:,}" if isinstance(row[c], int) else f"{row[c]:.1f}" for c in columns))
    out_console().print(table)
    out_console().print("distinct strings: " + ", ".join(f"{k} {v:,}" for k, v in statistics["distinct"].items()))
