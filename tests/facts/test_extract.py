"""Doc → facts: what every fact keeps to, whatever the pipeline found, and one fact compared whole."""

import dataclasses
import hashlib
import json
from typing import get_args

import pytest
import spacy
from spacy.tokens import Doc, DocBin

from baoshu.annotate.markup import parse_markup
from baoshu.corpus.align import annotation_to_doc
from baoshu.errors import ModelError
from baoshu.facts.extract import (
    CONTEXT_KEY,
    FactsComponent,
    ReportContext,
    document_facts,
    fact_from_row,
    fact_id,
    fact_row,
    model_name,
    report_facts,
)
from baoshu.facts.names import metrics
from baoshu.files import sha256
from baoshu.model import load_model
from baoshu.pipeline.entities import SCORES_KEY
from baoshu.pipeline.relations import EntityRelation, get_relations, set_relations
from baoshu.pipeline.tokenizer import CharacterTokenizer
from baoshu.reports.chunk import split_report
from baoshu.scheme import Scheme
from baoshu.types import BOUNDS, MEASURES, STATUSES, Direction, Fact, Report

TEXT = """巩义市政府工作报告
😀各位代表：
一、2025年工作回顾
全市地区生产总值增长6.1%、总量突破1200亿元，一般公共预算收入86.5亿元、增长4.2%，城镇新增就业3.2万人。😀𠀀
工业投资增长12%，规上工业增加值增长8.3%，🎉高新技术企业达到136家，𠀀城粮食产量达到12.6万吨。新郑综保区进出口总额增长15.2%。
二、2026年工作安排
今年主要预期目标是：地区生产总值增长6%左右，一般公共预算收入增长4%以上，城镇新增就业3万人以上。
建成高标准农田5万亩，新建充电桩2000个，城市绿地面积达到300万平方米。
名词解释
“𠀀计划”：投资120亿元的园区建设计划，覆盖企业300家。"""
REPORT = Report(
    "巩义-2026", TEXT, sha256(TEXT), "a.txt", kind="政府工作报告", place="巩义市", adcode="410181", level="县", year=2026, reported_year=2025
)


@pytest.fixture(scope="module")
def nlp(small_model):
    return load_model(small_model)


@pytest.fixture
def other_links(small_model):
    """Load the pipeline with other links; the weights stay."""

    def load(change):
        nlp = spacy.load(small_model)
        linker = nlp.get_pipe("linker")
        linker.scheme = Scheme(linker.scheme.labels, change(linker.scheme.links))
        return nlp

    return load


@pytest.fixture(scope="module")
def facts(nlp):
    ((report, found),) = report_facts(nlp, [REPORT])
    assert report is REPORT and len(found) >= 8
    return found


def gold(marked):
    blank = spacy.blank("zh")
    blank.tokenizer = CharacterTokenizer(blank.vocab)
    doc, lost = annotation_to_doc(parse_markup(marked), blank)
    assert not lost
    return doc


def test_offsets_cut_value_and_subject_out_of_the_report(facts):
    for fact in facts:
        assert TEXT[fact.start : fact.end] == fact.value != ""
        assert TEXT[fact.subject_start : fact.subject_end] == fact.subject != ""
        assert fact.sentence in TEXT and fact.value in fact.sentence
    assert any("😀" in TEXT[: fact.start] and "𠀀" in TEXT[: fact.start] for fact in facts)


def test_every_column_is_there_and_keeps_to_its_vocabulary(facts):
    columns = {field.name for field in dataclasses.fields(Fact)}
    for row in map(fact_row, facts):
        assert set(row) == columns and json.loads(json.dumps(row)) == row
        assert row["measure"] in MEASURES and row["bound"] in BOUNDS and row["status"] in STATUSES
        assert row["direction"] in (*get_args(Direction), None) and row["subject_type"] in ("METRIC", "PROJECT")
        assert row["metric_id"] is None or row["metric_id"] in metrics()
        assert row["number"] is None or row["number"] >= 0
        assert row["number_high"] is None or row["number_high"] > row["number"]
        assert isinstance(row["unit"], str) and 0 <= row["confidence"] <= 1
        assert row["period"] is None or all(part.isdigit() and len(part) == 4 for part in row["period"].split("/"))
        assert row["places"] == [] or row["place"] == row["places"][0]
        assert (row["report_id"], row["report_year"], row["model"]) == ("巩义-2026", 2026, "zh_baoshu-0.1.0")


