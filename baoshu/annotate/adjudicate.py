"""Adjudication: what annotators of a round agree on is kept, the rest goes to a reviewer, the decisions become the gold.

A project of doccano is flat, so two versions of one place cannot lie on top of each other. A row for review therefore carries the
agreed spans and links as its annotation, and each annotator's version of every disputed place in words, under ``section``, which
``baoshu annotate push`` shows beside the text, and as data, under ``disputes``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from baoshu.annotate.describe import describe
from baoshu.annotate.disputes import Dispute, LinkKey, agreed_part, find_disputes, link_type
from baoshu.annotate.recompose import replace_paragraphs
from baoshu.annotate.rounds import Round
from baoshu.annotate.rows import annotation_to_row, row_id
from baoshu.errors import AnnotationError, BaoshuError
from baoshu.evaluate import SpanKey
from baoshu.files import read_jsonl, write_jsonl
from baoshu.types import Annotation


@dataclass(frozen=True, slots=True)
class Merged:
    """A round put together, by chunk id.

    :param agreed: What all annotators have, of every chunk that several annotated; of a disputed one it is only a part.
    :param disputes: The disputed places of the chunks that have some.
    :param single: The chunks that only one annotated.
    """

    agreed: dict[str, Annotation] = field(default_factory=dict)
    disputes: dict[str, list[Dispute]] = field(default_factory=dict)
    single: dict[str, Annotation] = field(default_factory=dict)


def merge_round(annotators: Round, failures: list[BaoshuError]) -> Merged:
    """Put the annotators of a round together, chunks in the order in which they first come.

    :param failures: Takes an error for each chunk whose text is not the same from all; it is left out.
    """
    merged = Merged()
    for chunk_id in dict.fromkeys(chunk_id for chunks in annotators.values() for chunk_id in chunks):
        versions = {name: chunks[chunk_id] for name, chunks in annotators.items() if chunk_id in chunks}
        if len(versions) == 1:
            merged.single[chunk_id] = next(iter(versions.values()))
            continue
        try:
            disputes = find_disputes(versions)
        except AnnotationError as error:
            failures.append(error)
            continue
        merged.agreed[chunk_id] = agreed_part(versions)
        if disputes:
            merged.disputes[chunk_id] = disputes
    return merged


def review_rows(merged: Merged) -> list[dict[str, Any]]:
    """Return a row for each disputed chunk, ``{chunk_id, section, disputes, text, entities, relations}``, as ``push`` takes it.

    ``entities`` and ``relations`` hold what is agreed, ``section`` a line for each dispute. *Offsets:* code points, end exclusive.
    """
    return [
        annotation_to_row(
            merged.agreed[chunk_id],
            chunk_id=chunk_id,
            section=[describe(dispute, merged.agreed[chunk_id].text) for dispute in disputes],
            disputes=[_dispute_row(dispute) for dispute in disputes],
        )
        for chunk_id, disputes in merged.disputes.items()
    ]


def settle(merged: Merged, decisions: Mapping[str, Annotation], failures: list[BaoshuError]) -> dict[str, Annotation]:
    """Return the gold of a round: chunks without dispute as they are, disputed ones as decided.

    :param decisions: Whole versions of chunks, as the reviewer left them; one of an undisputed chunk replaces what was agreed.
    :param failures: Takes an error for each disputed chunk without a decision, each decision about another text, and each
        about a chunk that the round does not have.
    """
    gold: dict[str, Annotation] = {}
    for chunk_id, agreed in merged.agreed.items():
        decided = decisions.get(chunk_id)
        if decided is not None and decided.text != agreed.text:
            failures.append(AnnotationError(chunk_id, "decided on another text", "the text of the round", "Was it edited in the review?"))
        elif decided is not None:
            gold[chunk_id] = decided
        elif chunk_id in merged.disputes:
            failures.append(AnnotationError(chunk_id, "not decided", "a row among the decisions", "Decide it in the review."))
        else:
            gold[chunk_id] = agreed
    for chunk_id in decisions.keys() - merged.agreed.keys():
        failures.append(AnnotationError(chunk_id, "decided, but not in the round", "chunks that several annotated"))
    return gold


def write_gold(annotations: Mapping[str, Annotation], folder: Path, failures: list[BaoshuError], *, into_composed: bool = False) -> dict[Path, int]:
    """Write annotations by report to ``gold/<report_id>.jsonl``, or into ``composed/<report_id>.txt``; returns what changed in which file.

    Rows of a gold file with other chunks stay as they are.

    :param folder: The annotations folder.
    :param into_composed: Put the annotations of composed reports into their texts, in the inline notation.
    :param failures: Takes an error for each chunk whose id names no report, and each report that stays as it was: a composed one
        without ``into_composed``, and one whose text is no longer that of the annotations.
    """
    by_report: dict[str, dict[str, Annotation]] = {}
    for chunk_id, annotation in annotations.items():
        report_id = chunk_id.rpartition(":")[0]
        if not report_id or Path(report_id).name != report_id:
            failures.append(AnnotationError(chunk_id, "an id that names no report", "report_id:hash, as from: baoshu chunk"))
            continue
        by_report.setdefault(report_id, {})[chunk_id] = annotation
    changed: dict[Path, int] = {}
    for report_id, chunks in by_report.items():
        composed, gold = folder / "composed" / f"{report_id}.txt", folder / "gold" / f"{report_id}.jsonl"
        try:
            if not composed.is_file():
                changed[gold] = _update_gold(gold, chunks)
            elif into_composed:
                changed[composed] = replace_paragraphs(composed, chunks)
            else:
                raise AnnotationError(str(composed), "a composed report", "reports without a composed text", "Add --into-composed.")
        except BaoshuError as error:
            failures.append(error)
    return changed


def _update_gold(path: Path, chunks: Mapping[str, Annotation]) -> int:
    before = {row_id(row): row for row in read_jsonl(path)} if path.is_file() else {}
    after = before | {chunk_id: annotation_to_row(annotation, chunk_id=chunk_id) for chunk_id, annotation in chunks.items()}
    changed = sum(before.get(chunk_id) != row for chunk_id, row in after.items())
    if changed:
        write_jsonl(path, after.values())
    return changed


def _dispute_row(dispute: Dispute) -> dict[str, Any]:
    return {
        "kind": dispute.kind,
        "start_offset": dispute.start,
        "end_offset": dispute.end,
        "versions": {
            name: {"spans": [_span_row(span) for span in dispute.spans[name]], "links": [_link_row(link) for link in dispute.links[name]]}
            for name in dispute.spans
        },
    }


def _span_row(span: SpanKey) -> dict[str, Any]:
    return {"label": span[2], "start_offset": span[0], "end_offset": span[1]}


def _link_row(link: LinkKey) -> dict[str, Any]:
    return {"type": link_type(link), "from": _span_row(link[0]), "to": _span_row(link[1])}
