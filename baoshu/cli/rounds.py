"""``baoshu annotate agreement``, ``adjudicate`` and ``progress``: what several annotators of the same chunks have."""

from __future__ import annotations

import json
import sys
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.table import Table

from baoshu.cli.console import SOME_FAILED, err_console, finish, out_console, report_error
from baoshu.errors import BaoshuError

if TYPE_CHECKING:
    from baoshu.annotate.page import Pair
    from baoshu.annotate.rounds import Round

ROUNDS = typer.Option(Path("annotations/rounds"), "--rounds", help="Folder of the rounds.")


# fmt: off
def agreement_cli(
    round_name: str = typer.Argument(..., metavar="ROUND", help="A round's name or folder; or the annotations of one annotator."),
    second: Path | None = typer.Argument(None, help="Annotations of another annotator: JSONL, or a folder of composed texts."),
    rounds: Path = ROUNDS,
    html: Path | None = typer.Option(None, "--html", help="Write the figures and all disagreements in context as one page."),
    show: int = typer.Option(0, help="Print this many disagreements of each pair."),
    as_json: bool = typer.Option(False, "--json", help="Print the figures as JSON."),
) -> None:
    """Compare each two annotators chunk by chunk: F1 per type and for links, kappa on characters.

    Example: baoshu annotate agreement third --html third.html"""
    # fmt: on
    from baoshu.annotate.agree import agreement, compare
    from baoshu.annotate.describe import describe
    from baoshu.annotate.page import Pair, agreement_page
    from baoshu.annotate.rounds import find_round, read_round
    from baoshu.files import write_text

    failures: list[BaoshuError] = []
    if second is None:
        title, annotators = round_name, read_round(find_round(round_name, rounds), failures)
    else:
        title, annotators = f"{round_name} {second}", _two(Path(round_name), second, failures)
    if len(annotators) < 2:
        raise BaoshuError(round_name, f"only {', '.join(annotators)}", "two annotators or more")
    pairs = []
    for a, b in combinations(annotators, 2):
        both = annotators[a], annotators[b]
        pairs.append(Pair((a, b), both, agreement(*both), compare(*both, (a, b))))
    if html is not None:
        write_text(html, agreement_page(title, pairs))
        err_console().print(f"{sum(len(pair.disputes) for pair in pairs)} disagreements → {html}", markup=False)
    if as_json:
        typer.echo(json.dumps({"pairs": [{"first": p.names[0], "second": p.names[1], **p.figures} for p in pairs]}, ensure_ascii=False, indent=2))
    else:
        for pair in pairs:
            _print_pair(pair)
            for dispute in pair.disputes[:show]:
                typer.echo(f"{dispute.chunk_id} {describe(dispute, pair.chunks[0][dispute.chunk_id].text)}")
    for failure in failures:
        report_error(failure)
    if failures:
        sys.exit(SOME_FAILED)


# fmt: off
def adjudicate_cli(
    round_name: str = typer.Argument(..., metavar="ROUND", help="A round's name or folder."),
    rounds: Path = ROUNDS,
    annotations: Path = typer.Option(Path("annotations"), help="Annotations folder that takes the gold."),
    out: Path | None = typer.Option(None, "--out", "-o", help="Rows for the reviewer.", show_default="review.jsonl in the round"),
    decisions: Path | None = typer.Option(None, "--decisions", help="The rows as the reviewer left them: write the gold."),
    into_composed: bool = typer.Option(False, "--into-composed", help="Write gold of composed reports into their texts."),
    singles: bool = typer.Option(False, "--singles", help="Take chunks that only one annotator has as they are."),
) -> None:
    """Keep what all annotators agree on, write the rest for a reviewer, turn the decisions into gold.

    Without --decisions nothing but the rows for the reviewer is written, unless there is nothing to decide.

    Example: baoshu annotate adjudicate third --decisions decided.jsonl --into-composed"""
    # fmt: on
    from baoshu.annotate.adjudicate import merge_round, review_rows, settle, write_gold
    from baoshu.annotate.read import REVIEW, by_id, read_rows
    from baoshu.annotate.rounds import find_round, read_round
    from baoshu.files import write_jsonl

    failures: list[BaoshuError] = []
    folder = find_round(round_name, rounds)
    merged = merge_round(read_round(folder, failures), failures)
    out = out or folder / REVIEW
    kinds = Counter(dispute.kind for disputes in merged.disputes.values() for dispute in disputes)
    console = err_console()
    console.print(
        f"{len(merged.agreed)} chunks of several annotators, {len(merged.disputes)} with disputes ({', '.join(f'{k} {n}' for k, n in kinds.most_common()) or 'none'}), "
        f"{len(merged.single)} of one annotator{'' if singles or not merged.single else ', left out'}", markup=False,
    )  # fmt: skip
    if merged.disputes and decisions is None:
        count = write_jsonl(out, review_rows(merged))
        console.print(f"{count} rows to decide → {out}; then: baoshu annotate adjudicate {round_name} --decisions FILE", markup=False)
        finish(out, failures, count)
        return
    decided = by_id(read_rows(decisions, failures), str(decisions), failures) if decisions is not None else {}
    gold = settle(merged, decided, failures) | (merged.single if singles else {})
    changed = write_gold(gold, annotations, failures, into_composed=into_composed)
    for path, count in changed.items():
        if count:
            typer.echo(f"{path} {count}")
    console.print(f"{len(gold)} chunks settled, {sum(changed.values())} written anew in {sum(map(bool, changed.values()))} of {len(changed)} files")
    finish(out, failures, len(gold))


