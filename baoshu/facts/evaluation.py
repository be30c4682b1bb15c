"""Run the facts component and the whole pipeline on the reports that have gold facts, and score both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from spacy.language import Language

from baoshu.annotate.composed import ComposedReport, read_all_composed
from baoshu.corpus.align import annotation_to_doc
from baoshu.corpus.build import character_pipeline
from baoshu.corpus.gold_facts import read_gold_facts
from baoshu.facts.extract import chunk_contexts, document_facts, report_facts
from baoshu.facts.scoring import Pair, by_link, by_value, fact_errors, score_facts
from baoshu.files import write_text
from baoshu.reports.chunk import split_report
from baoshu.reports.read import read_report
from baoshu.types import Fact

Score = dict[str, Any]


def evaluate_facts(nlp: Language, annotations: Path, split: Mapping[str, str]) -> tuple[Score, list[dict[str, Any]]]:
    """Score facts against ``annotations/facts``.

    :param split: The part of each report, for scores of held-back and training reports of their own.
    :returns: ``facts_gold_links`` (entities, links and front matter as annotated, only the attributes read) and
        ``facts_end_to_end`` (the plain text read by the whole pipeline), by link and by value, with ``precision``: the share
        of all rows read that are right. And a row for each error. Both are empty when there are no gold facts.
    """
    composed = {one.report.report_id: one for one in read_all_composed(annotations / "composed")}
    gold = read_gold_facts(annotations, composed)
    if not gold:
        return {}, []
    annotated = {report_id: gold_link_facts(composed[report_id]) for report_id in gold}
    read = {report_id: read_facts(nlp, composed[report_id]) for report_id in gold}
    on_links = {report_id: by_link(gold[report_id], facts) for report_id, facts in annotated.items()}
    linked = {report_id: by_link(gold[report_id], facts) for report_id, facts in read.items()}
    valued = {report_id: by_value(gold[report_id], facts) for report_id, facts in read.items()}
    end_to_end: Score = {"by_link": _scores(linked, split), "by_value": _scores(valued, split), "predicted": sum(map(len, read.values()))}
    end_to_end["precision"] = round(end_to_end["by_link"]["right"] / max(end_to_end["predicted"], 1), 4)
    errors = [
        row for setting, pairs in (("gold links", on_links), ("end to end", linked)) for one in pairs.values() for row in fact_errors(setting, one)
    ]
    return {"facts_gold_links": _scores(on_links, split), "facts_end_to_end": end_to_end}, errors


def _scores(pairs: Mapping[str, Sequence[Pair]], split: Mapping[str, str]) -> Score:
    """Score all reports, and beside each other those held back from training and those trained on."""
    result = score_facts(pairs)
    for name, among in (("held_back", ("dev", "test")), ("train", ("train",))):
        some = {report_id: of_report for report_id, of_report in pairs.items() if split.get(report_id) in among}
        if some:
            result[name] = score_facts(some)
    return result


def gold_link_facts(composed: ComposedReport) -> list[Fact]:
    """Return the facts of a composed report read from its annotated entities and links."""
    blank = character_pipeline()
    report = composed.report
    chunks = split_report(report, max_chars=len(report.text) + 1)  # one a paragraph, as they were annotated
    contexts = chunk_contexts(report, chunks, "gold")
    docs = (annotation_to_doc(annotation, blank)[0] for annotation in composed.annotations)
    return [fact for doc, context in zip(docs, contexts, strict=True) for fact in document_facts(doc, context)]


def read_facts(nlp: Language, composed: ComposedReport) -> list[Fact]:
    """Return the facts of the plain text of a composed report, metadata read from it too, as ``baoshu extract`` does."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{composed.report.report_id}.txt"
        write_text(path, composed.report.text + "\n")
        ((_, facts),) = report_facts(nlp, [read_report(path)])
    return facts
