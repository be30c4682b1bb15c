"""The linker: VALUE → METRIC / PROJECT and METRIC / PROJECT → PLACE, by logistic regression on the features of a pair.

The features speak of these four; a label of another scheme stands for the one whose role it plays, and the scheme is stored with the weights.

It is fitted with scikit-learn when the pipeline is initialised (on the gold spans and links of the training documents)
and stored as weights with the names of their features; a saved pipeline needs no scikit-learn to run.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import srsly
from numpy.typing import NDArray
from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc
from spacy.training import Example

from baoshu.errors import ModelError
from baoshu.pipeline.pairs import LINK_FEATURES, PLACE_FEATURES, Pair, place_pairs, value_pairs
from baoshu.pipeline.relations import EntityRelation, get_relations, set_relations
from baoshu.scheme import Scheme, current_scheme, shipped_scheme
from baoshu.types import Span

_PARTS: dict[str, tuple[tuple[str, ...], Callable[[str, Sequence[Span]], Iterable[Pair]]]] = {
    "subject": (LINK_FEATURES, value_pairs),
    "place": (PLACE_FEATURES, place_pairs),
}


@Language.factory(
    "baoshu_linker",
    requires=["doc.ents"],
    assigns=["doc._.relations"],
    default_config={"threshold": 0.5, "floor": 0.1},
    default_score_weights={"links_f": 0.0, "links_p": None, "links_r": None, "places_f": None},
)
def make_linker(nlp: Language, name: str, threshold: float, floor: float) -> "Linker":
    """Make the component ``baoshu_linker``.

    :param threshold: Pairs above this probability are links.
    :param floor: A value without such a pair takes its best one if that is above the floor.
    """
    return Linker(name, threshold=threshold, floor=floor)


class Linker(Pipe):  # type: ignore[misc]
    """Set ``doc._.relations`` from the entities of a document.

    The labels are those it was trained for; before that, those of the process.
    """

    def __init__(self, name: str = "baoshu_linker", *, threshold: float = 0.5, floor: float = 0.1) -> None:
        self.name = name
        self.threshold = threshold
        self.floor = floor
        self._scheme: Scheme | None = None
        self.weights: dict[str, NDArray[np.float64]] = {}

    @property
    def scheme(self) -> Scheme:
        """Labels and links."""
        return self._scheme or current_scheme()

    @scheme.setter
    def scheme(self, scheme: Scheme) -> None:
        self._scheme = scheme

    def __call__(self, doc: Doc) -> Doc:
        """Link the entities of one document; without weights nothing is linked."""
        if self.weights:
            set_relations(doc, self.link(doc.text, entity_spans(doc)))
        return doc

    def link(self, text: str, spans: Sequence[Span]) -> list[EntityRelation]:
        """Return the links between spans.

        :param spans: Sorted and flat. *Offsets:* code points of ``text``.
        :returns: Relations by place in ``spans``, sorted.
        """
        chosen: list[EntityRelation] = []
        pairs_of: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for pair, probability in self._probabilities("subject", text, spans):
            pairs_of[pair.head].append((probability, pair.tail))
        for head, candidates in pairs_of.items():
            above = [found for found in candidates if found[0] > self.threshold]
            best = max(candidates)
            for probability, tail in above or ([best] if best[0] > self.floor else []):
                chosen.append(EntityRelation(head, tail, self._type(spans, head, tail), probability))
        for pair, probability in self._probabilities("place", text, spans):
            if probability > self.threshold:
                chosen.append(EntityRelation(pair.head, pair.tail, self._type(spans, pair.head, pair.tail), probability))
        return sorted(chosen, key=lambda relation: (relation.head, relation.tail))

    def _probabilities(self, part: str, text: str, spans: Sequence[Span]) -> Iterable[tuple[Pair, float]]:
        pairs = self._pairs(part, text, spans)
        if not pairs:
            return []
        scores = np.array([pair.features for pair in pairs]) @ self.weights[part]
        return zip(pairs, (1 / (1 + np.exp(-scores))).tolist(), strict=True)

    def _pairs(self, part: str, text: str, spans: Sequence[Span]) -> list[Pair]:
        """Return the pairs that a link may join, with the features of their roles."""
        roles = self.scheme.roles
        pairs = _PARTS[part][1](text, [Span(s.id, roles.get(s.label, ""), s.start, s.end) for s in spans])
        return [pair for pair in pairs if (spans[pair.head].label, spans[pair.tail].label) in self.scheme.links]

    def _type(self, spans: Sequence[Span], head: int, tail: int) -> str:
        return self.scheme.links[spans[head].label, spans[tail].label]

    def initialize(self, get_examples: Callable[[], Iterable[Example]], *, nlp: Language | None = None) -> None:
        """Fit the weights on gold spans and links of the examples.

        :raises ModelError: when there are types of links and the examples hold no link.
        """
        from sklearn.linear_model import LogisticRegression

        documents = [(e.reference.text, entity_spans(e.reference), get_relations(e.reference)) for e in get_examples()]
        if self.scheme.links and not any(relations for _, _, relations in documents):
            raise ModelError(
                "linker",
                "no links in the training documents",
                self.scheme.describe_links(),
                "Annotate some and run baoshu corpus build, or take the links out of labels.json.",
            )
        for part, (names, _) in _PARTS.items():
            rows, targets = [], []
            for text, spans, relations in documents:
                gold = {(relation.head, relation.tail) for relation in relations}
                for pair in self._pairs(part, text, spans):
                    rows.append(pair.features)
                    targets.append((pair.head, pair.tail) in gold)
            if len(set(targets)) < 2:
                self.weights[part] = np.zeros(len(names))
                self.weights[part][0] = -8.0
                continue
            model = LogisticRegression(C=1.0, max_iter=2000, fit_intercept=False)
            model.fit(np.array(rows), np.array(targets))
            self.weights[part] = model.coef_[0]

    def score(self, examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
        """Return precision, recall and F1 of links (both spans, both labels, exact) and F1 of links to places."""
        counts = {"links": [0, 0, 0], "places": [0, 0, 0]}
        for example in examples:
            gold, predicted = link_sets(example.reference), link_sets(example.predicted)
            for key, wanted in (("links", False), ("places", True)):
                g = {link for link in gold if (link[2] in self.scheme.place_types) is wanted}
                p = {link for link in predicted if (link[2] in self.scheme.place_types) is wanted}
                counts[key] = [a + b for a, b in zip(counts[key], (len(g & p), len(p), len(g)), strict=True)]
        scores: dict[str, float] = {}
        for key, (hit, predicted_count, gold_count) in counts.items():
            precision, recall = hit / max(predicted_count, 1), hit / max(gold_count, 1)
            scores |= {f"{key}_p": precision, f"{key}_r": recall, f"{key}_f": 2 * precision * recall / max(precision + recall, 1e-9)}
        return scores

    def to_bytes(self, **kwargs: Any) -> bytes:
        """Serialise as JSON: threshold, floor, labels, types of links, and the weight of each named feature."""
        named = {part: dict(zip(_PARTS[part][0], weights.tolist(), strict=True)) for part, weights in self.weights.items()}
        links = [[head, tail, kind] for (head, tail), kind in self.scheme.links.items()]
        stored = {"threshold": self.threshold, "floor": self.floor, "labels": self.scheme.labels, "links": links, "weights": named}
        return srsly.json_dumps(stored).encode("utf-8")  # type: ignore[no-any-return]

    def from_bytes(self, data: bytes, **kwargs: Any) -> "Linker":
        """Read what :meth:`to_bytes` wrote.

        :raises ModelError: when the weights name features that this version does not compute.
        """
        stored = srsly.json_loads(data.decode("utf-8"))
        self.threshold, self.floor = stored["threshold"], stored["floor"]
        self.scheme = _stored_scheme(stored)
        for part, named in stored["weights"].items():
            names = _PARTS[part][0]
            if set(named) != set(names) or not all(map(math.isfinite, named.values())):
                raise ModelError(
                    "linker",
                    "weights of other features than this version computes",
                    "a pipeline trained with it",
                    "Train again: spacy project run train",
                )
            self.weights[part] = np.array([named[name] for name in names])
        return self

    def to_disk(self, path: str | Path, **kwargs: Any) -> None:
        """Write one JSON file."""
        Path(path).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, **kwargs: Any) -> "Linker":
        """Read the file of :meth:`to_disk`."""
        return self.from_bytes(Path(path).read_bytes())


def _stored_scheme(stored: Mapping[str, Any]) -> Scheme:
    """Return the scheme that a linker was trained for; without one, the shipped scheme."""
    if "labels" not in stored:
        return shipped_scheme()
    return Scheme(tuple(stored["labels"]), {(head, tail): kind for head, tail, kind in stored["links"]})


def entity_spans(doc: Doc) -> list[Span]:
    """Return the entities of a Doc as spans, numbered by their place. *Offsets:* code points."""
    return [Span(index, ent.label_, ent.start_char, ent.end_char) for index, ent in enumerate(doc.ents)]


def link_sets(doc: Doc) -> set[tuple[tuple[int, int, str], tuple[int, int, str], str]]:
    """Return the links of a Doc as comparable tuples (head, tail, type) with offsets and labels."""
    spans = [(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents]
    return {(spans[r.head], spans[r.tail], r.type) for r in get_relations(doc)}
