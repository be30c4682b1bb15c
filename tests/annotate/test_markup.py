"""The inline notation: what it says, what it refuses, and that nothing is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baoshu.annotate.markup import escape, format_markup, parse_markup
from baoshu.errors import AnnotationError
from baoshu.scheme import relation_type
from baoshu.types import Annotation, Relation, Span

TRICKY = st.sampled_from(list("{|}\\@>,M1VPL😀👩‍🚀𠀀𪚥０％\u3000\ufeff\ufffd"))
TEXT = st.text(st.characters() | TRICKY, max_size=40)


@st.composite
def annotations(draw):
    """Any legal annotation: flat spans over any text, and any of the relations that the guideline has."""
    pieces = draw(st.lists(st.tuples(TEXT, st.sampled_from(["METRIC", "VALUE", "PROJECT", "PLACE", ""])), max_size=8))
    text, spans = "", []
    for piece, label in pieces:
        if label and piece:
            spans.append(Span(len(spans), label, len(text), len(text) + len(piece)))
        text += piece
    pairs = [(a, b) for a in spans for b in spans if relation_type(a.label, b.label)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=6)) if pairs else []
    relations = sorted((Relation(a.id, b.id, relation_type(a.label, b.label)) for a, b in chosen), key=lambda r: (r.head, r.tail))
    return Annotation(text, tuple(spans), tuple(relations))


def test_letters_numbers_and_signs_become_spans_and_relations():
    marked = "{L1|青石县}{M1@L1|粮食产量}和{P1|白河水厂}{V>M1,P1|12万吨}，另有{V|3个}。"
    assert parse_markup(marked, id="a:1") == Annotation(
        "青石县粮食产量和白河水厂12万吨，另有3个。",
        (Span(0, "PLACE", 0, 3), Span(1, "METRIC", 3, 7), Span(2, "PROJECT", 8, 12), Span(3, "VALUE", 12, 16), Span(4, "VALUE", 19, 21)),
        (Relation(1, 0, "所在地"), Relation(3, 1, "指标值"), Relation(3, 2, "项目值")),
        "a:1",
    )


def test_a_target_may_stand_after_its_value():
    annotation = parse_markup("新增{V>M2|12家}{M2|企业}")
    assert annotation.relations == (Relation(0, 1, "指标值"),)


def test_escapes_stand_for_the_characters_inside_and_outside_of_marks():
    annotation = parse_markup(r"\{a\|b\}\\ c\d{P1|甲\|\{乙\}\\}")
    assert annotation.text == "{a|b}\\ c\\d甲|{乙}\\"
    assert annotation.value(annotation.spans[0]) == "甲|{乙}\\"


def test_a_link_written_twice_is_one_link():
    assert parse_markup("{M1|税收}{V>M1,M1|3亿元}").relations == (Relation(1, 0, "指标值"),)


@given(annotations())
def test_writing_and_reading_gives_the_same_annotation(annotation):
    back = parse_markup(format_markup(annotation))
    assert (back.text, back.spans, sorted(back.relations, key=lambda r: (r.head, r.tail))) == (
        annotation.text,
        annotation.spans,
        list(annotation.relations),
    )


@given(TEXT)
def test_an_escaped_text_has_no_marks(text):
    assert parse_markup(escape(text)) == Annotation(text)


@pytest.mark.parametrize(
    "marked, what",
    [
        ("增长{V>M1|7%", "mark that is never closed"),
        ("增长{M1|}7%", "empty mark"),
        ("增长{X1|7%}", "not a mark"),
        ("增长{V1|7%}", "not a mark"),
        ("增长{M|税收}", "not a mark"),
        ("增长{M１|税收}", "not a mark"),
        ("增长{V>M1,|7%}", "not a mark"),
        ("增长{7%", "not a mark"),
        ("{M1|税收{V|7%}}", "mark inside a mark"),
        ("{M1|税收}{M1|出口}", "M1 is defined twice"),
        ("增长{V>M3|7%}", "M3 in …增长{V>M3|7%}… is not defined"),
        ("{L1|青石县}{V>L1|7%}", "VALUE → PLACE"),
        ("{M1|税收}{M2@M1|出口}", "METRIC → METRIC"),
        ("{L1|青石县}{L2@L1|白河镇}", "PLACE → PLACE"),
        ("{M1|税收}{V@M1|7%}", "'@' in"),
        ("{V|7%}{M1>V|税收}", "not a mark"),
        ("{L1|青石县}{M1>L1|税收}", "'>' in"),
        ("增长7%}", "stray '}'"),
        ("增长|7%", "stray '|'"),
        ("{M1|税|收}", "stray '|'"),
    ],
)
def test_broken_marks_are_refused_in_one_line_that_says_where_and_what_was_expected(marked, what):
    with pytest.raises(AnnotationError) as caught:
        parse_markup(marked, where="a.txt:12")
    error = caught.value
    assert error.where == "a.txt:12" and what in error.what and error.expected
    assert str(error).startswith("a.txt:12: ") and "; expected " in str(error) and "\n" not in str(error)
