"""Agreement of two annotators: figures counted by hand."""

import pytest
from sklearn.metrics import cohen_kappa_score

from baoshu.annotate.agree import Difference, agreement, character_kappa, differences
from baoshu.annotate.markup import parse_markup

A = {
    "r:1": parse_markup("{L1|青石县}{M1@L1|粮食产量}达到{V>M1|12万吨}、增长{V>M1|3%}", id="r:1"),
    "r:2": parse_markup("建设{P1|白河水厂}", id="r:2"),
}
B = {
    "r:1": parse_markup("{L1|青石县}{M1|粮食产量}达到{V>M1|12万吨}、{M2|增长}{V>M2|3%}", id="r:1"),
    "r:2": parse_markup("建设{L1|白河水厂}", id="r:2"),
    "r:3": parse_markup("{M1|税收}{V>M1|3亿元}", id="r:3"),
}


def test_identical_annotations_agree_fully():
    figures = agreement(A, A)
    assert {name: row["f"] for name, row in figures.items() if isinstance(row, dict)} == dict.fromkeys(
        ["METRIC", "VALUE", "PROJECT", "PLACE", "ALL", "LINK", "PLACE_LINK"], 1.0
    )
    assert (figures["kappa"], figures["chunks"], figures["characters"]) == (1.0, 2, 24)


def test_figures_count_the_chunks_that_both_have():
    figures = agreement(A, B)
    assert figures == {
        "METRIC": {"p": 0.5, "r": 1.0, "f": 0.6667, "gold": 1, "pred": 2},
        "VALUE": {"p": 1.0, "r": 1.0, "f": 1.0, "gold": 2, "pred": 2},
        "PROJECT": {"p": 0.0, "r": 0.0, "f": 0.0, "gold": 1, "pred": 0},
        "PLACE": {"p": 0.5, "r": 1.0, "f": 0.6667, "gold": 1, "pred": 2},
        "ALL": {"p": 0.6667, "r": 0.8, "f": 0.7273, "gold": 5, "pred": 6},
        "LINK": {"p": 0.5, "r": 0.5, "f": 0.5, "gold": 2, "pred": 2},
        "PLACE_LINK": {"p": 0.0, "r": 0.0, "f": 0.0, "gold": 1, "pred": 0},
        "chunks": 2, "characters": 24, "kappa": figures["kappa"],
    }  # fmt: skip


def test_agreement_is_the_same_from_both_sides():
    for name in ("METRIC", "PLACE", "ALL", "LINK"):
        assert agreement(A, B)[name]["f"] == agreement(B, A)[name]["f"]
    assert agreement(A, B)["kappa"] == agreement(B, A)["kappa"]


def test_kappa_is_that_of_the_labels_of_all_characters():
    one, other = parse_markup("{M1|税收}增{V>M1|3亿}"), parse_markup("{M1|税收}{V>M1|增3亿}")
    # observed 4/5; by chance (2·2 + 1·0 + 2·3) / 25
    assert character_kappa([(one, other)]) == pytest.approx((4 / 5 - 10 / 25) / (1 - 10 / 25), abs=5e-5)
    first = ["P"] * 3 + ["M"] * 4 + ["O"] * 2 + ["V"] * 4 + ["O"] * 3 + ["V"] * 2 + ["O"] * 2 + ["P"] * 0
    second = ["P"] * 3 + ["M"] * 4 + ["O"] * 2 + ["V"] * 4 + ["O"] + ["M"] * 2 + ["V"] * 2 + ["O"] * 2
    assert character_kappa([(A["r:1"], B["r:1"])]) == round(cohen_kappa_score(first[:18], second[:18]), 4)


def test_kappa_of_nothing_marked_is_full_agreement():
    assert character_kappa([(parse_markup("各位代表："), parse_markup("各位代表："))]) == 1.0


def test_differences_name_the_side_the_place_and_the_words():
    assert list(differences(A, B, width=2)) == [
        Difference("r:1", "a", "所在地", 0, 7, "青石县粮食产量", "青石县粮食产量达到"),
        Difference("r:1", "a", "指标值", 3, 18, "粮食产量达到12万吨、增长3%", "石县粮食产量达到12万吨、增长3%"),
        Difference("r:1", "b", "METRIC", 14, 16, "增长", "吨、增长3%"),
        Difference("r:1", "b", "指标值", 14, 18, "增长3%", "吨、增长3%"),
        Difference("r:2", "b", "PLACE", 2, 6, "白河水厂", "建设白河水厂"),
        Difference("r:2", "a", "PROJECT", 2, 6, "白河水厂", "建设白河水厂"),
    ]
    assert list(differences(A, A)) == []


def test_two_annotators_without_a_common_chunk_cannot_be_compared():
    with pytest.raises(ValueError, match="share no chunk"):
        agreement(A, {"r:9": A["r:1"]})


def test_annotations_of_different_texts_cannot_be_compared():
    with pytest.raises(ValueError, match="r:1: the two annotations are of different texts"):
        agreement(A, {"r:1": A["r:2"]})