def test_ids_are_unique_for_each_value_and_subject_and_stay(nlp, facts):
    pairs = [(f.start, f.end, f.subject_start, f.subject_end) for f in facts]
    assert len({f.fact_id for f in facts}) == len(set(pairs)) == len(facts)
    assert [f.fact_id for f in facts] == [fact_id("巩义-2026", *pair) for pair in pairs]
    assert list(report_facts(nlp, [REPORT])) == [(REPORT, facts)]
    assert fact_id("a", 1, 2, 3, 4) == hashlib.sha256(b"a\x1f1\x1f2\x1f3\x1f4").hexdigest()[:16]


def test_facts_come_in_text_order_from_the_chunk_and_section_they_stand_in(facts):
    assert [(f.start, f.subject_start) for f in facts] == sorted((f.start, f.subject_start) for f in facts)
    chunks = {chunk.id: chunk for chunk in split_report(REPORT)}
    for fact in facts:
        chunk = chunks[fact.chunk_id]
        assert chunk.start <= fact.start < fact.end <= chunk.end and fact.section == chunk.section
    assert {f.section[:1] for f in facts} == {("一、2025年工作回顾",), ("二、2026年工作安排",)}


def test_the_glossary_is_left_out(nlp, facts):
    glossary = TEXT.index("名词解释")
    assert max(f.end for f in facts) < glossary
    assert any(ent.label_ == "VALUE" for ent in nlp(TEXT[glossary:]).ents)


def test_reports_are_taken_one_after_the_other(nlp, facts):
    other = dataclasses.replace(REPORT, report_id="b")
    empty = Report("c", "各位代表：", sha256("各位代表："), "c.txt")
    found = list(report_facts(nlp, iter([other, empty, REPORT])))
    assert [report.report_id for report, _ in found] == ["b", "c", "巩义-2026"]
    assert found[1][1] == [] and found[2][1] == facts
    assert not {f.fact_id for f in found[0][1]} & {f.fact_id for f in facts}


def test_one_fact_compared_whole():
    doc = gold("😀2025年，{L1|新郑综保区}{M1@L1|进出口总额}达到{V>M1|150余亿元}。")
    doc.user_data[SCORES_KEY] = [[7, 12, 0.5], [12, 17, 0.8], [19, 25, 0.9]]
    context = ReportContext("r", "r:1", ("一、回顾",), 100, 2026, 2025, "巩义市", "410181", model="zh_test-1")
    assert document_facts(doc, context) == [
        Fact(
            fact_id=fact_id("r", 119, 125, 112, 117), report_id="r", report_year=2026, section=("一、回顾",), chunk_id="r:1", start=119, end=125,
            sentence="😀2025年，新郑综保区进出口总额达到150余亿元。", subject="进出口总额", subject_type="METRIC", subject_start=112, subject_end=117,
            metric_id="进出口总额", value="150余亿元", number=15_000_000_000.0, number_high=16_000_000_000.0, unit="元", measure="level", direction=None,
            bound="over", status="actual", period="2025", place="新郑综保区", places=("新郑综保区",), adcode="410184", confidence=0.72, model="zh_test-1",
        )
    ]  # fmt: skip


def test_a_value_of_two_subjects_gives_two_facts_and_one_of_none_gives_none():
    facts = document_facts(gold("{M1|进口}、{M2|出口}均增长{V>M1,M2|8%}，减负{V|3亿元}，{P1|白河水厂}投资{V>P1|2亿元}。"))
    assert [(f.subject, f.value, f.subject_type, f.metric_id) for f in facts] == [
        ("进口", "8%", "METRIC", "进口总额"), ("出口", "8%", "METRIC", "出口总额"), ("白河水厂", "2亿元", "PROJECT", None),
    ]  # fmt: skip


