"""Spans as wholes: their probabilities against brute force, the best set against every set, what the second look learns."""

import itertools
import math

import numpy as np
import pytest
import spacy
import srsly
from hypothesis import given
from hypothesis import strategies as st
from spacy.training import Example

from baoshu.annotate.markup import parse_markup
from baoshu.corpus.align import annotation_to_doc
from baoshu.pipeline.candidates import Candidates, best_spans, likely_spans
from baoshu.pipeline.entities import EntityRecognizer
from baoshu.pipeline.field import Field
from baoshu.pipeline.layers import read_layers
from baoshu.pipeline.sequences import allowed_tags, tagged_spans
from baoshu.pipeline.span_features import SPAN_FEATURES, competitors, span_features
from baoshu.pipeline.span_ranker import SpanRanker, choose
from baoshu.pipeline.tokenizer import CharacterTokenizer

LABELS = ("METRIC", "VALUE")
TOKENIZER = CharacterTokenizer(spacy.blank("zh").vocab)


def candidates(*spans):
    starts, ends, labels, probabilities = zip(*sorted(spans), strict=True)
    return Candidates(np.array(starts), np.array(ends), np.array(labels), np.array(probabilities, dtype=np.float32))


def every_path(scores, chain):
    """Yield each legal path of tags with its weight."""
    allowed, first, last = allowed_tags(len(LABELS))
    for path in itertools.product(range(9), repeat=len(scores)):
        if first[path[0]] and last[path[-1]] and all(allowed[a, b] for a, b in itertools.pairwise(path)):
            moves = chain[-2, path[0]] + chain[-1, path[-1]] + sum(chain[a, b] for a, b in itertools.pairwise(path))
            yield path, math.exp(moves + sum(scores[i, tag] for i, tag in enumerate(path)))


def test_likely_spans_have_the_probability_of_all_paths_with_that_span():
    rng = np.random.default_rng(3)
    field = Field(LABELS, np.zeros(0, np.int64), bits=4)
    field.chain = rng.normal(size=field.chain.shape).astype(np.float32)
    texts = ["万吨增长", "县"]
    scores = rng.normal(size=(5, 9)).astype(np.float32)
    counted, offset = {}, 0
    for text in texts:
        paths = list(every_path(scores[offset : offset + len(text)], field.chain))
        total = sum(weight for _, weight in paths)
        for path, weight in paths:
            for start, end, label in tagged_spans(np.array(path)):
                key = (start + offset, end + offset, label)
                counted[key] = counted.get(key, 0) + weight / total
        offset += len(text)
    found = likely_spans(field, texts, scores, floor=1e-6)
    spans = list(zip(found.starts.tolist(), found.ends.tolist(), found.labels.tolist(), strict=True))
    assert spans == sorted(counted)
    np.testing.assert_allclose(found.probabilities, [counted[span] for span in spans], rtol=1e-3)
    best = best_spans(field, texts, scores)
    assert {(s, e, k) for s, e, k in zip(best.starts.tolist(), best.ends.tolist(), best.labels.tolist(), strict=True)} <= set(spans)


SPANS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 6), st.integers(0, 1), st.floats(0.01, 1)), min_size=1, max_size=9, unique_by=lambda s: s[:3]
)


@given(SPANS, st.sampled_from([0.2, 0.4, 0.5]))
def test_the_chosen_set_is_the_best_of_all_sets_without_overlap(spans, threshold):
    found = candidates(*((start, start + length, label, p) for start, length, label, p in spans))
    chosen = choose(found, found.probabilities, threshold)

    def gain(numbers):
        return sum(float(found.probabilities[n]) - threshold for n in numbers)

    def flat(numbers):
        return all(found.ends[a] <= found.starts[b] for a, b in itertools.pairwise(numbers))

    every = (numbers for size in range(len(found) + 1) for numbers in itertools.combinations(range(len(found)), size))
    assert flat(chosen)
    assert gain(chosen) == pytest.approx(max(gain(numbers) for numbers in every if flat(numbers)), abs=1e-6)


@given(SPANS)
def test_the_competitor_is_the_most_probable_span_that_overlaps(spans):
    found = candidates(*((start, start + length, label, p) for start, length, label, p in spans))
    for number, rival in enumerate(competitors(found).tolist()):
        others = [
            other
            for other in range(len(found))
            if other != number and found.starts[other] < found.ends[number] and found.starts[number] < found.ends[other]
        ]
        strongest = max((found.probabilities[other] for other in others), default=0)
        assert (rival == -1) == (not others)
        assert rival == -1 or (rival in others and found.probabilities[rival] == strongest)


