"""Annotation ↔ Doc: spans fit character tokens, and what fits no token is handed back."""

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from baoshu.annotate.markup import parse_markup
from baoshu.corpus.align import Misaligned, annotation_to_doc, doc_to_annotation, misaligned_rate
from baoshu.files import sha256
from baoshu.pipeline.relations import EntityRelation, get_relations
from baoshu.pipeline.tokenizer import CharacterTokenizer
from baoshu.reports.chunk import split_report
from baoshu.reports.read import read_report
from baoshu.scheme import relation_type
from baoshu.types import Annotation, Relation, Report, Span

BY_CHARACTER = spacy.blank("zh")
BY_CHARACTER.tokenizer = CharacterTokenizer(BY_CHARACTER.vocab)
BY_SPACE = spacy.blank("en")
LINE = st.text(
    st.sampled_from("粮食产量增长达到3.2%亿元，。；：“”（）—{}|\\ 😀𠀀𪚥e\u0301") | st.characters(exclude_categories=["Cs", "Cc"]), max_size=30
)


@st.composite
def spans_of(draw, text):
    """Flat spans over a text, edges free of whitespace, and legal relations between them."""
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        if text[start:end].strip() == text[start:end]:
            spans.append(Span(len(spans), draw(st.sampled_from(["METRIC", "VALUE", "PROJECT", "PLACE"])), start, end))
    pairs = [Relation(a.id, b.id, kind) for a in spans for b in spans if (kind := relation_type(a.label, b.label))]
    relations = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return tuple(spans), tuple(relations)


def test_entities_and_relations_become_those_of_the_doc():
    annotation = parse_markup("😀{L1|青石县}{M1@L1|𠀀产量}达{V>M1|12万吨}", id="r:1")
    doc, lost = annotation_to_doc(annotation, BY_CHARACTER)
    assert lost == []
    assert [(e.text, e.label_) for e in doc.ents] == [("青石县", "PLACE"), ("𠀀产量", "METRIC"), ("12万吨", "VALUE")]
    assert get_relations(doc) == (EntityRelation(1, 0, "所在地"), EntityRelation(2, 1, "指标值"))
    assert doc_to_annotation(doc) == annotation


def test_relations_survive_ids_with_gaps():
    annotation = Annotation("税收增3%", (Span(40, "METRIC", 0, 2), Span(7, "VALUE", 3, 5)), (Relation(7, 40, "指标值"),))
    assert get_relations(annotation_to_doc(annotation, BY_CHARACTER)[0]) == (EntityRelation(1, 0, "指标值"),)


def test_a_span_inside_a_token_is_handed_back_and_its_relations_go_with_it():
    annotation = parse_markup("{M1|tax} rose{V>M1|3} and {M2|trade} {V>M2|5%}", id="r:1")
    doc, lost = annotation_to_doc(annotation, BY_SPACE)
    assert lost == [Misaligned("r:1", 8, 9, "VALUE", "3")]
    assert [e.text for e in doc.ents] == ["tax", "trade", "5%"]
    assert get_relations(doc) == (EntityRelation(2, 1, "指标值"),)
    assert misaligned_rate(lost, 4) == 0.25


def test_the_rate_of_no_spans_is_zero():
    assert misaligned_rate([], 0) == 0.0


@settings(max_examples=60, deadline=None)
@given(st.lists(LINE, max_size=6), st.data())
def test_from_report_to_doc_and_back_every_offset_cuts_the_same_characters(lines, data):
    text = "\n".join(line for line in lines if line.strip())
    report = Report("r", text, sha256(text), "r.txt")
    for chunk in split_report(report, max_chars=20):
        assert report.text[chunk.start : chunk.end] == chunk.text
        spans, relations = data.draw(spans_of(chunk.text))
        annotation = Annotation(chunk.text, spans, relations, chunk.id)
        doc, lost = annotation_to_doc(annotation, BY_CHARACTER)
        assert lost == [] and doc.text == chunk.text
        back = doc_to_annotation(doc)
        assert (back.text, back.spans, set(back.relations), back.id) == (chunk.text, spans, set(relations), chunk.id)
        for ent, span in zip(doc.ents, spans, strict=True):
            assert report.text[chunk.start + ent.start_char : chunk.start + ent.end_char] == annotation.value(span) == ent.text


@pytest.mark.parametrize("line", ["2025年，粮食产量增长3.2%。😀", "“𠀀计划”投资３亿元；"])
def test_a_file_that_was_read_is_cut_and_aligned_character_by_character(tmp_path, line):
    path = tmp_path / "a.txt"
    path.write_text(f"青石县政府工作报告\n{line}\n", encoding="utf-8")
    report = read_report(path)
    for chunk in split_report(report):
        doc, _ = annotation_to_doc(Annotation(chunk.text), BY_CHARACTER)
        assert [token.text for token in doc] == list(report.text[chunk.start : chunk.end])