def test_without_a_report_place_and_period_come_from_the_text_alone():
    (plain,) = document_facts(gold("{M1|税收}增长{V>M1|8%}。"))
    assert (plain.period, plain.place, plain.adcode, plain.report_year, plain.report_id, plain.chunk_id) == (None, None, None, None, "", "")
    (dated,) = document_facts(gold("2024年，{L1|巩义市}{M1@L1|税收}增长{V>M1|8%}。"))
    assert (dated.period, dated.place, dated.adcode) == ("2024", "巩义市", "410181")


def test_a_place_that_is_named_goes_before_that_of_the_report_and_keeps_no_code_of_it():
    context = ReportContext(place="巩义市", adcode="410181")
    facts = document_facts(
        gold("{M1|税收}{V>M1|3亿元}，{L1|白石滩}{M2@L1|税收}{V>M2|2亿元}，{L2|登封市}和{L3|新密市}{M3@L2,L3|税收}{V>M3|1亿元}。"), context
    )
    assert [(f.place, f.places, f.adcode) for f in facts] == [
        ("巩义市", (), "410181"), ("白石滩", ("白石滩",), None), ("登封市", ("登封市", "新密市"), "410185"),
    ]  # fmt: skip


def test_confidence_never_exceeds_one():
    doc = gold("{M1|税收}增长{V>M1|8%}")
    doc.user_data[SCORES_KEY] = [[0, 2, 1.0001], [4, 6, 1.0001]]
    assert [f.confidence for f in document_facts(doc)] == [1.0]
    set_relations(doc, [EntityRelation(r.head, r.tail, r.type, 0.5) for r in get_relations(doc)])
    assert [f.confidence for f in document_facts(doc)] == [0.5001]


def test_the_component_sets_facts_that_travel_with_the_document():
    doc = gold("{M1|税收}增长{V>M1|8%}，{L1|巩义市}{M2@L1|出口}{V>M2|3亿元}。")
    component = FactsComponent(spacy.blank("zh"), "facts")
    assert doc._.facts == []
    component(doc)
    assert doc._.facts == document_facts(doc, ReportContext(model=model_name(component.nlp))) != []
    again = Doc(doc.vocab).from_bytes(doc.to_bytes())
    assert again._.facts == doc._.facts


def test_the_component_takes_the_report_around_the_document():
    doc = gold("{M1|税收}增长{V>M1|8%}")
    doc.user_data[CONTEXT_KEY] = context = ReportContext("r", "r:1", ("一、回顾",), 10, 2026, 2025, "巩义市", "410181", model="zh_test-1")
    assert FactsComponent(spacy.blank("zh"), "facts")(doc)._.facts == document_facts(doc, context)


def test_a_loaded_pipeline_sets_facts(nlp):
    doc = nlp("全市地区生产总值增长6.1%，城镇新增就业3.2万人。")
    assert doc._.facts == document_facts(doc, ReportContext(model="zh_baoshu-0.1.0")) != []


def test_facts_and_relations_travel_in_a_docbin(nlp):
    doc = nlp("全市地区生产总值增长6.1%，城镇新增就业3.2万人。")
    (again,) = DocBin().from_bytes(DocBin(docs=[doc], store_user_data=True).to_bytes()).get_docs(nlp.vocab)
    assert again._.facts == doc._.facts != [] and get_relations(again) == get_relations(doc)


def test_a_row_is_plain_json_and_leads_back_to_the_fact(facts):
    for fact in facts:
        assert fact_from_row(json.loads(json.dumps(fact_row(fact)))) == fact


def test_links_of_other_names_give_the_same_facts(other_links, facts):
    renamed = other_links(lambda links: {ends: f"{kind} by another name" for ends, kind in links.items()})
    assert [found for _, found in report_facts(renamed, [REPORT])] == [facts]


def test_a_pipeline_that_links_no_values_to_subjects_is_refused(other_links):
    nlp = other_links(lambda links: {("METRIC", "VALUE"): "is", ("PROJECT", "PLACE"): "in"})
    with pytest.raises(ModelError, match="links METRIC → VALUE, PROJECT → PLACE, of which no facts are made; expected VALUE, linked to METRIC"):
        next(report_facts(nlp, [REPORT]))
