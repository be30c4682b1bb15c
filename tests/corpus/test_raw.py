"""Texts for pretraining: every report but those that measure, each text once."""

import pytest

from baoshu.corpus.raw import write_raw_texts
from baoshu.errors import CorpusError
from baoshu.files import read_jsonl, write_json, write_jsonl

ROWS = [
    {"report_id": "a", "text": "粮食产量达到12万吨。"},
    {"report_id": "a", "text": "各位代表："},
    {"report_id": "b", "text": "油料产量达到3万吨。"},
    {"report_id": "c", "text": "棉花产量达到2万吨。"},
    {"report_id": "raw", "text": "各位代表："},
    {"report_id": "raw", "text": " \n"},
    {"report_id": "raw", "text": "新增企业12家。"},
    {"report_id": "blank", "text": ""},
]


@pytest.fixture
def corpus(tmp_path):
    write_jsonl(tmp_path / "chunks.jsonl", ROWS)
    write_json(tmp_path / "split.json", {"split": {"a": "train", "b": "dev", "c": "test"}})
    return tmp_path


def test_dev_and_test_reports_are_left_out_and_each_text_stands_once(corpus):
    out = corpus / "out" / "raw_text.jsonl"
    assert write_raw_texts(corpus, out) == (3, 1)
    assert list(read_jsonl(out)) == [{"text": "粮食产量达到12万吨。"}, {"text": "各位代表："}, {"text": "新增企业12家。"}]


@pytest.mark.parametrize("rows", [None, [], ROWS[2:4], ROWS[5:6]], ids=["no file", "no chunk", "only held-back reports", "only blank chunks"])
def test_no_raw_text_says_where_to_put_reports(corpus, rows):
    (corpus / "chunks.jsonl").unlink()
    if rows is not None:
        write_jsonl(corpus / "chunks.jsonl", rows)
    with pytest.raises(CorpusError) as caught:
        write_raw_texts(corpus, corpus / "raw_text.jsonl")
    assert str(caught.value) == (
        f"{corpus / 'chunks.jsonl'}: no raw text; expected chunks of reports outside dev and test. "
        "Put reports into corpus/raw and run: spacy project run ingest, spacy project run chunk"
    )
    assert not (corpus / "raw_text.jsonl").exists()


def test_a_row_without_text_is_named(corpus):
    write_jsonl(corpus / "chunks.jsonl", [*ROWS, {"report_id": "raw", "text": None}])
    with pytest.raises(CorpusError, match=r"chunks.jsonl:9: text is None; expected a string"):
        write_raw_texts(corpus, corpus / "raw_text.jsonl")
