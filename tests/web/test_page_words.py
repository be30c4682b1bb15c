"""What readers read: numbers, languages, marked text."""

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baoshu.scheme import SHIPPED, read_scheme
from baoshu.types import BOUNDS, MEASURES, STATUSES
from baoshu.web.language import LANGUAGES, choose_language, strings, translator
from baoshu.web.marked import Mark, cut, fact_marks
from baoshu.web.numbers import readable

LABELS = read_scheme(SHIPPED).labels


@pytest.mark.parametrize(
    "number, chinese, english",
    [
        (1.36e12, "1.36万亿", "1.36 trillion"), (5.5498e11, "5,550亿", "555 billion"), (227000, "22.7万", "227,000"), (3554, "3,554", "3,554"), (7.4, "7.4", "7.4"),
        (-0.6, "−0.6", "−0.6"), (0.3333, "0.3333", "0.3333"), (0.00012, "0.00012", "0.00012"), (0, "0", "0"), (None, "", ""), (1e16, "10,000万亿", "10,000 trillion"),
    ],
)  # fmt: skip
def test_numbers_have_the_scale_words_of_the_language(number, chinese, english):
    assert (readable(number, "zh"), readable(number, "en")) == (chinese, english)


@given(st.floats(-1e17, 1e17), st.sampled_from(LANGUAGES))
def test_no_number_is_written_with_an_exponent(number, language):
    assert re.fullmatch(r"−?[\d,]+(\.\d+)?( ?\w+)?", readable(number, language))


@pytest.mark.parametrize(
    "asked, kept, accepted, language",
    [
        ("en", "zh", "zh", "en"),
        (None, "en", "zh", "en"),
        ("fr", None, "en-GB,zh;q=0.5", "en"),
        (None, None, "fr,de", "zh"),
        (None, None, "", "zh"),
        (None, "xx", "zh-TW", "zh"),
    ],
)
def test_the_language_is_asked_for_then_kept_then_accepted(asked, kept, accepted, language):
    assert choose_language(asked, kept, accepted) == language


def test_every_string_has_both_languages_and_the_same_placeholders():
    for key, texts in strings().items():
        assert len(texts) == len(LANGUAGES) and all(texts), key
        assert len({tuple(sorted(re.findall(r"{\w+}", text))) for text in texts}) == 1, key


def test_templates_use_the_strings_there_are_and_all_of_them():
    sources = [
        path.read_text(encoding="utf-8")
        for folder in ("templates", "")
        for path in files("baoshu.web").joinpath(folder).iterdir()
        if path.suffix in (".jinja", ".py")
    ]
    used = {key for text in sources for key in re.findall(r"(?<![\w.])(?:t|en|b)\('(\w+)'[),]", text) + re.findall(r'(?<![\w.])t\("(\w+)"[),]', text)}
    assert used - strings().keys() == set()
    mentioned = {key for key in strings() if any(re.search(rf"\b{key}\b", text) for text in sources)}
    stems = re.compile(r"(facet|col|add|problem|ev|ev_name)_\w+|" + "|".join((*MEASURES, *STATUSES, *BOUNDS, *LABELS, "up", "down")))
    assert {key for key in strings() if key not in mentioned and not stems.fullmatch(key)} == set()


def test_vocabularies_have_names():
    for language in LANGUAGES:
        assert all(translator(language)(word) for word in (*MEASURES, *STATUSES, *BOUNDS, *LABELS, "up", "down"))


def test_marks_that_overlap_give_way_to_strong_then_long_ones():
    marks = [
        Mark(0, 6, "PROJECT"),
        Mark(4, 8, "VALUE", strong=True),
        Mark(1, 3, "PLACE"),
        Mark(8, 12, "METRIC"),
        Mark(5, 20, "PLACE"),
        Mark(3, 3, "PLACE"),
    ]
    pieces = cut("0123456789abcd", marks)
    assert [(piece.text, piece.mark and piece.mark.label) for piece in pieces] == [
        ("0", None), ("12", "PLACE"), ("3", None), ("4567", "VALUE"), ("89ab", "METRIC"), ("cd", None),
    ]  # fmt: skip


@given(
    st.text(max_size=30),
    st.lists(st.builds(Mark, st.integers(-3, 35), st.integers(-3, 35), st.sampled_from(LABELS), st.just(""), st.booleans()), max_size=8),
)
def test_cutting_keeps_every_character(text, marks):
    pieces = cut(text, marks)
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)


def test_the_place_of_a_fact_is_marked_before_its_subject():
    text = "柳河镇好。青石有柳河镇茶园1.3万亩"
    start = text.index("茶园") + 100
    fact = {
        "fact_id": "f",
        "start": start + 2,
        "end": start + 7,
        "subject_start": start,
        "subject_end": start + 2,
        "subject_type": "METRIC",
        "places": ["柳河镇"],
    }
    marks = fact_marks([fact], text, 100, in_view="f")
    assert {(text[m.start : m.end], m.start, m.label, m.strong) for m in marks} == {
        ("柳河镇", 8, "PLACE", True), ("茶园", 11, "METRIC", True), ("1.3万亩", 13, "VALUE", True),
    }  # fmt: skip
