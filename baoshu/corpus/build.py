"""Split annotated reports into train, dev and test and write them as DocBins."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import DocBin

from baoshu.annotate.composed import read_all_composed
from baoshu.annotate.rows import annotation_to_row, row_to_annotation
from baoshu.corpus.align import Misaligned, annotation_to_doc, misaligned_rate
from baoshu.corpus.augment import Augmenter, Rates
from baoshu.errors import AnnotationError, BaoshuError, CorpusError
from baoshu.files import atomic_path, read_jsonl, read_jsonl_lines, write_json, write_jsonl
from baoshu.pipeline.tokenizer import CharacterTokenizer
from baoshu.types import Annotation

PARTS = ("train", "dev", "test")
_ATTRIBUTES = ["ENT_IOB", "ENT_TYPE", "SPACY"]


def read_annotations(folder: Path, failures: list[BaoshuError] | None = None) -> dict[str, list[Annotation]]:
    """Read the composed reports and the adjudicated gold of an annotations folder, by report id.

    :param failures: Takes the error of each file or row that cannot be read; without it the first one is raised.
    :raises CorpusError: when the folder holds neither ``composed/*.txt`` nor ``gold/*.jsonl``.
    """
    reports = {one.report.report_id: list(one.annotations) for one in read_all_composed(folder / "composed", failures)}
    for path in sorted((folder / "gold").glob("*.jsonl")):
        if path.stem in reports:
            raise CorpusError(str(path), "a report of this id is composed already", "one source a report")
        reports[path.stem] = list(_read_gold(path, failures))
    if not reports:
        raise CorpusError(str(folder), "no annotated report", "composed/*.txt or gold/*.jsonl", "See annotations/README.md")
    return reports


def _read_gold(path: Path, failures: list[BaoshuError] | None) -> Iterator[Annotation]:
    for number, row in read_jsonl_lines(path, failures):
        try:
            yield row_to_annotation(row, f"{path}:{number}", id=str(row.get("chunk_id") or f"{path.stem}:{number}"))
        except AnnotationError as error:
            if failures is None:
                raise
            failures.append(error)


def split_reports(sizes: dict[str, int], *, dev: float, test: float, seed: int = 0) -> dict[str, str]:
    """Assign whole reports to train, dev or test.

    Reports come in the order of a hash of seed and id, so that a new report moves few others; dev and test are
    filled first, up to their share of the characters. Each part gets a report at least; of two reports none is for test.

    :param sizes: Characters of each report.
    :raises CorpusError: when there is one report.
    """
    if len(sizes) < 2:
        raise CorpusError("corpus", f"{len(sizes)} annotated reports", "at least 2, for train and dev; a third one for test")
    parts = ("test", "dev", "train")[-len(sizes) :]
    order = sorted(sizes, key=lambda report_id: hashlib.sha256(f"{seed}:{report_id}".encode()).hexdigest())
    total = sum(sizes.values())
    shares, filled = {"test": test * total, "dev": dev * total}, {"test": 0, "dev": 0}
    split: dict[str, str] = {}
    for left, report_id in zip(range(len(order), 0, -1), order, strict=True):
        empty = [part for part in parts if part not in split.values()]
        if left == len(empty):
            split[report_id] = empty[0]
            continue
        fits = (p for p, share in shares.items() if filled[p] < share and (p in empty or filled[p] + sizes[report_id] <= 1.25 * share))
        split[report_id] = part = next(fits, "train")
        if part != "train":
            filled[part] += sizes[report_id]
    return split


def build_corpus(
    reports: dict[str, list[Annotation]],
    nlp: Language,
    out: Path,
    *,
    dev: float = 0.12,
    test: float = 0.12,
    seed: int = 0,
    max_misaligned: float = 0.0,
) -> dict[str, Any]:
    """Write ``split.json``, ``{train,dev,test}.spacy`` and ``annotations.jsonl``; returns the statistics of each part.

    :raises CorpusError: when more than ``max_misaligned`` of the spans fit no tokens; ``misaligned.jsonl`` lists them.
    """
    sizes = {report_id: sum(len(a.text) for a in annotations) for report_id, annotations in reports.items()}
    split = split_reports(sizes, dev=dev, test=test, seed=seed)
    bins = {part: DocBin(attrs=_ATTRIBUTES, store_user_data=True) for part in PARTS}
    counts = {part: Counter[str]() for part in PARTS}
    lost: list[Misaligned] = []
    trained_on = {a.text for a in part_annotations(reports, split, "train")}
    for report_id in sorted(reports):
        part = split[report_id]
        counts[part]["reports"] += 1
        for annotation in reports[report_id]:
            doc, misaligned = annotation_to_doc(annotation, nlp)
            lost.extend(misaligned)
            if part == "train" or annotation.spans or annotation.text not in trained_on:
                bins[part].add(doc)  # headings and salutations that training saw as well measure nothing
            counts[part].update({"chunks": 1, "characters": len(annotation.text), "relations": len(annotation.relations)})
            counts[part].update(span.label for span in annotation.spans)
    total = sum(len(a.spans) for annotations in reports.values() for a in annotations)
    write_jsonl(
        out / "misaligned.jsonl", ({"chunk_id": m.chunk_id, "start": m.start, "end": m.end, "label": m.label, "value": m.value} for m in lost)
    )
    if misaligned_rate(lost, total) > max_misaligned:
        raise CorpusError(
            str(out), f"{len(lost)} of {total} spans fit no token", f"at most {max_misaligned:.1%}", f"See {out / 'misaligned.jsonl'}; is the tokenizer by characters?"
        )  # fmt: skip
    for part, docs in bins.items():
        with atomic_path(out / f"{part}.spacy") as temporary:
            docs.to_disk(temporary)
    write_jsonl(
        out / "annotations.jsonl",
        (
            annotation_to_row(a, chunk_id=a.id, report_id=report_id, part=split[report_id])
            for report_id in sorted(reports)
            for a in reports[report_id]
        ),
    )
    statistics = {part: dict(sorted(counts[part].items())) for part in PARTS}
    write_json(out / "split.json", {"seed": seed, "parts": statistics, "split": dict(sorted(split.items()))})
    return statistics


def part_annotations(reports: dict[str, list[Annotation]], split: dict[str, str], part: str) -> Sequence[Annotation]:
    """Return the annotations of one part, reports in order of their ids."""
    return [a for report_id in sorted(reports) if split[report_id] == part for a in reports[report_id]]


def augment_training(corpus: Path, out: Path, *, copies: int, rates: Rates, seed: int) -> tuple[int, int]:
    """Write a DocBin of the training chunks and their variants; returns how many of each.

    The place that a report is about is read from ``reports.jsonl`` in the same folder, where it is there.

    :raises CorpusError: when the corpus has no training chunks.
    """
    path = corpus / "annotations.jsonl"
    chunks = [row_to_annotation(row, str(path), id=str(row["chunk_id"])) for row in read_jsonl(path) if row.get("part") == "train"]
    if not chunks:
        raise CorpusError(str(path), "no training chunks", "a built corpus", "Run: baoshu corpus build annotations corpus")
    nlp = character_pipeline()
    augmenter = Augmenter(chunks, hosts=report_places(corpus), rates=rates, seed=seed)
    variants = [variant for chunk in chunks for variant in augmenter.variants(chunk, copies)]
    docs = DocBin(attrs=_ATTRIBUTES, store_user_data=True)
    for annotation in [*chunks, *variants]:
        docs.add(annotation_to_doc(annotation, nlp)[0])
    with atomic_path(out) as temporary:
        docs.to_disk(temporary)
    return len(chunks), len(variants)


def report_places(corpus: Path) -> dict[str, str]:
    """Return the place that each report of a corpus folder is about, by its ``reports.jsonl``; nothing where there is none."""
    path = corpus / "reports.jsonl"
    return {str(row["report_id"]): str(row.get("place") or "") for row in read_jsonl(path)} if path.exists() else {}


def character_pipeline() -> Language:
    """Return a blank Chinese pipeline whose tokens are characters."""
    nlp = spacy.blank("zh")
    nlp.tokenizer = CharacterTokenizer(nlp.vocab)
    return nlp
