"""The corpus: split by report, DocBins that hold what was annotated, and spans that stop the build."""

import json
import shutil

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import DocBin

from baoshu.annotate.composed import read_composed
from baoshu.annotate.markup import parse_markup
from baoshu.annotate.rows import annotation_to_row, row_to_annotation
from baoshu.corpus.align import doc_to_annotation
from baoshu.corpus.build import PARTS, build_corpus, part_annotations, read_annotations, split_reports
from baoshu.corpus.evaluation import evaluate_part
from baoshu.errors import AnnotationError, BaoshuError, CorpusError
from baoshu.files import read_jsonl, write_jsonl
from baoshu.pipeline.tokenizer import CharacterTokenizer

SIZES = {f"report-{n}": 10_000 + 100 * n for n in range(60)}


@pytest.fixture
def nlp():
    blank = spacy.blank("zh")
    blank.tokenizer = CharacterTokenizer(blank.vocab)
    return blank


def docs_of(path):
    return [doc_to_annotation(doc) for doc in DocBin().from_disk(path).get_docs(spacy.blank("zh").vocab)]


def annotated(*report_ids):
    marked = "{{L1|青石县}}{{M1@L1|粮食产量}}达到{{V>M1|{}万吨}}，建成{{P1|白河水厂}}、投资{{V>P1|3亿元}}。"
    return {
        report_id: [parse_markup(marked.format(n), id=f"{report_id}:{n}") for n in range(4)] + [parse_markup("各位代表：", id=f"{report_id}:h")]
        for report_id in report_ids
    }


@given(st.dictionaries(st.text(min_size=1), st.integers(1, 50_000), min_size=3, max_size=30), st.integers(0, 5), st.sampled_from([0.05, 0.12, 0.5]))
def test_every_report_is_in_one_part_and_no_part_is_empty(sizes, seed, share):
    split = split_reports(sizes, dev=share, test=share, seed=seed)
    assert split.keys() == sizes.keys()
    assert set(split.values()) == set(PARTS)
    assert split == split_reports(dict(reversed(sizes.items())), dev=share, test=share, seed=seed)


def test_shares_are_kept():
    split = split_reports(SIZES, dev=0.12, test=0.2)
    total = sum(SIZES.values())
    shares = {part: sum(size for report_id, size in SIZES.items() if split[report_id] == part) / total for part in PARTS}
    assert shares == pytest.approx({"train": 0.68, "dev": 0.12, "test": 0.2}, abs=0.025)


@pytest.mark.parametrize("new", ["report-60", "青石县", "x"])
def test_a_report_that_is_added_moves_few_others(new):
    before, after = split_reports(SIZES, dev=0.12, test=0.12), split_reports(SIZES | {new: 12_000}, dev=0.12, test=0.12)
    assert sum(before[report_id] != after[report_id] for report_id in before) <= 2


def test_another_seed_gives_another_split():
    assert split_reports(SIZES, dev=0.12, test=0.12, seed=1) != split_reports(SIZES, dev=0.12, test=0.12, seed=0)


def test_two_reports_are_for_train_and_dev():
    split = split_reports({"a": 10, "b": 1000}, dev=0.12, test=0.12)
    assert sorted(split.values()) == ["dev", "train"]


@pytest.mark.parametrize("count", [0, 1])
def test_one_report_cannot_be_split(count):
    with pytest.raises(CorpusError, match=f"{count} annotated reports; expected at least 2"):
        split_reports(dict(list(SIZES.items())[:count]), dev=0.12, test=0.12)


def test_docbins_hold_entities_and_relations_exactly(nlp, tmp_path):
    reports = annotated("a", "b", "c", "d")
    build_corpus(reports, nlp, tmp_path)
    split = json.loads((tmp_path / "split.json").read_text(encoding="utf-8"))["split"]
    for part in PARTS:
        seen = [a for a in part_annotations(reports, split, part) if part == "train" or a.spans]
        assert docs_of(tmp_path / f"{part}.spacy") == seen


def test_headings_that_training_saw_are_left_out_of_dev_and_test(nlp, tmp_path):
    reports = annotated("a", "b", "c") | {
        name: [parse_markup("各位代表：", id=f"{name}:1"), parse_markup(f"{name}、税收", id=f"{name}:2")] for name in "de"
    }
    reports |= {"f": [parse_markup("{M1|税收}增长{V>M1|3%}", id="f:1")]}
    build_corpus(reports, nlp, tmp_path, dev=0.3, test=0.3)
    split = json.loads((tmp_path / "split.json").read_text(encoding="utf-8"))["split"]
    assert split == {"a": "test", "b": "train", "c": "dev", "d": "test", "e": "train", "f": "test"}
    assert docs_of(tmp_path / "train.spacy") == reports["b"] + reports["e"]
    assert docs_of(tmp_path / "dev.spacy") == reports["c"][:4]
    assert docs_of(tmp_path / "test.spacy") == [*reports["a"][:4], reports["d"][1], reports["f"][0]]


