"""Compare the pipeline with its peers in one run on one machine: quality, training time, speed, memory, size."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer
from bench.crf import CharacterCrf, CharacterCrfPlus
from bench.measure import Gold, GoldReports, peak_memory, read_gold, score_system, size_of, time_in_turns
from bench.output import Result, to_json, to_markdown
from bench.pipelines import Baoshu, BaoshuCharacters, Quickstart
from bench.rules import RegexJieba
from bench.systems import Corpus, System, read_corpus

from baoshu.errors import BaoshuError
from baoshu.files import read_jsonl, write_json, write_jsonl, write_text

PASSES, QUICK_PASSES = 5, 3
QUICK_TRAINING = ("--corpora.train.limit", "800", "--corpora.dev.limit", "150", "--training.max_steps", "1600")


def all_systems(*, model: Path | None = None, model_without_words: Path | None = None, quick: bool = False) -> list[System]:
    """Return the systems of a run, in the order of the tables."""
    systems: list[System] = [Baoshu(model)]
    if model_without_words is not None:
        systems.append(BaoshuCharacters(model_without_words))
    return [*systems, CharacterCrf(), CharacterCrfPlus(), Quickstart(QUICK_TRAINING if quick else ()), RegexJieba()]


def measure(
    systems: Sequence[System], corpus: Corpus, gold: Mapping[str, GoldReports], texts: Sequence[str], work: Path, passes: int
) -> list[Result]:
    """Train, load, score and time the systems; ``work`` keeps the models."""
    say = _Progress()
    results, models = [], {}
    for system in systems:
        say(f"{system.name}: train")
        folder = work / system.key
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        begin = time.perf_counter()
        trained = system.train(corpus, folder)
        seconds = time.perf_counter() - begin if trained.commands else None
        models[system.key] = trained.model
        results.append(Result(system.key, system.name, trained.commands, seconds, size_of(trained.model)))
    for system, result in zip(systems, results, strict=True):
        say(f"{system.name}: load and score on {', '.join(gold)}")
        system.load(models[system.key])
        result.scores = {name: score_system(system, reports) for name, reports in gold.items()}
    say(f"speed: {passes} passes over {sum(map(len, texts)):,} characters, systems in turn")
    timed = {(result.key, name): function for system, result in zip(systems, results, strict=True) for name, function in system.timed().items()}
    for (key, name), seconds_of_passes in time_in_turns(timed, texts, passes).items():
        next(result for result in results if result.key == key).seconds[name] = seconds_of_passes
    write_jsonl(work / "texts.jsonl", ({"text": text} for text in texts))
    for result in results:
        say(f"{result.name}: memory")
        result.peak_rss_bytes = peak_memory(result.key, models[result.key], work / "texts.jsonl")
    say("done")
    return results


def read_texts(path: Path) -> Iterator[str]:
    """Yield the paragraphs of a JSONL file with ``text`` in its rows, of a plain text file, or of all such files in a folder.

    :raises BaoshuError: for a row without a text.
    """
    if path.is_dir():
        for file in sorted(file for file in path.rglob("*") if file.suffix in (".jsonl", ".txt")):
            yield from read_texts(file)
        return
    texts = [row.get("text") for row in read_jsonl(path)] if path.suffix == ".jsonl" else [path.read_text(encoding="utf-8-sig")]
    for text in texts:
        if not isinstance(text, str):
            raise BaoshuError(str(path), f"text is {text!r}", "a string in every row")
        yield from filter(str.strip, text.splitlines())


# fmt: off
def main(
    model: Path | None = typer.Option(None, help="Trained pipeline to take instead of training one.", exists=True, file_okay=False),
    model_without_words: Path | None = typer.Option(None, help="A pipeline trained without a segmenter, for rows of its own.", exists=True, file_okay=False),
    gold: list[Path] = typer.Option([], help="Gold to score on besides the test part: doccano relation JSONL.", exists=True, dir_okay=False),
    texts: Path | None = typer.Option(None, help="What is timed (JSONL, text or folder).", show_default="the test part", exists=True),
    corpus: Path = typer.Option(Path("corpus"), help="Folder that `corpus build` wrote."),
    work: Path = typer.Option(Path("training/bench"), help="Folder for the models."),
    out: Path = typer.Option(Path("docs/bench"), help="Files to write, without .md and .json."),
    passes: int | None = typer.Option(None, help="Timed passes.", show_default=f"{PASSES}, quick {QUICK_PASSES}", min=1),
    quick: bool = typer.Option(False, "--quick", help="Less training for the slow quickstart pipeline, fewer passes: at most 15 minutes on 2 cores."),
    only: list[str] = typer.Option([], "--system", help="Only these systems, by key."),
) -> None:
    """Measure the pipeline and its peers and write Markdown and JSON.

    Example: python scripts/benchmark.py --quick"""
    # fmt: on
    systems = all_systems(model=model, model_without_words=model_without_words, quick=quick)
    keys = [system.key for system in systems]
    if set(only) - set(keys):
        raise typer.BadParameter(f"{', '.join(sorted(set(only) - set(keys)))}; expected {', '.join(keys)}", param_hint="--system")
    try:
        parts = read_corpus(corpus)
        golds = _gold_sets(parts, gold)
        timed = list(read_texts(texts)) if texts else [a.text for annotations in parts.test.values() for a in annotations]
        if not timed:
            raise BaoshuError(str(texts), "no text", "at least one paragraph")
        count = passes or (QUICK_PASSES if quick else PASSES)
        results = measure([s for s in systems if s.key in (only or keys)], parts, golds, timed, work, count)
        characters = sum(map(len, timed))
        data = _sizes(parts, golds) | {"speed": {"texts": len(timed), "characters": characters, "passes": count}}
        written = to_json(results, characters=characters, data=data, quick=QUICK_TRAINING if quick else None)
        write_json(out.with_name(f"{out.name}.json"), written)
        write_text(out.with_name(f"{out.name}.md"), to_markdown(written))
    except BaoshuError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(to_markdown(written))
    typer.echo(f"{out}.md {out}.json", err=True)


def _gold_sets(corpus: Corpus, paths: Sequence[Path]) -> dict[str, GoldReports]:
    sets: dict[str, GoldReports] = {"test": {name: [Gold(a) for a in annotations] for name, annotations in corpus.test.items()}}
    for path in paths:
        name = path.stem if path.stem not in sets else f"{path.parent.name}/{path.stem}"
        if name in sets:
            raise BaoshuError(str(path), f"a gold file called {name} is named already", "files of different names")
        sets[name] = read_gold(path)
    return sets


def _sizes(corpus: Corpus, gold: Mapping[str, GoldReports]) -> dict[str, Any]:
    sizes: dict[str, Any] = {}
    for name, reports in gold.items():
        texts = [one.annotation.text for chunks in reports.values() for one in chunks]
        sizes[name] = {"reports": len(reports), "chunks": len(texts), "characters": sum(map(len, texts))}
    return {"train": {"chunks": len(corpus.train), "characters": sum(len(a.text) for a in corpus.train)}, "gold": sizes}


class _Progress:
    """Prints each stage with the seconds since the start to stderr."""

    def __init__(self) -> None:
        self.begin = time.perf_counter()

    def __call__(self, stage: str) -> None:
        typer.echo(f"[{time.perf_counter() - self.begin:6.0f} s] {stage}", err=True)


if __name__ == "__main__":
    typer.run(main)
