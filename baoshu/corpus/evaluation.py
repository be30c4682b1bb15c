"""Score a pipeline on a part of the corpus, report by report."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from spacy.language import Language

from baoshu.annotate.rows import row_to_annotation
from baoshu.corpus.align import annotation_to_doc, doc_to_annotation
from baoshu.errors import CorpusError
from baoshu.evaluate import score_reports
from baoshu.files import read_jsonl_lines
from baoshu.types import Annotation


def evaluate_part(nlp: Language, corpus: Path, part: str) -> dict[str, Any]:
    """Predict the chunks of ``part`` and score them.

    :raises CorpusError: when the corpus has no such chunks.
    """
    path = corpus / "annotations.jsonl"
    gold: dict[str, list[Annotation]] = {}
    for number, row in read_jsonl_lines(path) if path.is_file() else ():
        if row.get("part") == part:
            gold.setdefault(str(row.get("report_id")), []).append(row_to_annotation(row, f"{path}:{number}"))
    chunks = [annotation for annotations in gold.values() for annotation in annotations]
    if not chunks:
        raise CorpusError(str(path), f"no chunk of the part {part}", "a built corpus", "Run: baoshu corpus build annotations corpus")
    begin = time.perf_counter()
    predicted = iter([doc_to_annotation(doc) for doc in nlp.pipe(annotation.text for annotation in chunks)])
    seconds = time.perf_counter() - begin
    pairs = {report_id: [(g, next(predicted)) for g in annotations] for report_id, annotations in gold.items()}
    characters = sum(len(annotation.text) for annotation in chunks)
    return {
        "part": part, "reports": len(gold), "chunks": len(chunks), "characters": characters,
        "characters_per_second": round(characters / seconds, 1), "scores": score_reports(pairs),
        "scores_by_report": {report_id: score_reports({report_id: found})["ALL"] for report_id, found in sorted(pairs.items())},
    }  # fmt: skip


def linked_gold(nlp: Language, annotations: Sequence[Annotation]) -> list[Annotation]:
    """Return the gold spans of annotations with the links that the pipeline's linker gives them: how well it links when every span is right."""
    linker = nlp.get_pipe(next(name for name in nlp.pipe_names if nlp.get_pipe_meta(name).factory == "baoshu_linker"))
    return [doc_to_annotation(linker(annotation_to_doc(annotation, nlp)[0])) for annotation in annotations]
