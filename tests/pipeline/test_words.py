"""The vectorised decoder of pkuseg models against spacy-pkuseg itself, and the tokenizer around it."""

import numpy as np
import pytest
import spacy
import spacy_pkuseg
from hypothesis import given
from hypothesis import strategies as st

from baoshu.annotate.markup import parse_markup
from baoshu.errors import CorpusError, ModelError
from baoshu.pipeline.segmenter import sample_chunks, segment_annotations, train_segmenter
from baoshu.pipeline.tokenizer import WORDS_KEY, CharacterTokenizer, load_segmenter
from baoshu.types import Annotation

MARKED = [
    "{M1|地区生产总值}增长{V>M1|6.2%}，{M2|固定资产投资}增长{V>M2|8.1%}",
    "建成{P1|青石大桥}，{L1|青石县}{M1@L1|粮食产量}达到{V>M1|12万吨}",
    "新增{M1|养老床位}{V>M1|300张}，改造{M2|老旧小区}{V>M2|25个}",
    "实施{P1|乡村道路提升工程}，硬化{M1|农村公路}{V>M1|86公里}",
] * 10


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("segmenter")
    train_segmenter([parse_markup(text) for text in MARKED], path, iterations=3)
    return path


def test_edges_of_spans_are_edges_of_words():
    (words,) = segment_annotations([parse_markup("{L1|青石县}{M1@L1|粮食产量}增长")], frozenset({"县粮", "粮食", "产量", "增长"}))
    assert words == ["青", "石", "县", "粮食", "产量", "增长"]


def test_training_twice_gives_the_same_model(folder, tmp_path):
    train_segmenter([parse_markup(text) for text in MARKED], tmp_path, iterations=3)
    for name in ("features.msgpack", "weights.npz"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_a_segmenter_needs_annotated_chunks(tmp_path):
    with pytest.raises(CorpusError, match="at least 20"):
        train_segmenter([parse_markup("甲")], tmp_path)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=300), st.integers(1, 60_000))
def test_a_sample_of_chunks_is_evenly_spread_and_about_as_long_as_asked(lengths, characters):
    chunks = [Annotation("字" * length, (), (), str(number)) for number, length in enumerate(lengths)]
    kept = sample_chunks(chunks, characters)
    total, wanted = sum(lengths), min(characters, sum(lengths))
    assert abs(sum(len(chunk.text) for chunk in kept) - wanted) <= max(lengths)
    numbers = [int(chunk.id) for chunk in kept]
    assert numbers == sorted(set(numbers))
    half = len(lengths) // 2
    first = sum(len(chunk.text) for chunk in kept if int(chunk.id) < half)
    assert abs(first - sum(lengths[:half]) * wanted / total) <= max(lengths)


def test_decoder_agrees_with_pkuseg_within_clauses(folder):
    segmenter, pkuseg = load_segmenter(folder), spacy_pkuseg.pkuseg(str(folder), user_dict=None)
    for text in ("固定资产投资增长", "改造老旧小区", "实施道路提升工程", "粮食产量达到", "青石县养老床位"):
        starts = segmenter.word_starts(text)
        words = [text[a:b] for a, b in zip(np.unique(starts), [*np.unique(starts)[1:], len(text)], strict=True)]
        assert words == pkuseg.cut(text)


@given(st.text(max_size=60))
def test_every_text_keeps_its_characters(text):
    doc = CharacterTokenizer(spacy.blank("zh").vocab)(text.replace("\ud800", ""))
    assert doc.text == text and len(doc) == len(text)


@given(text=st.text(alphabet="增长地区生产总值12.5%，。 “”😀𠀀\nA", max_size=80))
def test_words_start_inside_the_text_and_never_cross_punctuation(folder, text):
    starts = load_segmenter_once(folder).word_starts(text)
    assert len(starts) == len(text)
    assert all(start <= index for index, start in enumerate(starts))
    for index, start in enumerate(starts):
        if start < index:
            assert not set(text[start : index + 1]) & set("，。“” \n")


_LOADED = {}


def load_segmenter_once(folder):
    return _LOADED.setdefault(folder, load_segmenter(folder))


def model_with_word_features(path):
    """A model as the downloaded ones are."""
    words = segment_annotations([parse_markup(text) for text in MARKED], frozenset(["固定资产", "投资", "粮食", "产量"]))
    (path / "train.txt").write_text("".join(" ".join(one) + "\n" for one in words), encoding="utf-8")
    spacy_pkuseg.train(str(path / "train.txt"), str(path / "train.txt"), str(path), train_iter=2)
    return path


@pytest.mark.parametrize("word_features", [False, True])
def test_tokenizer_survives_serialization_with_its_segmenter(folder, tmp_path, word_features):
    if word_features:
        folder = model_with_word_features(tmp_path)
    vocab = spacy.blank("zh").vocab
    tokenizer = CharacterTokenizer(vocab, load_segmenter(folder))
    assert (tokenizer.segmenter.tables is None) == word_features
    again = CharacterTokenizer(vocab).from_bytes(tokenizer.to_bytes())
    text = "青石县固定资产投资增长8.1%"
    assert (tokenizer(text).user_data[WORDS_KEY] == again(text).user_data[WORDS_KEY]).all()
    assert CharacterTokenizer(vocab, load_segmenter(folder)).from_bytes(CharacterTokenizer(vocab).to_bytes()).segmenter is None


def test_a_folder_without_a_model_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"features.msgpack.*spacy project run segmenter"):
        load_segmenter(tmp_path)
