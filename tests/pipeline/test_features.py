"""Features: one row a character, nothing reaches from one document into another, full width counts as plain."""

import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from baoshu.pipeline.features import FEATURES, _phrase_columns, character_features
from baoshu.pipeline.gazetteer import Gazetteer, shipped_gazetteer
from baoshu.pipeline.hashing import StretchHash, code_points
from baoshu.pipeline.layers import read_layers
from baoshu.pipeline.shapes import value_shapes
from baoshu.pipeline.tokenizer import CharacterTokenizer

TOKENIZER = CharacterTokenizer(spacy.blank("zh").vocab)
TEXTS = st.lists(st.text(alphabet="增长新县12.5%，。“”《》\0😀𠀀 ", min_size=1, max_size=40), min_size=1, max_size=6)


def features_of(docs):
    return character_features(read_layers(docs))


@given(TEXTS)
def test_features_of_a_batch_are_those_of_its_documents(texts):
    docs = [TOKENIZER(text) for text in texts]
    together = features_of(docs)
    assert together.shape == (sum(map(len, texts)), FEATURES)
    np.testing.assert_array_equal(together, np.concatenate([features_of([doc]) for doc in docs]))


def test_full_width_digits_count_as_plain_ones():
    wide, plain = TOKENIZER("增长１２.5％，其中"), TOKENIZER("增长12.5%，其中")
    np.testing.assert_array_equal(features_of([wide]), features_of([plain]))


def test_the_longest_name_wins_in_the_gazetteer():
    names = Gazetteer(["青石", "青石新区", "新区"])
    assert names.positions(code_points("到青石新区去")).tolist() == [0, 1, 2, 2, 3, 0]


@pytest.mark.parametrize("name", ["郑州市", "黄河流域", "长三角", "乌兹别克斯坦", "洞庭湖", "雄安新区", "湘赣边", "莫高窟", "钦州港"])
def test_shipped_gazetteer_knows(name):
    marks = shipped_gazetteer().positions(code_points(f"在{name}内")).tolist()
    assert marks == [0, 1, *[2] * (len(name) - 2), 3, 0]


def phrase_columns(text):
    layers = read_layers([TOKENIZER(text)])
    rows = layers.rows()
    return [column[rows].tolist() for column in _phrase_columns(StretchHash(layers.codes), layers.codes, layers.entries, layers.tags, layers.shapes)]


def test_a_noun_phrase_ends_at_verbs_numbers_and_marks():
    _, before, behind, head = phrase_columns("达到农业机械12台，完成")
    inside = [0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    assert [[int(key > 0) for key in column] for column in (before, behind, head)] == [inside] * 3


def test_the_word_before_a_noun_phrase_and_its_head_are_known_all_through_it():
    one, other = phrase_columns("达到农业机械12台"), phrase_columns("完成农业机械12台")
    assert one[0] == other[0] and one[2:] == other[2:]
    assert all(a != b for a, b in zip(one[1][2:6], other[1][2:6], strict=True))
    assert all(a != b for a, b in zip(one[3][2:6], phrase_columns("达到农业人口12台")[3][2:6], strict=True))


@pytest.mark.parametrize("value", ["7.4%", "1.36万亿元", "1600余万元", "第19位", "2～3家", "三分之一", "0.6个百分点", "5%—5.5%", "后30", "百强"])
def test_values_have_a_shape_from_first_to_last_character(value):
    marks = value_shapes(f"达{value}，").tolist()
    assert marks[1] == 1 and marks[len(value)] == 3 and marks[-1] == 0
