"""Annotations of one text by several annotators, made up by hypothesis."""

from itertools import pairwise

from hypothesis import strategies as st

from baoshu.scheme import current_scheme, relation_type
from baoshu.types import Annotation, Relation, Span

TEXT = st.text(st.sampled_from("税收增长百分之三，青石县“水厂”{|}\\<&>𠀀😀"), min_size=1, max_size=30)


@st.composite
def annotation_of(draw, text, chunk_id="r:1"):
    """Draw a legal annotation of the text: flat spans and some of the links that their labels allow."""
    edges = draw(st.lists(st.integers(0, len(text)), unique=True, max_size=8).map(sorted))
    spans = []
    for start, end in pairwise(edges):
        label = draw(st.sampled_from([*current_scheme().labels, ""]))
        if label:
            spans.append(Span(len(spans), label, start, end))
    pairs = [(a, b) for a in spans for b in spans if relation_type(a.label, b.label)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=4)) if pairs else []
    links = sorted((Relation(a.id, b.id, relation_type(a.label, b.label)) for a, b in chosen), key=lambda r: (r.head, r.tail))
    return Annotation(text, tuple(spans), tuple(links), chunk_id)


@st.composite
def versions(draw, most=3):
    """Draw what two or more annotators have of one chunk; some have the same."""
    text = draw(TEXT)
    one = draw(annotation_of(text))
    count = draw(st.integers(2, most))
    return {f"a{n}": one if draw(st.booleans()) else draw(annotation_of(text)) for n in range(count)}
