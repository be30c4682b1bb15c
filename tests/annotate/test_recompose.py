"""Annotations written back into a composed text: the text stays, and so does every other line."""

import pytest

from baoshu.annotate.composed import read_composed
from baoshu.annotate.markup import parse_markup
from baoshu.annotate.recompose import replace_paragraphs
from baoshu.errors import AnnotationError
from baoshu.types import Annotation

HEAD = "---\ntitle: 青石县2026年政府工作报告\nkind: 政府工作报告\nplace: 青石县\nprovince: 河南省\nlevel: 县\nyear: 2026\nreported_year: 2025\ndate:\nsession:\nspeaker:\n---\n"  # fmt: skip
LINES = ["一、过去一年", "{M7|粮食产量}达到{V>M7|12万吨}。", r"建成\{甲\|乙\}{P1|白河水厂}。", "{M7|粮食产量}达到{V>M7|12万吨}。"]


@pytest.fixture(params=["\n", "\r\n"])
def path(tmp_path, request):
    found = tmp_path / "qingshi.txt"
    found.write_bytes(("\ufeff" + HEAD + "\n".join(LINES) + "\n").replace("\n", request.param).encode())
    return found


def with_id(annotation, like):
    return Annotation(annotation.text, annotation.spans, annotation.relations, like.id)


def test_only_the_paragraph_that_differs_is_written(path):
    before = path.read_bytes()
    _, first, third, second = read_composed(path).annotations
    new = {second.id: with_id(parse_markup("{M1|粮食产量}达到12万吨。"), second), third.id: third, first.id: with_id(parse_markup(LINES[1]), first)}
    assert replace_paragraphs(path, new) == 1
    left, mark, right = before.rpartition("{M7|粮食产量}达到{V>M7|12万吨}".encode())
    assert path.read_bytes() == left + "{M1|粮食产量}达到12万吨".encode() + right and mark


def test_special_characters_of_the_text_survive(path):
    plant = read_composed(path).annotations[2]
    assert replace_paragraphs(path, {plant.id: with_id(parse_markup(r"建成{P1|\{甲\|乙\}白河水厂}。"), plant)}) == 1
    assert read_composed(path).annotations[2].text == "建成{甲|乙}白河水厂。" == plant.text
    assert r"建成{P1|\{甲\|乙\}白河水厂}。" in path.read_text(encoding="utf-8")


def test_the_annotations_of_a_report_change_no_byte_of_it(composed, tmp_path):
    for path in composed[:20]:
        copy = tmp_path / path.name
        copy.write_bytes(path.read_bytes())
        assert replace_paragraphs(copy, {a.id: a for a in read_composed(path).annotations}) == 0
        assert copy.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("chunk, text", [("qingshi:000000000000", "粮食产量达到12万吨。"), ("", "粮食产量达到13万吨。")])
def test_an_unknown_chunk_or_another_text_is_refused_and_nothing_is_written(path, chunk, text):
    before = path.read_bytes()
    _, first, plant, _ = read_composed(path).annotations
    good = {plant.id: with_id(parse_markup(plant.text.translate({123: r"\{", 124: r"\|", 125: r"\}"})), plant)}
    with pytest.raises(AnnotationError, match="no paragraph with the text of"):
        replace_paragraphs(path, good | {chunk or first.id: Annotation(text)})
    assert path.read_bytes() == before


def test_an_annotation_that_breaks_the_rules_is_refused(path):
    first = read_composed(path).annotations[1]
    broken = Annotation(first.text, (first.spans[0], first.spans[0]), (), first.id)
    with pytest.raises(AnnotationError, match="overlaps or precedes"):
        replace_paragraphs(path, {first.id: broken})
