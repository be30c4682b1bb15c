"""Choosing chunks: the unsure ones first, if wished not all of one kind, and the same ones again."""

import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from baoshu.assist.select import choose, open_rows, select_rows, uncertainties, uncertainty
from baoshu.errors import ModelError
from baoshu.model import load_model
from baoshu.pipeline.entities import EntityRecognizer


@pytest.fixture(scope="module")
def nlp(small_model):
    return load_model(small_model)


def test_uncertainty_is_what_the_likeliest_tags_lack_over_the_characters_and_fifty_sure_ones():
    probabilities = np.array([[1.0, 0.0], [0.6, 0.4], [0.5, 0.5]])
    assert uncertainty(probabilities) == pytest.approx((0.4 + 0.5) / (3 + 50))
    assert uncertainty(probabilities, sure=0) == pytest.approx((0.4 + 0.5) / 3)
    assert uncertainty(np.zeros((0, 2))) == 0


def test_the_probabilities_of_tags_are_those_behind_the_spans_of_the_field(nlp, monkeypatch):
    recognizer = next(pipe for _, pipe in nlp.pipeline if isinstance(pipe, EntityRecognizer))
    monkeypatch.setattr(recognizer, "ranker", None)
    texts = ["税收增长3%，", "", "建设白河水厂。" * 40]
    docs = [nlp.make_doc(text) for text in texts]
    found = recognizer.tag_probabilities(docs)
    assert [rows.shape for rows in found] == [(len(text), 1 + 4 * len(recognizer.labels)) for text in texts]
    assert all(np.allclose(rows.sum(1), 1, atol=1e-4) for rows in found)
    for rows, entities in zip(found, recognizer.predict(docs), strict=True):
        for start, end, label, probability in entities:
            base = 1 + 4 * recognizer.labels.index(label)
            tags = [base + 3] if end - start == 1 else [base, *[base + 1] * (end - start - 2), base + 2]
            assert probability == pytest.approx(rows[range(start, end), tags].min(), abs=1e-5)


def test_a_pipeline_is_less_sure_of_what_it_never_saw(nlp):
    known, strange, empty = uncertainties(nlp, ["税收增长3%。" * 20, "甲乙丙“丁戊”己庚3辛壬" * 10, " "])
    assert 0 <= empty <= known < strange <= 1


def test_scores_do_not_depend_on_the_neighbours(nlp):
    texts = [f"第{n}段，税收增长{n}%，建设{'白河' * n}水厂。" for n in range(70)]
    together = list(uncertainties(nlp, texts))
    assert together == pytest.approx([next(uncertainties(nlp, [text])) for text in texts], abs=1e-6)


def test_a_pipeline_without_the_entity_component_cannot_choose():
    with pytest.raises(ModelError, match="no baoshu_entities among sentencizer"):
        pipeline = spacy.blank("zh")
        pipeline.add_pipe("sentencizer")
        list(uncertainties(pipeline, ["税收"]))


KINDS = [f"税收增长{n}%，总量突破{n}亿元。" for n in range(10)] + ["建设白河水厂。", "各位代表：", "青石县粮食产量再创新高。"]
SCORES = [0.9 - n / 100 for n in range(10)] + [0.5, 0.4, 0.3]


def test_without_clusters_the_most_unsure_are_chosen():
    assert choose(KINDS, SCORES, 3) == [0, 1, 2]


def test_with_clusters_one_kind_does_not_fill_the_choice():
    chosen = choose(KINDS, SCORES, 4, diverse=True)
    assert chosen[0] == 0 and len(set(chosen) & {10, 11, 12}) >= 2


def test_of_equal_texts_one_is_chosen():
    assert choose(["税收", "水厂", "税收"], [0.1, 0.2, 0.3], 5) == [2, 1]


@given(st.lists(st.tuples(st.text("税收水厂3%。", min_size=1, max_size=8), st.floats(0, 1)), max_size=40), st.integers(1, 8), st.booleans())
def test_as_many_as_asked_for_are_chosen_once_each_highest_first_and_the_same_again(rows, n, diverse):
    texts, scores = [text for text, _ in rows], [score for _, score in rows]
    chosen = choose(texts, scores, n, diverse=diverse)
    assert len(chosen) == len({texts[index] for index in chosen}) == min(n, len(set(texts)))
    assert [scores[index] for index in chosen] == sorted((scores[index] for index in chosen), reverse=True)
    assert choose(texts, scores, n, diverse=diverse) == chosen
    if chosen:
        assert scores[chosen[0]] == max(scores)


def test_rows_keep_their_keys_and_get_their_uncertainty():
    rows = [{"id": "r:1", "text": "税收", "section": ["一"]}, {"id": "r:2", "text": "水厂"}]
    assert select_rows(rows, [0.25, 0.12345678], 2) == [
        {"id": "r:1", "text": "税收", "section": ["一"], "uncertainty": 0.25}, {"id": "r:2", "text": "水厂", "uncertainty": 0.123457},
    ]  # fmt: skip


def test_annotated_chunks_are_left_out_and_rows_without_text_are_failures():
    failures = []
    rows = [{"id": "r:1", "text": "税收"}, {"id": "r:2", "text": "水厂"}, {"id": "r:3"}, {"text": "税收"}, {"id": 4, "text": "税收"}]
    assert open_rows(enumerate(rows, 1), "c.jsonl", {"r:1"}, failures) == [rows[1]]
    assert [error.where for error in failures] == ["c.jsonl:3", "c.jsonl:4", "c.jsonl:5"]
