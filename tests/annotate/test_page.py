"""The page of a round: figures, disagreements in context, and nothing that is taken as markup or fetched."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from versions import versions

from baoshu.annotate.agree import agreement, compare
from baoshu.annotate.markup import parse_markup
from baoshu.annotate.page import Pair, agreement_page

NAMES = ("ann", "bo")


def page(first, second, names=NAMES, title="one"):
    return agreement_page(title, [Pair(names, (first, second), agreement(first, second), compare(first, second, names))])


class Outline(HTMLParser):
    """Collects the classes of articles, the marks above pieces, and the text of each article."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.articles, self.marks, self.texts = [], [], [], []
        self.inside = self.hidden = False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "article":
            self.articles.append(set(dict(attributes)["class"].split()))
        elif tag == "p" and dict(attributes).get("class") == "text":
            self.inside = True
            self.texts.append("")
            self.marks.append([])
        elif tag == "i" and self.inside:
            self.marks[-1].append(dict(attributes).get("class", ""))
            self.hidden = True

    def handle_endtag(self, tag):
        if tag == "p":
            self.inside = False
        if tag == "i":
            self.hidden = False

    def handle_data(self, data):
        if self.inside and not self.hidden:
            self.texts[-1] += data


def test_both_annotators_stand_above_the_text():
    first, second = ({"r:1": parse_markup(marked, id="r:1")} for marked in ("建设{P1|白河水厂}，{V|3%}", "建设白河{P1|水厂}，{V|3%}"))
    outline = Outline(page(first, second))
    assert outline.texts == ["建设白河水厂，3%"]
    assert outline.marks == [["PROJECT begins", "", "PROJECT", "PROJECT begins", "VALUE agreed begins", "VALUE agreed begins"]]
    assert outline.articles == [{"kind-boundary", "type-3"}]


def test_a_long_paragraph_is_cut_around_the_place():
    text = "一" * 50 + "{P1|白河水厂}" + "二" * 50
    first, second = {"r:1": parse_markup(text, id="r:1")}, {"r:1": parse_markup("一" * 50 + "白河水厂" + "二" * 50, id="r:1")}
    assert Outline(page(first, second)).texts == ["…" + "一" * 40 + "白河水厂" + "二" * 40 + "…"]


def test_every_kind_and_type_has_a_filter_that_hides_the_others():
    html = page({"r:1": parse_markup("建设{P1|白河水厂}", id="r:1")}, {"r:1": parse_markup("建设{L1|白河水厂}", id="r:1")})
    outline = Outline(html)
    filters = [attributes["id"] for tag, attributes in outline.tags if tag == "input" and "id" in attributes]
    assert filters == ["kind-missing", "kind-label", "kind-boundary", "kind-link", *(f"type-{number}" for number in range(1, 8))]
    assert all(f"body:has(#{name}:checked) article:not(.{name}){{display:none}}" in html for name in filters)
    assert outline.articles == [{"kind-label", "type-3", "type-4"}]


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "a&amp;b"])
def test_names_and_texts_are_never_markup(evil):
    text = evil.replace("{", r"\{").replace("}", r"\}")
    first, second = {evil: parse_markup(f"{text}{{P1|{text}}}", id=evil)}, {evil: parse_markup(text * 2, id=evil)}
    html = page(first, second, (evil, "bo"), evil)
    outline = Outline(html)
    assert not {tag for tag, _ in outline.tags} & {"script", "img", "link", "iframe"} and "49" not in html
    assert outline.texts == [evil * 2] and not any(key.startswith("on") for _, attributes in outline.tags for key in attributes)


def test_the_page_loads_nothing():
    html = page({"r:1": parse_markup("{M1|税收}", id="r:1")}, {"r:1": parse_markup("税收", id="r:1")})
    assert not re.search(r"https?:|src=|href=|url\(|@import", html)


@given(versions(most=2))
def test_any_two_versions_have_an_article_for_each_dispute_with_all_of_the_text(marked):
    first, second = ({"r:1": a} for a in marked.values())
    outline, disputes = Outline(page(first, second)), compare(first, second)
    assert len(outline.articles) == len(disputes)
    assert {text.replace("\r", "\n") for text in outline.texts} == ({first["r:1"].text} if disputes else set())
