"""Score a pipeline on a part of the corpus, report by report."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from baoshu.annotate.rows import row_to_annotation
from baoshu.corpus.align import annotation_to_doc, doc_to_annotation
from baoshu.errors import CorpusError
from baoshu.evaluate import SpanKey, score_reports
from baoshu.files import read_jsonl_lines
from baoshu.pipeline.entities import SCORES_KEY
from baoshu.pipeline.relations import get_relations
from baoshu.scheme import current_scheme
from baoshu.types import Annotation


@dataclass(frozen=True, slots=True)
class Prediction:
    """A chunk as annotated and as predicted; ``confidence`` of each predicted link of a value, as facts give it."""

    gold: Annotation
    predicted: Annotation
    confidence: Mapping[tuple[SpanKey, SpanKey], float]


@dataclass(frozen=True, slots=True)
class Predictions:
    """The chunks of a part of the corpus by report, and how long the pipeline took for them."""

    part: str
    reports: Mapping[str, list[Prediction]]
    seconds: float

    @property
    def pairs(self) -> dict[str, list[tuple[Annotation, Annotation]]]:
        """For each report its chunks as (gold, predicted)."""
        return {report_id: [(one.gold, one.predicted) for one in chunks] for report_id, chunks in self.reports.items()}


def predict_part(nlp: Language, corpus: Path, part: str) -> Predictions:
    """Predict the chunks of ``part``.

    :raises CorpusError: when the corpus has no such chunks.
    """
    path = corpus / "annotations.jsonl"
    gold: dict[str, list[Annotation]] = {}
    parts: set[str] = set()
    for number, row in read_jsonl_lines(path) if path.is_file() else ():
        parts.add(str(row.get("part")))
        if row.get("part") == part:
            annotation = row_to_annotation(row, f"{path}:{number}", id=str(row.get("chunk_id") or f"{row.get('report_id')}:{number}"))
            gold.setdefault(str(row.get("report_id")), []).append(annotation)
    chunks = [annotation for annotations in gold.values() for annotation in annotations]
    if parts == {"train", "dev"} and part == "test":
        raise CorpusError(str(path), "no test part", "three reports: two have none", "Use --part dev, or annotate a third report.")
    if not chunks:
        raise CorpusError(str(path), f"no chunk of the part {part}", "a built corpus", "Run: baoshu corpus build annotations corpus")
    begin = time.perf_counter()
    docs = list(nlp.pipe(annotation.text for annotation in chunks))
    seconds = time.perf_counter() - begin
    read = iter(docs)
    return Predictions(part, {report_id: [_prediction(one, next(read)) for one in annotations] for report_id, annotations in gold.items()}, seconds)


def evaluate_part(nlp: Language, corpus: Path, part: str) -> dict[str, Any]:
    """Predict the chunks of ``part`` and score them.

    :raises CorpusError: when the corpus has no such chunks.
    """
    return score_predictions(predict_part(nlp, corpus, part))


def score_predictions(predictions: Predictions) -> dict[str, Any]:
    """Return the figures of ``metrics.json``."""
    pairs = predictions.pairs
    texts = [gold.text for chunks in pairs.values() for gold, _ in chunks]
    characters = sum(map(len, texts))
    return {
        "part": predictions.part, "reports": len(pairs), "chunks": len(texts), "characters": characters,
        "characters_per_second": round(characters / predictions.seconds, 1), "scores": score_reports(pairs),
        "scores_by_report": {report_id: score_reports({report_id: found})["ALL"] for report_id, found in sorted(pairs.items())},
    }  # fmt: skip


def score_links(nlp: Language, predictions: Predictions) -> dict[str, Any]:
    """Return the rates of links and of links to places that the linker finds between the gold spans."""
    gold = {report_id: [one.gold for one in chunks] for report_id, chunks in predictions.reports.items()}
    pairs = {report_id: list(zip(chunks, linked_gold(nlp, chunks), strict=True)) for report_id, chunks in gold.items()}
    scores = score_reports(pairs)
    return {name: scores[name] for name in ("LINK", "PLACE_LINK")}


def linked_gold(nlp: Language, annotations: Sequence[Annotation]) -> list[Annotation]:
    """Return the gold spans of annotations with the links that the pipeline's linker gives them: how well it links when every span is right."""
    linker = nlp.get_pipe(next(name for name in nlp.pipe_names if nlp.get_pipe_meta(name).factory == "baoshu_linker"))
    return [doc_to_annotation(linker(annotation_to_doc(annotation, nlp)[0])) for annotation in annotations]


def _prediction(gold: Annotation, doc: Doc) -> Prediction:
    predicted = doc_to_annotation(doc)
    scores = {(start, end): probability for start, end, probability in doc.user_data.get(SCORES_KEY, ())}
    keys = [(span.start, span.end, span.label) for span in predicted.spans]
    confidence = {
        (keys[r.head], keys[r.tail]): r.probability * scores.get(keys[r.head][:2], 1.0) * scores.get(keys[r.tail][:2], 1.0)
        for r in get_relations(doc)
        if r.type not in current_scheme().place_types
    }
    return Prediction(gold, predicted, confidence)