# fmt: off
def progress_cli(
    rounds: Path = ROUNDS,
    chunks: Path = typer.Option(Path("corpus/chunks.jsonl"), help="All chunks that are to be annotated."),
    as_json: bool = typer.Option(False, "--json", help="Print the counts as JSON."),
) -> None:
    """Count what each annotator of each round has done and what is left, from the files.

    Example: baoshu annotate progress --chunks corpus/chunks.jsonl"""
    # fmt: on
    from baoshu.annotate.rounds import progress
    from baoshu.files import read_jsonl

    counts = progress(rounds, read_jsonl(chunks) if chunks.is_file() else ())
    if as_json:
        typer.echo(json.dumps(counts, ensure_ascii=False, indent=2))
        return
    labels = next((list(a["spans"]) for r in counts["rounds"].values() for a in r["annotators"].values()), [])
    table = Table("round", "annotator", "done", "left", "broken", "characters", *labels, "links")
    for name, one in counts["rounds"].items():
        for annotator, row in one["annotators"].items():
            cells = (row["done"], row["left"], row["broken"], row["characters"], *row["spans"].values(), sum(row["links"].values()))
            table.add_row(name, annotator, *(f"{cell:,}" for cell in cells))
        if not one["annotators"]:
            table.add_row(name, "nobody yet", "0", f"{one['chunks']:,}")
    out_console().print(table)
    times = ", ".join(f"{n:,} annotated {number} times" for number, n in counts["times"].items())
    out_console().print(f"{counts['chunks']:,} chunks, {counts['characters']:,} characters" + (f": {times}" if times else ""))


def _two(first: Path, second: Path, failures: list[BaoshuError]) -> Round:
    from baoshu.annotate.read import by_id, read_sources

    names = (first.stem, second.stem) if first.stem != second.stem else (str(first), str(second))
    paths = [(name, path) for name, path in zip(names, (first, second), strict=True)]
    if first == second:
        raise BaoshuError(str(first), "compared with itself", "two files or folders")
    return {name: by_id((a for rows in read_sources(path, failures).values() for a in rows), str(path), failures) for name, path in paths}


def _print_pair(pair: Pair) -> None:
    figures: Any = pair.figures
    table = Table("", "F1", "partial", "kappa", *pair.names)
    for name, row in figures.items():
        if isinstance(row, dict) and "f" in row:
            measures = (f"{row[key]:.3f}" if key in row else "" for key in ("f", "partial", "kappa"))
            table.add_row(name, *measures, f"{row['gold']:,}", f"{row['pred']:,}")
    console = out_console()
    console.print(table)
    for name in ("ALL", "LINK"):
        if "ci95" in figures[name]:
            console.print(f"{name}: 95 % of resampled reports between {figures[name]['ci95'][0]:.3f} and {figures[name]['ci95'][1]:.3f}")
    kinds = ", ".join(f"{kind} {n}" for kind, n in figures["disputes"].items())
    console.print(
        f"{figures['chunks']} chunks, {figures['characters']:,} characters; kappa on characters {figures['kappa']:.3f}, "
        f"on marked ones {figures['kappa_marked']:.3f}; disputes: {kinds}"
    )
