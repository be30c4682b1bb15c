"""Doc → facts, as a function and as the pipeline component ``baoshu_facts``."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from baoshu.divisions import find_division
from baoshu.errors import ModelError
from baoshu.facts.context import read_context
from baoshu.facts.names import metric_id
from baoshu.facts.period import Stage, Years, read_period, read_stages, read_status
from baoshu.facts.quantity import parse_quantity
from baoshu.pipeline.entities import SCORES_KEY
from baoshu.pipeline.linker import Linker, entity_spans
from baoshu.pipeline.relations import get_relations
from baoshu.reports.chunk import is_glossary, split_report, split_sentences
from baoshu.types import SUBJECT_LABELS, Chunk, Fact, Report, Span

CONTEXT_KEY = "baoshu_context"
_FACTS_KEY = "baoshu_facts"
_ACTUAL = Stage("actual", False)
_FACT_LINKS = frozenset(("VALUE", label) for label in SUBJECT_LABELS)
_PLACE_LINKS = frozenset((label, "PLACE") for label in SUBJECT_LABELS)


@dataclass(frozen=True, slots=True)
class ReportContext:
    """What facts need to know of the report around a chunk. ``offset`` is where the chunk starts in the report's text."""

    report_id: str = ""
    chunk_id: str = ""
    section: tuple[str, ...] = ()
    offset: int = 0
    year: int | None = None
    reported_year: int | None = None
    place: str | None = None
    adcode: str | None = None
    stage: Stage = _ACTUAL
    model: str = ""


def document_facts(doc: Doc, context: ReportContext | None = None, *, text: str | None = None) -> list[Fact]:
    """Return the facts of a document, one for each link from a VALUE to a METRIC or PROJECT, whatever its type is called, in text order.

    :param context: The report around it; without it period and place stay null unless the text names them.
    :param text: The document's text, where the caller has it: spaCy gathers ``doc.text`` anew from its tokens.
    """
    if not doc.ents:
        return []
    context = context or ReportContext()
    spans = entity_spans(doc)
    text = doc.text if text is None else text
    scores = {(start, end): probability for start, end, probability in doc.user_data.get(SCORES_KEY, ())}
    places_of: dict[int, list[int]] = {}
    links: list[tuple[int, int, float]] = []
    for relation in get_relations(doc):
        ends = spans[relation.head].label, spans[relation.tail].label
        if ends in _PLACE_LINKS:
            places_of.setdefault(relation.head, []).append(relation.tail)
        elif ends in _FACT_LINKS:
            links.append((relation.head, relation.tail, relation.probability))
    sentences = list(split_sentences(text))
    return [
        _fact(text, spans, value, subject, probability, sentences, places_of.get(subject, []), scores, context)
        for value, subject, probability in sorted(links)
    ]


def _fact(
    text: str, spans: list[Span], value: int, subject: int, probability: float, sentences: list[tuple[int, int]],
    place_indices: list[int], scores: dict[tuple[int, int], float], context: ReportContext,
) -> Fact:  # fmt: skip
    v, s = spans[value], spans[subject]
    surface, name = text[v.start : v.end], text[s.start : s.end]
    begin, finish = next((bounds for bounds in sentences if bounds[0] <= v.start < bounds[1]), (0, len(text)))
    quantity = parse_quantity(surface)
    reading = read_context(text, spans, value, subject)
    years = Years.of(context.year, context.reported_year)
    before = text[begin : v.start]
    status = read_status(context.stage, text[begin:finish], before, years)
    period = read_period(context.stage, status, before, years, measure=reading.measure, start_of_change=reading.start_of_change)
    places = tuple(dict.fromkeys(text[spans[i].start : spans[i].end] for i in sorted(place_indices)))
    place = places[0] if places else context.place
    division = find_division(places[0], within=context.adcode) if places else None
    confidence = probability * scores.get((v.start, v.end), 1.0) * scores.get((s.start, s.end), 1.0)
    start, subject_start = context.offset + v.start, context.offset + s.start
    return Fact(
        fact_id=fact_id(context.report_id, start, context.offset + v.end, subject_start, context.offset + s.end),
        report_id=context.report_id, report_year=context.year, section=context.section, chunk_id=context.chunk_id,
        start=start, end=context.offset + v.end, sentence=text[begin:finish], subject=name, subject_type=s.label,
        subject_start=subject_start, subject_end=context.offset + s.end,
        metric_id=metric_id(name, quantity.unit, reading.measure) if s.label == "METRIC" else None, value=surface,
        number=quantity.number, number_high=quantity.number_high, unit=quantity.unit,
        measure=reading.measure, direction=reading.direction, bound=reading.bound, status=status, period=period,
        place=place, places=places, adcode=division.adcode if division else (None if places else context.adcode),
        confidence=round(min(confidence, 1.0), 4), model=context.model,
    )  # fmt: skip


