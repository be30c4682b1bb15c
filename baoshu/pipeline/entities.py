"""The entity component: a tagger network and a conditional random field over each sentence."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.pipeline import TrainablePipe
from spacy.scorer import Scorer
from spacy.tokens import Doc, Span
from spacy.training import Example, validate_examples
from spacy.vocab import Vocab
from thinc.api import Config, Model, Optimizer, Ragged, set_dropout_rate
from thinc.types import Floats2d

from baoshu.pipeline.crf import loss_and_gradient, marginals, viterbi

SCORES_KEY = "baoshu_ent_scores"
_SENTENCE_END = re.compile(r"[。；！？\n]")
_LONGEST = 240
_FORBIDDEN = -1e4

DEFAULT_MODEL = Config().from_str(
    """
[model]
@architectures = "baoshu.CharacterTagger.v1"
rows = 131072
embedding = 24
width = 96
depth = 3
window = 1
dropout = 0.2
feature_dropout = 0.1
"""
)["model"]


@Language.factory(
    "baoshu_entities",
    assigns=["doc.ents", "token.ent_iob", "token.ent_type"],
    default_config={"model": DEFAULT_MODEL},
    default_score_weights={"ents_f": 1.0, "ents_p": 0.0, "ents_r": 0.0, "ents_per_type": None},
)
def make_entity_recognizer(nlp: Language, name: str, model: Model[Any, Any]) -> "EntityRecognizer":
    """Make the component ``baoshu_entities``."""
    return EntityRecognizer(nlp.vocab, model, name)


@dataclass(frozen=True, slots=True)
class _Sequences:
    """Sentences cut out of the characters of a batch: first character and number of characters of each."""

    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]

    def grid(self) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return character indices, shape (sequences, positions), and where they are inside a sequence."""
        positions = np.arange(int(self.lengths.max()))
        inside = positions[None] < self.lengths[:, None]
        return np.where(inside, self.starts[:, None] + positions[None], self.starts[:, None]), inside