def test_files_name_the_part_of_each_chunk_and_count_it(nlp, tmp_path):
    reports = annotated("a", "b", "c")
    statistics = build_corpus(reports, nlp, tmp_path)
    written = json.loads((tmp_path / "split.json").read_text(encoding="utf-8"))
    assert written == {"seed": 0, "parts": statistics, "split": split_reports(dict.fromkeys("abc", 109), dev=0.12, test=0.12)}
    one = {"METRIC": 4, "PLACE": 4, "PROJECT": 4, "VALUE": 8, "characters": 109, "chunks": 5, "relations": 12, "reports": 1}
    assert statistics == dict.fromkeys(PARTS, one)
    assert list(read_jsonl(tmp_path / "annotations.jsonl")) == [
        annotation_to_row(a, chunk_id=a.id, report_id=report_id, part=written["split"][report_id]) for report_id in "abc" for a in reports[report_id]
    ]
    assert (tmp_path / "misaligned.jsonl").read_text() == ""


def test_building_twice_gives_the_same_bytes(nlp, tmp_path):
    for name in ("first", "second"):
        build_corpus(annotated("a", "b", "c"), nlp, tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert files == ["annotations.jsonl", "dev.spacy", "misaligned.jsonl", "split.json", "test.spacy", "train.spacy"]
    for name in files:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_spans_that_fit_no_token_are_listed_and_stop_the_build(tmp_path):
    words = spacy.blank("en")
    reports = {name: [parse_markup("{M1|tax} {V>M1|3}", id=f"{name}:{n}") for n in range(10)] for name in "ab"}
    reports["c"] = [parse_markup("{M1|tax} rose{V>M1|3}", id="c:1")]
    with pytest.raises(CorpusError) as caught:
        build_corpus(reports, words, tmp_path / "strict", max_misaligned=0.02)
    assert "1 of 42 spans fit no token; expected at most 2.0%" in str(caught.value) and "misaligned.jsonl" in caught.value.hint
    assert list(read_jsonl(tmp_path / "strict" / "misaligned.jsonl")) == [{"chunk_id": "c:1", "start": 8, "end": 9, "label": "VALUE", "value": "3"}]
    assert not list((tmp_path / "strict").glob("*.spacy"))
    build_corpus(reports, words, tmp_path / "lenient", max_misaligned=0.03)
    assert len(list((tmp_path / "lenient").glob("*.spacy"))) == 3


@pytest.fixture
def annotations(tmp_path, composed):
    folder = tmp_path / "annotations"
    (folder / "composed").mkdir(parents=True)
    (folder / "gold").mkdir()
    for path in composed[:2]:
        shutil.copy(path, folder / "composed")
    rows = [annotation_to_row(a, chunk_id=a.id) for a in annotated("gold")["gold"]]
    write_jsonl(folder / "gold" / "gold.jsonl", rows)
    return folder


def test_composed_reports_and_adjudicated_gold_are_read_together(annotations, composed):
    reports = read_annotations(annotations)
    assert list(reports) == [composed[0].stem, composed[1].stem, "gold"]
    assert reports["gold"] == annotated("gold")["gold"]
    assert reports[composed[0].stem] == list(read_composed(composed[0]).annotations)


def test_a_broken_row_of_gold_is_raised_or_listed(annotations):
    path = annotations / "gold" / "gold.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + '{"text": ""}\nnot JSON\n', encoding="utf-8")
    with pytest.raises(AnnotationError, match=r"gold\.jsonl:6: text is ''"):
        read_annotations(annotations)
    failures = []
    assert len(read_annotations(annotations, failures)["gold"]) == 5
    assert [error.where for error in failures] == [f"{path}:6", f"{path}:7"]


def test_a_report_has_one_source(annotations, composed):
    (annotations / "gold" / "gold.jsonl").rename(annotations / "gold" / f"{composed[0].stem}.jsonl")
    with pytest.raises(CorpusError, match="composed already"):
        read_annotations(annotations)


def test_a_folder_without_annotations_is_refused(tmp_path):
    with pytest.raises(CorpusError, match=r"no annotated report; expected composed/\*\.txt or gold/\*\.jsonl"):
        read_annotations(tmp_path)


def test_evaluation_scores_the_part_report_by_report(small_corpus, small_model):
    nlp = spacy.load(small_model)
    metrics = evaluate_part(nlp, small_corpus, "test")
    gold = [row_to_annotation(row, "row") for row in read_jsonl(small_corpus / "annotations.jsonl") if row["part"] == "test"]
    assert metrics["chunks"] == len(gold) and metrics["characters"] == sum(len(a.text) for a in gold)
    assert metrics["scores"]["ALL"]["gold"] == sum(len(a.spans) for a in gold)
    assert metrics["scores"]["LINK"]["gold"] == sum(r.type != "所在地" for a in gold for r in a.relations)
    assert 0.3 < metrics["scores"]["ALL"]["f"] <= 1 and metrics["characters_per_second"] > 0
    assert list(metrics["scores_by_report"]) == sorted(
        {row["report_id"] for row in read_jsonl(small_corpus / "annotations.jsonl") if row["part"] == "test"}
    )


def test_evaluation_of_a_corpus_that_is_not_built_says_what_to_run(nlp, tmp_path):
    with pytest.raises(CorpusError, match=r"no chunk of the part test; .* Run: baoshu corpus build"):
        evaluate_part(nlp, tmp_path, "test")
    (tmp_path / "annotations.jsonl").write_text('{"part": "test", "text": "a"}\n')
    with pytest.raises(BaoshuError, match=r"annotations\.jsonl:1: no entities"):
        evaluate_part(nlp, tmp_path, "test")
