"""The entity component: a linear-chain conditional random field over hashed features of each character, and a second look at whole spans.

Spans get tags B I E, or S for one character, and O outside; a sentence is one sequence. The field is learned by stochastic
gradient descent (Bottou 2010) inside ``spacy train``: the weights used for prediction are an average over the later
part of training, so that the order of the last batches does not matter. All spans that it holds likely are then ranked as
wholes (``span_ranker``), and the best set without overlap is taken.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import srsly
from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.scorer import Scorer
from spacy.tokens import Doc, Span
from spacy.training import Example, validate_examples

import baoshu.pipeline.training_log  # noqa: F401  registers the logger that the shipped config names
from baoshu.errors import ModelError
from baoshu.pipeline.candidates import best_spans, likely_spans, tag_probabilities
from baoshu.pipeline.cross_fitting import TrainingDocument, fit_ranker
from baoshu.pipeline.descent import Descent
from baoshu.pipeline.edges import Entity, tidy_entities
from baoshu.pipeline.features import FEATURES_VERSION, character_features
from baoshu.pipeline.field import Field, Floats, Rows
from baoshu.pipeline.layers import Layers, read_layers
from baoshu.pipeline.sequences import gold_tags
from baoshu.pipeline.span_ranker import SpanRanker, choose

SCORES_KEY = "baoshu_ent_scores"
Found = list[list[Entity]]
DEFAULTS: dict[str, Any] = {
    "bits": 20, "min_count": 2, "learn_rate": 0.01, "decay": 0.5, "words": True, "unknown": 0.2,
    "rank_epochs": 4, "rank_noise": 0.5, "floor": 0.03, "threshold": 0.35,
}  # fmt: skip


@Language.factory(
    "baoshu_entities",
    assigns=["doc.ents", "token.ent_iob", "token.ent_type"],
    default_config=DEFAULTS,
    default_score_weights={"ents_f": 1.0, "ents_p": 0.0, "ents_r": 0.0, "ents_per_type": None},
)
def make_entity_recognizer(
    nlp: Language,
    name: str,
    bits: int,
    min_count: int,
    learn_rate: float,
    decay: float,
    words: bool,
    unknown: float,
    rank_epochs: int,
    rank_noise: float,
    floor: float,
    threshold: float,
) -> "EntityRecognizer":
    """Make the component ``baoshu_entities``.

    :param bits: Features are hashed into ``2 ** bits`` rows.
    :param min_count: Features seen less often in training get no weight.
    :param learn_rate: First step size of the descent.
    :param decay: The step is ``learn_rate / (1 + decay * epochs)``.
    :param words: Use the words of the segmenter as features.
    :param unknown: Share of stretches of four characters that are trained on as if their words were unknown.
    :param rank_epochs: Epochs of the three fields that the second look learns from; 0 leaves it out.
    :param rank_noise: Feature noise of these fields.
    :param floor: Spans less probable under the field are not looked at again.
    :param threshold: Spans less probable after the second look are no entities.
    """
    settings = (bits, min_count, learn_rate, decay, words, unknown, rank_epochs, rank_noise, floor, threshold)
    return EntityRecognizer(name, **dict(zip(DEFAULTS, settings, strict=True)))


class EntityRecognizer(Pipe):  # type: ignore[misc]
    """Label spans of characters, flat and without overlap.

    ``doc.user_data["baoshu_ent_scores"]`` keeps ``[start, end, probability]`` of each entity.
    """

    is_trainable = True
    model = None

    def __init__(self, name: str = "baoshu_entities", **settings: Any) -> None:
        """Make a recognizer that knows nothing; ``settings`` are those of :func:`make_entity_recognizer`."""
        self.name = name
        self.settings: dict[str, Any] = DEFAULTS | settings
        self.field = Field((), np.zeros(0, dtype=np.int64), self.settings["bits"])
        self.ranker: SpanRanker | None = None
        self._descent: Descent | None = None
        self._rows: dict[str, Rows] = {}  # of the training documents, by their text

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, sorted."""
        return self.field.labels

    @property
    def label_data(self) -> list[str]:
        """The labels, as ``init labels`` writes them."""
        return list(self.labels)

    def __call__(self, doc: Doc) -> Doc:
        """Label one document."""
        self.set_annotations([doc], self.predict([doc]))
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """Label documents, ``batch_size`` at a time."""
        batch: list[Doc] = []
        for doc in stream:
            batch.append(doc)
            if len(batch) >= batch_size:
                self.set_annotations(batch, self.predict(batch))
                yield from batch
                batch = []
        self.set_annotations(batch, self.predict(batch))
        yield from batch

    def initialize(self, get_examples: Callable[[], Iterable[Example]], *, nlp: Language | None = None, labels: Sequence[str] | None = None) -> None:
        """Find the labels and the features that occur often enough, and learn the second look when there are two reports or more.

        :raises ModelError: when the examples hold no entity.
        """
        examples = [example for example in get_examples() if len(example.predicted)]
        names = sorted(labels or {ent.label_ for example in examples for ent in example.reference.ents})
        if not names:
            raise ModelError(self.name, "no entity in the training documents", "a corpus built with: baoshu corpus build")
        layers = [self._layers([example.predicted]) for example in examples]
        keys = [character_features(one) for one in layers]
        self.field = Field.of_keys(names, keys, bits=self.settings["bits"], min_count=self.settings["min_count"])
        self._descent = self.field.descent(sum(map(len, keys)))
        self._rows = {example.predicted.text: self.field.rows(key) for example, key in zip(examples, keys, strict=True)}
        self.ranker = None
        if self.settings["rank_epochs"]:
            documents = [
                TrainingDocument(_report(example), one, key, gold_tags(example, names))
                for example, one, key in zip(examples, layers, keys, strict=True)
            ]
            self.ranker = fit_ranker(documents, names, self.settings, seed=int(np.random.randint(2**31)))

    def predict(self, docs: Iterable[Doc]) -> Found:
        """Return for each document its entities as (start, end, label, probability). *Offsets:* tokens, end exclusive."""
        docs = list(docs)
        filled = [doc for doc in docs if len(doc)]
        if not filled or not self.labels:
            return [[] for _ in docs]
        layers = self._layers(filled)
        scores = self.field.scores(self.field.rows(character_features(layers)))
        if self.ranker is None:
            spans = best_spans(self.field, layers.texts, scores)
        else:
            likely = likely_spans(self.field, layers.texts, scores, self.settings["floor"])
            probabilities = self.ranker.probabilities(layers, likely)
            spans = likely.with_probabilities(probabilities).take(np.array(choose(likely, probabilities, self.settings["threshold"]), dtype=np.int64))
        found = iter(tidy_entities(layers.texts, spans, self.labels))
        return [next(found) if len(doc) else [] for doc in docs]

    def tag_probabilities(self, docs: Iterable[Doc]) -> list[Floats]:
        """Return for each document the probability that the field gives each tag at each token, shape (tokens, tags)."""
        docs = list(docs)
        filled = [doc for doc in docs if len(doc)]
        if not filled or not self.labels:
            return [np.zeros((len(doc), 1 + 4 * len(self.labels)), dtype=np.float32) for doc in docs]
        layers = self._layers(filled)
        found = tag_probabilities(self.field, layers.texts, self.field.scores(self.field.rows(character_features(layers))))
        return np.split(found, np.cumsum([len(doc) for doc in docs])[:-1])

    def set_annotations(self, docs: Iterable[Doc], found: Found) -> None:
        """Write the entities and their probabilities to the documents."""
        for doc, entities in zip(docs, found, strict=True):
            doc.set_ents([Span(doc, start, end, label=label) for start, end, label, _ in entities])
            doc.user_data[SCORES_KEY] = [[start, end, probability] for start, end, _, probability in entities]

    def update(self, examples: Iterable[Example], *, drop: float = 0.0, sgd: Any = None, losses: dict[str, float] | None = None) -> dict[str, float]:
        """Take one step on a batch; the loss is the negative log likelihood a character.

        :param drop: Share of the features left out at random (feature noising, Wang et al. 2013), from NumPy's global generator;
            without it no words are taken for unknown either.
        :param sgd: Not used; the component has its own step size.
        """
        losses = {} if losses is None else losses
        losses.setdefault(self.name, 0.0)
        examples = [example for example in examples if len(example.predicted)]
        validate_examples(examples, "EntityRecognizer.update")
        if not examples:
            return losses
        texts = [example.predicted.text for example in examples]
        rows = np.concatenate([self._rows_of(example.predicted) for example in examples])
        tags = np.concatenate([gold_tags(example, self.labels) for example in examples])
        if self._descent is None:
            self._descent = self.field.descent(300_000)
        rate = self.settings["learn_rate"] / (1 + self.settings["decay"] * self._descent.epochs)
        loss = self.field.step(
            self._descent, texts, rows, tags, noise=drop, unknown=self.settings["unknown"] if drop else 0.0, rate=rate, random=np.random.random
        )
        losses[self.name] += loss / len(rows)
        return losses

    def score(self, examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
        """Score entities exactly, per type and over all."""
        return Scorer.score_spans(  # type: ignore[no-any-return]
            list(examples), "ents", getter=lambda doc, _: doc.ents, has_annotation=lambda doc: True
        )

    def _layers(self, docs: Sequence[Doc]) -> Layers:
        return read_layers(docs, words=self.settings["words"])

    def _rows_of(self, doc: Doc) -> Rows:
        if doc.text not in self._rows:
            self._rows[doc.text] = self.field.rows(character_features(self._layers([doc])))
        return self._rows[doc.text]

    def to_bytes(self, **kwargs: Any) -> bytes:
        """Serialise settings, labels and weights; no code, no pickle."""
        ranker = None if self.ranker is None else self.ranker.to_dict()
        return srsly.msgpack_dumps({"features": FEATURES_VERSION, "settings": self.settings, "field": self.field.to_dict(), "ranker": ranker})  # type: ignore[no-any-return]

    def from_bytes(self, data: bytes, **kwargs: Any) -> "EntityRecognizer":
        """Read what :meth:`to_bytes` wrote.

        :raises ModelError: when the weights belong to other features than this version computes.
        """
        stored = srsly.msgpack_loads(data)
        if stored["features"] != FEATURES_VERSION:
            raise ModelError(self.name, f"features {stored['features']}", f"features {FEATURES_VERSION}", "Train again: spacy project run train")
        self.settings = dict(stored["settings"])
        self.field = Field.from_dict(stored["field"], self.settings["bits"])
        self.ranker = SpanRanker.from_dict(stored["ranker"], len(self.labels)) if stored["ranker"] else None
        self._descent, self._rows = None, {}
        return self

    def to_disk(self, path: str | Path, **kwargs: Any) -> None:
        """Write one msgpack file."""
        Path(path).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, **kwargs: Any) -> "EntityRecognizer":
        """Read the file of :meth:`to_disk`."""
        return self.from_bytes(Path(path).read_bytes())


def _report(example: Example) -> str:
    """Return the report that an example comes from, "" when its chunk has no id."""
    return str(example.reference.user_data.get("chunk_id", "")).rpartition(":")[0]