def fact_id(report_id: str, start: int, end: int, subject_start: int, subject_end: int) -> str:
    """Return the id of a fact, stable while report and text are."""
    return hashlib.sha256(f"{report_id}\x1f{start}\x1f{end}\x1f{subject_start}\x1f{subject_end}".encode()).hexdigest()[:16]


def chunk_contexts(report: Report, chunks: list[Chunk], model: str) -> list[ReportContext]:
    """Return the context of each chunk: the arc of the report decides its stage."""
    years = Years.of(report.year, report.reported_year)
    stages = read_stages([chunk.section for chunk in chunks], [chunk.text for chunk in chunks], years, kind=report.kind)
    return [
        ReportContext(
            report.report_id, chunk.id, chunk.section, chunk.start, report.year, report.reported_year, report.place, report.adcode, stage, model
        )
        for chunk, stage in zip(chunks, stages, strict=True)
    ]


def report_facts(nlp: Language, reports: Iterable[Report]) -> Iterator[tuple[Report, list[Fact]]]:
    """Yield each report with its facts; glossaries are left out.

    :raises ModelError: when the pipeline reads other labels than those that facts are made of.
    """
    check_labels(nlp)
    model = model_name(nlp)
    for report in reports:
        chunks = split_report(report)
        contexts = chunk_contexts(report, chunks, model)
        wanted = [(chunk.text, (chunk.text, context)) for chunk, context in zip(chunks, contexts, strict=True) if not is_glossary(chunk)]
        facts: list[Fact] = []
        with nlp.select_pipes(disable=[name for name in nlp.pipe_names if nlp.get_pipe_meta(name).factory == "baoshu_facts"]):
            for doc, (text, context) in nlp.pipe(wanted, as_tuples=True):
                facts.extend(document_facts(doc, context, text=text))
        yield report, facts


def check_labels(nlp: Language) -> None:
    """Refuse a pipeline without the labels and links that facts are made of.

    :raises ModelError: when it has labels without VALUE, or with neither METRIC nor PROJECT, or a linker that links no VALUE to these.
    """
    labels = {label for found in nlp.pipe_labels.values() for label in found}
    linkers = [component for _, component in nlp.pipeline if isinstance(component, Linker)]
    problem = ""
    if labels and not ("VALUE" in labels and labels.intersection(SUBJECT_LABELS)):
        problem = f"reads {', '.join(sorted(labels))}"
    elif linkers and not any(_FACT_LINKS.intersection(linker.scheme.links) for linker in linkers):
        problem = f"links {', '.join(linker.scheme.describe_links() for linker in linkers)}"
    if problem:
        raise ModelError(
            model_name(nlp),
            f"{problem}, of which no facts are made",
            "VALUE, linked to METRIC or PROJECT",
            "Use baoshu suggest or spaCy for other labels; see docs/labels.md.",
        )


def model_name(nlp: Language) -> str:
    """Return name and version of a pipeline, as facts cite it."""
    meta = nlp.meta
    return f"{meta.get('lang', 'zh')}_{meta.get('name', 'pipeline')}-{meta.get('version', '0')}"


def fact_row(fact: Fact) -> dict[str, Any]:
    """Return a fact as a row for JSON: lists for tuples."""
    row = {name: getattr(fact, name) for name in Fact.__dataclass_fields__}
    return row | {"section": list(fact.section), "places": list(fact.places)}


def fact_from_row(row: Mapping[str, Any]) -> Fact:
    """Return the fact of a row that :func:`fact_row` made."""
    return Fact(**{**row, "section": tuple(row["section"]), "places": tuple(row["places"])})


@Language.factory("baoshu_facts", requires=["doc.ents", "doc._.relations"], assigns=["doc._.facts"])
class FactsComponent:
    """Set ``doc._.facts``; the report around the document comes from ``doc.user_data["baoshu_context"]``, a :class:`ReportContext`.

    The document keeps them as plain rows, so that it can be serialised.
    """

    def __init__(self, nlp: Language, name: str) -> None:
        self.nlp = nlp
        self.name = name

    @cached_property
    def _no_report(self) -> ReportContext:
        """The context of a document without a report; spaCy gathers ``nlp.meta`` anew at every look, so it is looked at once."""
        return ReportContext(model=model_name(self.nlp))

    def __call__(self, doc: Doc) -> Doc:
        """Compute the facts of one document."""
        context = doc.user_data.get(CONTEXT_KEY) or self._no_report
        doc.user_data[_FACTS_KEY] = [fact_row(fact) for fact in document_facts(doc, context)]
        return doc


if not Doc.has_extension("facts"):
    Doc.set_extension("facts", getter=lambda doc: [fact_from_row(row) for row in doc.user_data.get(_FACTS_KEY, [])])