class EntityRecognizer(TrainablePipe):  # type: ignore[misc]
    """Label spans of characters, flat and without overlap.

    Spans get tags B I E, or S for one character, and O outside. ``doc.user_data["baoshu_ent_scores"]`` keeps for
    each entity ``(start, end)`` the probability that all its tags are right, by the field's marginals.
    """

    def __init__(self, vocab: Vocab, model: Model[Any, Any], name: str = "baoshu_entities") -> None:
        self.vocab = vocab
        self.model = model
        self.name = name
        self.cfg: dict[str, Any] = {"labels": []}
        self.scorer = score_entities

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, sorted."""
        return tuple(self.cfg["labels"])

    @property
    def label_data(self) -> list[str]:
        """The labels, as ``init labels`` writes them."""
        return list(self.labels)

    def add_label(self, label: str) -> int:
        """Add a label before initialisation; 1 when it is new."""
        if label in self.labels:
            return 0
        self.cfg["labels"] = sorted([*self.labels, label])
        return 1

    def initialize(
        self, get_examples: Callable[[], Iterable[Example]], *, nlp: Language | None = None, labels: Sequence[str] | None = None
    ) -> None:
        """Find the labels and set up the network."""
        examples = get_examples()
        sample = list(islice(examples, 10))
        for label in labels or sorted({ent.label_ for example in [*sample, *examples] for ent in example.reference.ents}):
            self.add_label(label)
        output = self.model.get_ref("output")
        output.set_dim("nO", 1 + 4 * len(self.labels))
        self.model.initialize(X=[example.predicted for example in sample])
        tags = 1 + 4 * len(self.labels)
        self.model.set_param("transitions", self.model.ops.alloc2f(tags, tags))
        self.model.set_param("edges", self.model.ops.alloc2f(2, tags))

    def predict(self, docs: Iterable[Doc]) -> list[list[tuple[int, int, str, float]]]:
        """Return for each document its entities as (start, end, label, probability). *Offsets:* tokens, end exclusive."""
        docs = list(docs)
        filled = [doc for doc in docs if len(doc)]
        if not filled:
            return [[] for _ in docs]
        scores = self.model.predict(filled).dataXd
        found = iter(self._decode(filled, scores))
        return [next(found) if len(doc) else [] for doc in docs]

    def set_annotations(self, docs: Iterable[Doc], scores: list[list[tuple[int, int, str, float]]]) -> None:
        """Write the entities and their probabilities to the documents."""
        for doc, entities in zip(docs, scores, strict=True):
            doc.set_ents([Span(doc, start, end, label=label) for start, end, label, _ in entities])
            doc.user_data[SCORES_KEY] = {(start, end): probability for start, end, _, probability in entities}

    def update(
        self, examples: Iterable[Example], *, drop: float = 0.0, sgd: Optimizer | None = None, losses: dict[str, float] | None = None
    ) -> dict[str, float]:
        """Learn from a batch; the loss is the negative log likelihood a character."""
        losses = {} if losses is None else losses
        losses.setdefault(self.name, 0.0)
        examples = [example for example in examples if len(example.predicted)]
        validate_examples(examples, "EntityRecognizer.update")
        if not examples:
            return losses
        if drop:
            set_dropout_rate(self.model, drop)
        docs = [example.predicted for example in examples]
        output, backprop = self.model.begin_update(docs)
        loss, d_output = self._loss(examples, output.dataXd)
        backprop(Ragged(d_output, output.lengths))
        losses[self.name] += loss
        if sgd is not None:
            self.finish_update(sgd)
        return losses

    def get_loss(self, examples: Iterable[Example], scores: Ragged) -> tuple[float, Floats2d]:
        """Return the loss a character and its gradient for the scores."""
        return self._loss(list(examples), scores.dataXd)

    def _loss(self, examples: list[Example], scores: Floats2d) -> tuple[float, Floats2d]:
        docs = [example.predicted for example in examples]
        sequences = _sequences([doc.text for doc in docs])
        grid, inside = sequences.grid()
        gold = np.concatenate([self._gold_tags(example) for example in examples])[grid]
        transitions, start, end = self._field()
        loss, d_scores, d_transitions, d_start, d_end = loss_and_gradient(scores[grid], sequences.lengths, gold, transitions, start, end)
        size = len(scores)
        d_output = np.zeros_like(scores)
        d_output[grid[inside]] = d_scores[inside] / size
        self.model.inc_grad("transitions", d_transitions / size)
        self.model.inc_grad("edges", np.stack([d_start, d_end]) / size)
        return loss / size, d_output

    def _field(self) -> tuple[Any, Any, Any]:
        """Return transitions, start and end scores with the impossible ones forbidden."""
        allowed, first, last = _allowed(len(self.labels))
        edges = self.model.get_param("edges")
        return (
            np.where(allowed, self.model.get_param("transitions"), _FORBIDDEN),
            np.where(first, edges[0], _FORBIDDEN),
            np.where(last, edges[1], _FORBIDDEN),
        )

    def _gold_tags(self, example: Example) -> NDArray[np.int64]:
        number = {label: index for index, label in enumerate(self.labels)}
        tags = np.zeros(len(example.predicted), dtype=np.int64)
        for ent in example.reference.ents:
            start, end, base = ent.start_char, ent.end_char, 1 + 4 * number[ent.label_]
            if end - start == 1:
                tags[start] = base + 3
            else:
                tags[start], tags[start + 1 : end - 1], tags[end - 1] = base, base + 1, base + 2
        return tags

    def _decode(self, docs: list[Doc], scores: Floats2d) -> list[list[tuple[int, int, str, float]]]:
        sequences = _sequences([doc.text for doc in docs])
        grid, inside = sequences.grid()
        field = self._field()
        padded = scores[grid]
        paths = viterbi(padded, sequences.lengths, *field)
        probabilities, _, _ = marginals(padded, sequences.lengths, *field)
        tags = np.zeros(len(scores), dtype=np.int64)
        tags[grid[inside]] = paths[inside]
        chosen = np.ones(len(scores), dtype=np.float32)
        chosen[grid[inside]] = np.take_along_axis(probabilities, paths[:, :, None], 2)[:, :, 0][inside]
        entities: list[list[tuple[int, int, str, float]]] = [[] for _ in docs]
        bounds = np.cumsum([0] + [len(doc) for doc in docs])
        firsts = np.flatnonzero((tags > 0) & ((tags - 1) % 4 % 3 == 0))
        lasts = np.flatnonzero((tags > 0) & ((tags - 1) % 4 >= 2))
        owners = np.searchsorted(bounds, firsts, side="right") - 1
        for first, last, owner in zip(firsts.tolist(), lasts.tolist(), owners.tolist(), strict=True):
            offset = int(bounds[owner])
            label = self.labels[(int(tags[first]) - 1) // 4]
            entities[owner].append((first - offset, last + 1 - offset, label, float(chosen[first : last + 1].min())))
        return entities


def score_entities(examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
    """Score entities exactly, per type and over all."""
    kwargs["attr"] = "ents"
    kwargs["getter"] = lambda doc, _: doc.ents
    kwargs["has_annotation"] = lambda doc: True
    return Scorer.score_spans(list(examples), **kwargs)  # type: ignore[no-any-return]


def _sequences(texts: Sequence[str]) -> _Sequences:
    """Cut texts behind 。；！？ and line breaks, longer stretches behind a comma, at the latest after 240 characters."""
    starts, lengths, offset = [], [], 0
    for text in texts:
        begin = 0
        ends = [match.end() for match in _SENTENCE_END.finditer(text)]
        if not ends or ends[-1] != len(text):
            ends.append(len(text))
        for end in ends:
            while end - begin > _LONGEST:
                cut = text.rfind("，", begin + _LONGEST // 2, begin + _LONGEST) + 1 or begin + _LONGEST
                starts.append(offset + begin)
                lengths.append(cut - begin)
                begin = cut
            starts.append(offset + begin)
            lengths.append(end - begin)
            begin = end
        offset += len(text)
    return _Sequences(np.array(starts), np.array(lengths))


def _allowed(labels: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which tags may follow each other, begin and end a sequence: B is followed by I or E of its label, and so on."""
    tags = 1 + 4 * labels
    opens, closes = np.zeros(tags, bool), np.zeros(tags, bool)
    inner = np.zeros((tags, tags), bool)
    opens[0] = closes[0] = True
    for base in range(1, tags, 4):
        opens[[base, base + 3]] = closes[[base + 2, base + 3]] = True
        inner[base, [base + 1, base + 2]] = inner[base + 1, [base + 1, base + 2]] = True
    return inner | (closes[:, None] & opens[None, :]), opens, closes
