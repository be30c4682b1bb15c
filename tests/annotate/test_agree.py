"""Agreement of two annotators: figures counted by hand."""

import pytest
from hypothesis import given
from sklearn.metrics import cohen_kappa_score
from versions import versions

from baoshu.annotate.agree import agreement, character_kappa, compare
from baoshu.annotate.markup import parse_markup
from baoshu.errors import AnnotationError

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
    assert {name: row["f"] for name, row in figures.items() if isinstance(row, dict) and "f" in row} == dict.fromkeys(
        ["METRIC", "VALUE", "PROJECT", "PLACE", "ALL", "LINK", "PLACE_LINK"], 1.0
    )
    assert (figures["kappa"], figures["kappa_marked"], figures["chunks"], figures["characters"]) == (1.0, 1.0, 2, 24)
    assert not any(figures["disputes"].values())


def test_figures_count_the_chunks_that_both_have():
    figures = agreement(A, B)
    labels = ("METRIC", "VALUE", "PROJECT", "PLACE")
    assert {name: row for name, row in figures.items() if name not in ("kappa", "kappa_marked")} == {
        "METRIC": {"p": 0.5, "r": 1.0, "f": 0.6667, "gold": 1, "pred": 2, "partial": 0.6667, "kappa": figures["METRIC"]["kappa"]},
        "VALUE": {"p": 1.0, "r": 1.0, "f": 1.0, "gold": 2, "pred": 2, "partial": 1.0, "kappa": 1.0},
        "PROJECT": {"p": 0.0, "r": 0.0, "f": 0.0, "gold": 1, "pred": 0, "partial": 0.0, "kappa": 0.0},
        "PLACE": {"p": 0.5, "r": 1.0, "f": 0.6667, "gold": 1, "pred": 2, "partial": 0.6667, "kappa": figures["PLACE"]["kappa"]},
        "ALL": {"p": 0.6667, "r": 0.8, "f": 0.7273, "gold": 5, "pred": 6, "partial": 0.7273},
        "LINK": {"p": 0.5, "r": 0.5, "f": 0.5, "gold": 2, "pred": 2},
        "PLACE_LINK": {"p": 0.0, "r": 0.0, "f": 0.0, "gold": 1, "pred": 0},
        "chunks": 2, "characters": 24, "disputes": {"missing": 1, "label": 1, "boundary": 0, "link": 2},
    }  # fmt: skip
    marks = ["PLACE"] * 3 + ["METRIC"] * 4 + ["O"] * 2 + ["VALUE"] * 4 + ["O"] * 3 + ["VALUE"] * 2 + ["O"] * 2 + ["PROJECT"] * 4
    others = [*marks[:14], "METRIC", "METRIC", *marks[16:20], *["PLACE"] * 4]
    for label in labels:
        expected = cohen_kappa_score([m == label for m in marks], [m == label for m in others])
        assert figures[label]["kappa"] == pytest.approx(expected, abs=5e-5)
    assert figures["kappa"] == pytest.approx(cohen_kappa_score(marks, others), abs=5e-5)
    either = [pair for pair in zip(marks, others, strict=True) if pair != ("O", "O")]
    assert figures["kappa_marked"] == pytest.approx(cohen_kappa_score(*zip(*either, strict=True)), abs=5e-5)


def test_a_shifted_edge_counts_half_in_the_partial_figure():
    first, second = {"r:1": parse_markup("{M1|完成投资}{V>M1|3亿元}")}, {"r:1": parse_markup("完成{M1|投资}{V>M1|3亿元}")}
    figures = agreement(first, second)
    assert [(figures[name]["f"], figures[name]["partial"]) for name in ("METRIC", "VALUE", "ALL")] == [(0.0, 0.5), (1.0, 1.0), (0.5, 0.75)]


def test_intervals_come_from_several_reports():
    first = {f"{report}:1": parse_markup("{M1|税收}{V>M1|3亿元}") for report in "abcd"}
    second = first | {"a:1": parse_markup("税收{V|3亿元}")}
    figures = agreement(first, second)
    assert figures["ALL"]["ci95"][0] < figures["ALL"]["f"] <= figures["ALL"]["ci95"][1] == 1.0
    assert "ci95" not in agreement({"a:1": first["a:1"]}, second)["ALL"]


@given(versions(most=2))
def test_agreement_is_the_same_from_both_sides(marked):
    first, second = ({"r:1": a} for a in marked.values())
    one, other = agreement(first, second), agreement(second, first)
    for name, row in one.items():
        if isinstance(row, dict) and "f" in row:
            assert (row["p"], row["r"], row["f"], row.get("partial"), row.get("kappa")) == tuple(
                other[name].get(key) for key in ("r", "p", "f", "partial", "kappa")
            )
            assert row["f"] <= row.get("partial", 1.0) <= 1.0
        else:
            assert row == other[name]


def test_kappa_is_that_of_the_labels_of_all_characters():
    one, other = parse_markup("{M1|税收}增{V>M1|3亿}"), parse_markup("{M1|税收}{V>M1|增3亿}")
    # observed 4/5; by chance (2·2 + 1·0 + 2·3) / 25
    assert character_kappa([(one, other)]) == pytest.approx((4 / 5 - 10 / 25) / (1 - 10 / 25), abs=5e-5)


def test_kappa_of_nothing_marked_is_full_agreement():
    assert character_kappa([(parse_markup("各位代表："), parse_markup("各位代表："))]) == 1.0
    nothing = {"r:1": parse_markup("各位代表：")}
    assert agreement(nothing, nothing)["kappa_marked"] == 1.0


def test_disputes_carry_the_names_of_the_two_and_come_chunk_by_chunk():
    found = compare(A, B, ("ann", "bo"))
    assert [(d.chunk_id, d.kind, d.start, d.end) for d in found] == [
        ("r:1", "link", 0, 7), ("r:1", "link", 3, 18), ("r:1", "missing", 14, 16), ("r:2", "label", 2, 6),
    ]  # fmt: skip
    assert all([*d.spans] == [*d.links] == ["ann", "bo"] for d in found)
    assert compare(A, A) == []


def test_two_annotators_without_a_common_chunk_cannot_be_compared():
    with pytest.raises(AnnotationError, match="share no chunk"):
        agreement(A, {"r:9": A["r:1"]})


def test_annotations_of_different_texts_cannot_be_compared():
    with pytest.raises(AnnotationError, match="second has another text"):
        agreement(A, {"r:1": A["r:2"]})
