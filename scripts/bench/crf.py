"""The character CRF that a careful user builds in an afternoon: CRFsuite over n-grams, and the same with jieba's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from baoshu.types import Annotation
from bench.systems import Corpus, Run, Trained, linked, need_extra

Features = list[list[str]]
_NUMERALS = frozenset(".％%〇零一二三四五六七八九十百千万亿两")
_SETTINGS = {"algorithm": "lbfgs", "c1": 0.1, "c2": 0.05, "max_iterations": 120}
_FAR = 99


class CharacterCrf:
    """A linear-chain CRF (sklearn-crfsuite, L-BFGS) over B/I/O tags of characters; links by the nearest-left rule."""

    key, name = "crf", "character CRF"
    modules: tuple[str, ...] = ("sklearn_crfsuite",)

    def __init__(self) -> None:
        self.features: Callable[[str], Features] = character_features
        self.tagger: Any = None

    def train(self, corpus: Corpus, folder: Path) -> Trained:
        """Fit on the train part."""
        model = folder / "model.crfsuite"
        self.fit(corpus.train, model)
        return Trained(model, (f"sklearn_crfsuite.CRF({', '.join(f'{k}={v!r}' for k, v in _SETTINGS.items())}).fit",))

    def fit(self, annotations: Sequence[Annotation], model: Path) -> None:
        """Write the model file of these annotations."""
        for module in self.modules:
            need_extra(module)
        import sklearn_crfsuite

        field = sklearn_crfsuite.CRF(**_SETTINGS, model_filename=str(model))
        field.fit([self.features(a.text) for a in annotations], [span_tags(a) for a in annotations])

    def load(self, model: Path) -> None:
        """Open the model file."""
        import pycrfsuite  # type: ignore[import-untyped, unused-ignore]

        self.tagger = pycrfsuite.Tagger()
        self.tagger.open(str(model))

    def predict(self, texts: Sequence[str]) -> list[Annotation]:
        """Tag and link each text."""
        return [linked(text, tagged_spans(self.tagger.tag(self.features(text)))) for text in texts]

    def timed(self) -> Mapping[str, Run]:
        """Return the one thing that is timed."""
        return {"entities and links": self.predict}


class CharacterCrfPlus(CharacterCrf):
    """The same with the words and parts of speech of jieba, a wider window, the distance to the next number, and quotes."""

    key, name = "crf-plus", "character CRF + jieba"
    modules = ("sklearn_crfsuite", "jieba")

    def __init__(self) -> None:
        super().__init__()
        self.features = word_features


def character_features(text: str) -> Features:
    """Return for each character: the triple around it, characters and their kinds within two, and the pairs among them."""
    padded = f"  {text}  "
    kinds = [kind(character) for character in padded]
    rows = []
    for at in range(2, len(text) + 2):
        row = ["bias", f"triple={padded[at - 1 : at + 2]}"]
        for shift in range(-2, 3):
            row += [f"char{shift}={padded[at + shift]}", f"kind{shift}={kinds[at + shift]}"]
        row += [f"pair{shift}={padded[at + shift : at + shift + 2]}" for shift in range(-2, 2)]
        rows.append(row)
    return rows


def word_features(text: str) -> Features:
    """Return :func:`character_features` and what jieba, a wider window, the next number and quotes add."""
    rows = character_features(text)
    words = list(_word_positions(text))
    quoted = False
    for at, (row, near) in enumerate(zip(rows, _steps_to_number(text), strict=True)):
        around = {shift: at + shift for shift in (-4, -3, -2, -1, 1, 2, 3, 4) if 0 <= at + shift < len(text)}
        row.append(f"word={words[at][0]}{words[at][1]}")
        row += [f"flag{shift}={words[around[shift]][1]}" for shift in (-2, -1, 1, 2) if shift in around]
        row += [f"char{shift}={text[around[shift]]}" for shift in (-4, -3, 3, 4) if shift in around]
        row += [f"triple{shift}={text[max(0, at + shift) : at + shift + 3]}" for shift in (-3, -2, 1, 2)]
        quoted = quoted or text[at] == "“"
        row += [f"near={near}", f"quoted={quoted}"]
        quoted = quoted and text[at] != "”"
    return rows


def kind(character: str) -> str:
    """Return what a character is: d digit, n numeral, a Latin letter, h Chinese, p anything else."""
    if character.isdigit():
        return "d"
    if character in _NUMERALS:
        return "n"
    if character.isascii() and character.isalpha():
        return "a"
    return "h" if "\u4e00" <= character <= "\u9fff" else "p"


def span_tags(annotation: Annotation) -> list[str]:
    """Return B-, I- and O tags, one a character."""
    tags = ["O"] * len(annotation.text)
    for span in annotation.spans:
        tags[span.start : span.end] = [f"I-{span.label}"] * (span.end - span.start)
        tags[span.start] = f"B-{span.label}"
    return tags


def tagged_spans(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield ``(start, end, label)`` of each B- tag and the I- tags of its label behind it; other I- tags open nothing."""
    for start, tag in enumerate(tags):
        if tag.startswith("B-"):
            end = start + 1
            while end < len(tags) and tags[end] == f"I-{tag[2:]}":
                end += 1
            yield start, end, tag[2:]


def _word_positions(text: str) -> Iterator[tuple[str, str]]:
    """Yield for each character its place in jieba's word (B, M, E, or S alone) and the part of speech."""
    import jieba
    import jieba.posseg

    jieba.setLogLevel(60)
    for word, flag in jieba.posseg.cut(text):
        for place in "S" if len(word) == 1 else f"B{'M' * (len(word) - 2)}E":
            yield place, flag


def _steps_to_number(text: str) -> list[int]:
    """Return for each character how far the next digit is, in steps of three characters, at most 7."""
    steps, distance = [0] * len(text), _FAR
    for at in range(len(text) - 1, -1, -1):
        distance = 0 if text[at].isdigit() else distance + 1
        steps[at] = min(distance // 3, 7)
    return steps