def test_span_features_do_not_depend_on_the_batch():
    texts = ["粮食产量达到12万吨、增长3%。", "新建“青石”大桥"]
    spans = [[(0, 4, 0, 0.9), (2, 4, 0, 0.2), (6, 10, 1, 0.99)], [(2, 6, 0, 0.5)]]

    def rows(*numbers):
        layers = read_layers([TOKENIZER(texts[number]) for number in numbers])
        moved = [(s + o, e + o, k, p) for number, o in zip(numbers, layers.offsets.tolist(), strict=True) for s, e, k, p in spans[number]]
        found = candidates(*moved)
        return span_features(layers, found, competitors(found))

    assert rows(0).shape == (3, SPAN_FEATURES)
    np.testing.assert_array_equal(rows(0, 1), np.concatenate([rows(0), rows(1)]))


@pytest.mark.parametrize(
    ("text", "span", "neighbour", "listed"),
    [
        ("建成青石大桥、甲乙线。", "甲乙线", "青石大桥", True),
        ("建成甲乙线和青石大桥。", "甲乙线", "青石大桥", True),
        ("实施“甲乙”、“丙丁”行动", "丙丁", "甲乙", True),
        ("实施“甲乙”“丙丁”行动", "甲乙", "丙丁", True),
        ("建成青石大桥，启动甲乙线。", "甲乙线", "青石大桥", False),
    ],
)
def test_a_span_is_told_by_its_neighbour_in_a_list_only(text, span, neighbour, listed):
    layers = read_layers([TOKENIZER(text)])
    offset = int(layers.offsets[0])

    def row(label, probability):
        spans = [(text.index(one) + offset, text.index(one) + len(one) + offset) for one in (span, neighbour)]
        found = candidates((*spans[0], 0, 0.5), (*spans[1], label, probability))
        return span_features(layers, found, competitors(found))[found.starts.tolist().index(spans[0][0])]

    assert (row(0, 0.9) != row(1, 0.9)).any() == listed
    assert (row(0, 0.9) != row(0, 0.2)).any() == listed


def test_the_ranker_learns_which_spans_are_right_and_survives_its_dict():
    texts = [f"{head}产量达到{number}万吨" for head, number in zip("粮棉油糖麦豆茶果", range(2, 10), strict=True)]
    batches = []
    for text in texts:
        found = candidates((0, 3, 0, 0.4), (1, 3, 0, 0.5), (5, 8, 1, 0.9), (5, 6, 1, 0.3))
        batches.append((read_layers([TOKENIZER(text)]), found, (found.starts == 0) | (found.ends == 8)))
    ranker = SpanRanker(2)
    ranker.fit(batches)
    again = SpanRanker.from_dict(srsly.msgpack_loads(srsly.msgpack_dumps(ranker.to_dict())), 2)
    layers, found, right = read_layers([TOKENIZER("菜产量达到7万吨")]), batches[0][1], batches[0][2]
    np.testing.assert_array_equal(ranker.probabilities(layers, found), again.probabilities(layers, found))
    assert ((again.probabilities(layers, found) > 0.5) == right).all()


def marked_examples(*reports):
    nlp = spacy.blank("zh")
    nlp.tokenizer = CharacterTokenizer(nlp.vocab)
    found = []
    for report, texts in enumerate(reports):
        for number, text in enumerate(texts):
            gold, _ = annotation_to_doc(parse_markup(text), nlp)
            gold.user_data["chunk_id"] = f"report-{report}:{number}"
            found.append(Example(nlp.make_doc(gold.text), gold))
    return found


def test_the_second_look_needs_two_reports():
    texts = ["{M1|粮食产量}达到{V>M1|12万吨}，{M2|油料产量}{V>M2|3万吨}", "{P1|青石大桥}通车，{M1|学位}新增{V>M1|500个}"]
    for reports, expected in (([texts], False), ([texts, texts[::-1]], True)):
        recognizer = EntityRecognizer(bits=12, min_count=1, rank_epochs=4, floor=1e-4)
        recognizer.initialize(lambda reports=reports: marked_examples(*reports))
        assert (recognizer.ranker is not None) is expected
    assert EntityRecognizer().from_bytes(recognizer.to_bytes()).to_bytes() == recognizer.to_bytes()


def test_there_is_no_second_look_where_the_fields_propose_nothing():
    recognizer = EntityRecognizer(bits=12, min_count=1, rank_epochs=1, floor=1.1)
    recognizer.initialize(lambda: marked_examples(["{M1|粮食产量}{V>M1|12万吨}"], ["{M1|学位}{V>M1|500个}"]))
    assert recognizer.ranker is None
