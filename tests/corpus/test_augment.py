"""Variants of chunks: legal, seeded, and made of what the training part holds."""

from dataclasses import fields, replace
from pathlib import Path

import pytest

from baoshu.annotate.composed import read_all_composed
from baoshu.annotate.markup import format_markup, parse_markup
from baoshu.annotate.rows import check_annotation
from baoshu.corpus.augment import Augmenter, Rates, replace_everywhere, replace_spans
from baoshu.divisions import divisions
from baoshu.pipeline.gazetteer import other_places, short_names

COMPOSED = Path(__file__).resolve().parents[2] / "annotations" / "composed"
ALWAYS = Rates(*[1] * len(fields(Rates)))
NEVER = Rates(*[0] * len(fields(Rates)))


@pytest.fixture(scope="module")
def chunks():
    return [a for one in list(read_all_composed(COMPOSED))[:8] for a in one.annotations if a.spans]


@pytest.mark.parametrize("rates", [Rates(), ALWAYS])
def test_variants_keep_the_rules_of_annotations(chunks, rates):
    made = [variant for chunk in chunks for variant in Augmenter(chunks, rates=rates, seed=3).variants(chunk, 2)]
    assert len(made) >= 2 * len(chunks)
    for variant in made:
        check_annotation(variant)


def test_same_seed_same_variants(chunks):
    def made(seed):
        augmenter = Augmenter(chunks, seed=seed)
        return [variant for chunk in chunks[:60] for variant in augmenter.variants(chunk)]

    assert made(1) == made(1) != made(2)


def test_without_rates_nothing_changes(chunks):
    augmenter = Augmenter(chunks, rates=NEVER)
    for chunk in chunks[:50]:
        (variant,) = augmenter.variants(chunk)
        assert (variant.text, variant.spans, variant.relations) == (chunk.text, chunk.spans, chunk.relations)
        assert variant.id == chunk.id + "~1"


def test_swapped_names_come_from_the_given_chunks_or_the_gazetteer(chunks):
    short = set(short_names())
    known = {chunk.value(s) for chunk in chunks for s in chunk.spans} | {d.name for d in divisions()} | short
    known = known.union(*other_places().values())
    augmenter = Augmenter(chunks, rates=replace(NEVER, place=1, subject=1))
    changed = 0
    for chunk in chunks:
        for variant in augmenter.variants(chunk):
            for span in variant.spans:
                value = variant.value(span)
                assert value in known or (span.label == "PROJECT" and {value[:2], value[:3], value[:4], value[:5]} & short), value
            changed += variant.text != chunk.text
    assert changed > len(chunks) / 2


def test_a_short_name_gives_way_to_a_short_name_also_at_the_head_of_a_project():
    chunk = parse_markup("{L1|荥阳}至{L2|黄河}，{P1|荥阳石化二期}开工，{P2|阳光家园计划}完成")
    augmenter = Augmenter([chunk], rates=replace(NEVER, place=1), seed=2)
    (variant,) = augmenter.variants(chunk)
    place, river, plant, plan = map(variant.value, variant.spans)
    short = set(short_names())
    assert place in short - {"荥阳"} and plant.removesuffix("石化二期") in short - {"荥阳"}
    assert river in other_places()["river"] and plan == "阳光家园计划"


@pytest.mark.parametrize(
    ("host", "suffix", "text"),
    [
        ("云盘市", "市", "{L1|云盘}特色，云盘市人民政府，{P1|云盘机场扩建}，{M1|云盘港吞吐量}{V>M1|3万吨}，数字{L2|云盘市}"),
        ("青石县", "县", "青石县农商银行，{L1|青石县}{M1@L1|粮食产量}{V>M1|12万吨}"),
        ("安原省", "省", "{L1|安原}与{L2|安原省}"),
    ],
)
def test_the_host_gets_one_real_name_of_its_level_everywhere_in_a_chunk(host, suffix, text):
    chunk = replace(parse_markup(text), id="r:1")
    (variant,) = Augmenter([chunk], hosts={"r": host}, rates=replace(NEVER, host=1), seed=4).variants(chunk)
    (other,) = {d.short for d in divisions() if d.name.endswith(suffix) and d.short in set(short_names()) and d.short in variant.text}
    assert format_markup(variant) == text.replace(host.removesuffix(suffix), other)


def test_a_name_that_an_edge_of_a_span_cuts_is_left_alone():
    chunk = parse_markup("{M1|出口云}盘点{V>M1|3家}，云盘")
    assert format_markup(replace_everywhere(chunk, "云盘", "绵阳")) == "{M1|出口云}盘点{V>M1|3家}，绵阳"


def test_a_report_without_a_known_host_keeps_its_names():
    chunk = replace(parse_markup("{L1|云盘}特色"), id="r:1")
    for hosts in ({}, {"r": ""}, {"r": "某部"}):
        (variant,) = Augmenter([chunk], hosts=hosts, rates=replace(NEVER, host=1), seed=4).variants(chunk)
        assert variant.text == "云盘特色"


def test_links_survive_a_swap():
    chunk = parse_markup("{L1|青石县}{M1@L1|粮食产量}达到{V>M1|12万吨}")
    other = replace_spans(chunk, {0: "白河县", 2: "7.5万吨"})
    assert format_markup(other) == "{L1|白河县}{M1@L1|粮食产量}达到{V>M1|7.5万吨}"


def test_a_line_break_parts_chunks_outside_of_spans():
    chunk = parse_markup("一年来全市上下共同努力，{M1|粮食产量}达到{V>M1|12万吨}，各项工作取得新的进展，群众满意")
    rates = replace(NEVER, line_break=1)
    first, second = Augmenter([chunk], rates=rates, seed=5).variants(chunk)
    assert first.text + second.text == chunk.text
    assert len(first.spans) + len(second.spans) == 2
    assert (first.id, second.id) == ("~1", "~1b")


def test_digits_change_and_units_vary():
    chunk = parse_markup("{M1|粮食产量}增长{V>M1|12.5%}")
    rates = replace(NEVER, value=1, unit=1)
    (variant,) = Augmenter([chunk], rates=rates, seed=1).variants(chunk)
    value = variant.value(variant.spans[1])
    assert value != "12.5%" and value.endswith("％") and not value.startswith("0")


def test_augmented_docbin_holds_variants_of_the_training_part_only(small_corpus, tmp_path):
    from spacy.tokens import DocBin

    from baoshu.corpus.build import augment_training, character_pipeline
    from baoshu.files import read_jsonl

    rows = list(read_jsonl(small_corpus / "annotations.jsonl"))
    ids = {row["chunk_id"]: row["part"] for row in rows}
    originals, variants = augment_training(small_corpus, tmp_path / "a.spacy", copies=2, rates=Rates(), seed=1)
    docs = list(DocBin(store_user_data=True).from_disk(tmp_path / "a.spacy").get_docs(character_pipeline().vocab))
    assert len(docs) == originals + variants and variants >= 2 * originals
    assert originals == sum(part == "train" for part in ids.values())
    assert {ids[doc.user_data["chunk_id"].partition("~")[0]] for doc in docs} == {"train"}
