"""The entity component: a linear-chain conditional random field over hashed features of each character.

Spans get tags B I E, or S for one character, and O outside; a sentence is one sequence. The field is learned by stochastic
gradient descent (Bottou 2010) inside ``spacy train``: the weights used for prediction are an average over the later
part of training, so that the order of the last batches does not matter.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import srsly
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.scorer import Scorer
from spacy.tokens import Doc, Span
from spacy.training import Example, validate_examples

from baoshu.errors import ModelError
from baoshu.pipeline.crf import loss_and_gradient, marginals, viterbi
from baoshu.pipeline.descent import Descent
from baoshu.pipeline.edges import tidy_spans
from baoshu.pipeline.features import FEATURES, FEATURES_VERSION, batch_features
from baoshu.pipeline.sequences import FORBIDDEN, Sequences, allowed_tags, cut_sequences, gold_tags, tagged_spans

SCORES_KEY = "baoshu_ent_scores"
Floats = NDArray[np.float32]
Found = list[list[tuple[int, int, str, float]]]


@Language.factory(
    "baoshu_entities",
    assigns=["doc.ents", "token.ent_iob", "token.ent_type"],
    default_config={"bits": 20, "min_count": 2, "learn_rate": 0.01, "decay": 0.5, "words": True},
    default_score_weights={"ents_f": 1.0, "ents_p": 0.0, "ents_r": 0.0, "ents_per_type": None},
)
def make_entity_recognizer(nlp: Language, name: str, bits: int, min_count: int, learn_rate: float, decay: float, words: bool) -> "EntityRecognizer":
    """Make the component ``baoshu_entities``.

    :param bits: Features are hashed into ``2 ** bits`` rows.
    :param min_count: Features seen less often in training get no weight.
    :param learn_rate: First step size of the descent.
    :param decay: The step is ``learn_rate / (1 + decay * epochs)``.
    :param words: Use the words of the segmenter as features.
    """
    return EntityRecognizer(name, bits=bits, min_count=min_count, learn_rate=learn_rate, decay=decay, words=words)


class EntityRecognizer(Pipe):  # type: ignore[misc]
    """Label spans of characters, flat and without overlap.

    ``doc.user_data["baoshu_ent_scores"]`` keeps ``[start, end, probability]`` of each entity: the lowest probability that the field gives to
    one of its tags.
    """

    is_trainable = True
    model = None

    def __init__(
        self, name: str = "baoshu_entities", *, bits: int = 20, min_count: int = 2, learn_rate: float = 0.01, decay: float = 0.5, words: bool = True
    ) -> None:
        self.name = name
        self.settings: dict[str, Any] = {"bits": bits, "min_count": min_count, "learn_rate": learn_rate, "decay": decay, "words": words}
        self._labels: tuple[str, ...] = ()
        self._rows: NDArray[np.int32] = np.zeros(1 << bits, dtype=np.int32)  # hashed row → row of the weights, 0 for none
        self._weights: Floats = np.zeros((1, 1), dtype=np.float32)
        self._chain: Floats = np.zeros((3, 1), dtype=np.float32)  # transitions, then first and last tags
        self._descent: Descent | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, sorted."""
        return self._labels

    @property
    def label_data(self) -> list[str]:
        """The labels, as ``init labels`` writes them."""
        return list(self._labels)

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
        """Find the labels, and the features that occur often enough.

        :raises ModelError: when the examples hold no entity.
        """
        found: set[str] = set()
        keys = []
        for example in get_examples():
            found.update(ent.label_ for ent in example.reference.ents)
            if len(example.predicted):
                keys.append(batch_features([example.predicted], words=self.settings["words"]).ravel())
        self._labels = tuple(sorted(labels or found))
        if not self._labels:
            raise ModelError(self.name, "no entity in the training documents", "a corpus built with: baoshu corpus build")
        all_keys = np.concatenate(keys)
        distinct, counts = np.unique(all_keys, return_counts=True)
        mask = np.uint64((1 << self.settings["bits"]) - 1)
        used = np.unique(distinct[counts >= self.settings["min_count"]] & mask).astype(np.int64)
        self._rows = np.zeros(1 << self.settings["bits"], dtype=np.int32)
        self._rows[used] = np.arange(1, len(used) + 1)
        tags = 1 + 4 * len(self._labels)
        self._weights = np.zeros((len(used) + 1, tags), dtype=np.float32)
        self._chain = np.zeros((tags + 2, tags), dtype=np.float32)
        self._descent = Descent(self._weights.copy(), self._chain.copy(), characters=len(all_keys) // FEATURES)

    def predict(self, docs: Iterable[Doc]) -> Found:
        """Return for each document its entities as (start, end, label, probability). *Offsets:* tokens, end exclusive."""
        docs = list(docs)
        filled = [doc for doc in docs if len(doc)]
        if not filled or not self._labels:
            return [[] for _ in docs]
        scores = self._matrix(self._feature_rows(filled)) @ self._weights
        found = iter(self._decode([doc.text for doc in filled], scores))
        return [next(found) if len(doc) else [] for doc in docs]

    def set_annotations(self, docs: Iterable[Doc], found: Found) -> None:
        """Write the entities and their probabilities to the documents."""
        for doc, entities in zip(docs, found, strict=True):
            doc.set_ents([Span(doc, start, end, label=label) for start, end, label, _ in entities])
            doc.user_data[SCORES_KEY] = [[start, end, probability] for start, end, _, probability in entities]

    def update(self, examples: Iterable[Example], *, drop: float = 0.0, sgd: Any = None, losses: dict[str, float] | None = None) -> dict[str, float]:
        """Take one step on a batch; the loss is the negative log likelihood a character.

        :param drop: Share of the features left out at random (feature noising, Wang et al. 2013), from NumPy's global generator.
        :param sgd: Not used; the component has its own step size.
        """
        losses = {} if losses is None else losses
        losses.setdefault(self.name, 0.0)
        examples = [example for example in examples if len(example.predicted)]
        validate_examples(examples, "EntityRecognizer.update")
        if not examples:
            return losses
        descent = self._state()
        texts = [example.predicted.text for example in examples]
        rows = np.concatenate([descent.rows_of(example.predicted, self._feature_rows) for example in examples])
        gold = np.concatenate([gold_tags(example, self._labels) for example in examples])
        features = self._matrix(rows)
        if drop:
            features.data *= (np.random.random(features.nnz) >= drop) / np.float32(1 - drop)
        sequences = cut_sequences(texts)
        grid, inside = sequences.grid()
        scores = features @ descent.weights
        loss, d_scores, *d_chain = loss_and_gradient(scores[grid], sequences.lengths, gold[grid], *self._field(descent.chain))
        d_output = np.zeros_like(scores)
        d_output[grid[inside]] = d_scores[inside]
        step = self.settings["learn_rate"] / (1 + self.settings["decay"] * descent.epochs)
        touched = np.unique(rows)
        touched = touched[touched > 0]
        descent.weights[touched] -= step * (features[:, touched].T @ d_output)
        allowed, _, _ = allowed_tags(len(self._labels))
        descent.chain -= step * np.vstack([np.where(allowed, d_chain[0], 0), d_chain[1][None], d_chain[2][None]])
        if descent.advance(len(rows)):
            descent.average(self._weights, self._chain)
        losses[self.name] += loss / len(rows)
        return losses

    def score(self, examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
        """Score entities exactly, per type and over all."""
        return Scorer.score_spans(  # type: ignore[no-any-return]
            list(examples), "ents", getter=lambda doc, _: doc.ents, has_annotation=lambda doc: True
        )

    def _state(self) -> Descent:
        if self._descent is None:
            self._descent = Descent(self._weights.copy(), self._chain.copy(), characters=300_000)
        return self._descent

    def _feature_rows(self, docs: Sequence[Doc]) -> NDArray[np.int32]:
        keys = batch_features(docs, words=self.settings["words"])
        return self._rows[(keys & np.uint64(len(self._rows) - 1)).astype(np.int64)]

    def _matrix(self, rows: NDArray[np.int32]) -> Any:
        """Return rows of features as a sparse matrix, shape (characters, rows of the weights); row 0 weighs nothing."""
        shape = (len(rows), len(self._weights))
        return csr_matrix((np.ones(rows.size, dtype=np.float32), rows.ravel(), np.arange(0, rows.size + 1, rows.shape[1])), shape=shape)

    def _field(self, chain: Floats) -> tuple[Floats, Floats, Floats]:
        """Return transitions, first and last tags with the impossible ones forbidden."""
        allowed, first, last = allowed_tags(len(self._labels))
        return np.where(allowed, chain[:-2], FORBIDDEN), np.where(first, chain[-2], FORBIDDEN), np.where(last, chain[-1], FORBIDDEN)

    def _decode(self, texts: Sequence[str], scores: Floats) -> Found:
        sequences: Sequences = cut_sequences(texts)
        tags = np.zeros(len(scores), dtype=np.int64)
        chosen = np.ones(len(scores), dtype=np.float32)
        field = self._field(self._chain)
        for part in sequences.by_length():
            grid, inside = part.grid()
            padded = scores[grid]
            paths = viterbi(padded, part.lengths, *field)
            probabilities, _, _ = marginals(padded, part.lengths, *field)
            tags[grid[inside]] = paths[inside]
            chosen[grid[inside]] = np.take_along_axis(probabilities, paths[:, :, None], 2)[:, :, 0][inside]
        found: Found = []
        offset = 0
        for text in texts:
            end = offset + len(text)
            spans = [(start, stop, self._labels[label]) for start, stop, label in tagged_spans(tags[offset:end])]
            tidied = (span for span in tidy_spans(text, spans) if span is not None)
            found.append([(s, e, label, float(chosen[offset + s : offset + e].min())) for s, e, label in tidied])
            offset = end
        return found

    def to_bytes(self, **kwargs: Any) -> bytes:
        """Serialise settings, labels, the used rows as bits and the weights as 16-bit floats; no code, no pickle."""
        data = {
            "features": FEATURES_VERSION, "settings": self.settings, "labels": list(self._labels),
            "used": np.packbits(self._rows > 0), "weights": self._weights[1:].astype(np.float16), "chain": self._chain,
        }  # fmt: skip
        return srsly.msgpack_dumps(data)  # type: ignore[no-any-return]

    def from_bytes(self, data: bytes, **kwargs: Any) -> "EntityRecognizer":
        """Read what :meth:`to_bytes` wrote.

        :raises ModelError: when the weights belong to other features than this version computes.
        """
        stored = srsly.msgpack_loads(data)
        if stored["features"] != FEATURES_VERSION:
            raise ModelError(self.name, f"features {stored['features']}", f"features {FEATURES_VERSION}", "Train again: spacy project run train")
        self.settings, self._labels = dict(stored["settings"]), tuple(stored["labels"])
        used = np.flatnonzero(np.unpackbits(stored["used"]))
        self._rows = np.zeros(1 << self.settings["bits"], dtype=np.int32)
        self._rows[used] = np.arange(1, len(used) + 1)
        self._weights = np.vstack([np.zeros((1, stored["weights"].shape[1])), stored["weights"]]).astype(np.float32)
        self._chain = np.array(stored["chain"], dtype=np.float32)
        self._descent = None
        return self

    def to_disk(self, path: str | Path, **kwargs: Any) -> None:
        """Write one msgpack file."""
        Path(path).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, **kwargs: Any) -> "EntityRecognizer":
        """Read the file of :meth:`to_disk`."""
        return self.from_bytes(Path(path).read_bytes())
