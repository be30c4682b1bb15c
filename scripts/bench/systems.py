"""What every system of the benchmark offers, and the rule that links the spans of those that only find spans."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from baoshu.annotate.rows import row_to_annotation
from baoshu.errors import BaoshuError, CorpusError, MissingExtra
from baoshu.files import read_jsonl_lines
from baoshu.scheme import relation_type
from baoshu.types import SUBJECT_LABELS, Annotation, Relation, Span

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[[Sequence[str]], object]


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder that ``baoshu corpus build`` wrote, and the annotations of two of its parts."""

    folder: Path
    train: tuple[Annotation, ...]
    test: Mapping[str, tuple[Annotation, ...]]


@dataclass(frozen=True, slots=True)
class Trained:
    """Where a model lies (a file or a folder) and the commands that made it; none when nothing was trained."""

    model: Path
    commands: tuple[str, ...] = ()


class System(Protocol):
    """One competitor."""

    key: str
    name: str

    def train(self, corpus: Corpus, folder: Path) -> Trained:
        """Learn from the train part (dev only to choose when to stop) and leave the model in ``folder``."""
        ...

    def load(self, model: Path) -> None:
        """Load what :meth:`train` left."""
        ...

    def predict(self, texts: Sequence[str]) -> list[Annotation]:
        """Return spans and links of each text. *Offsets:* code points."""
        ...

    def timed(self) -> Mapping[str, Run]:
        """Return what is timed: a name for each amount of work, and the function that does it."""
        ...


def read_corpus(folder: Path) -> Corpus:
    """Read the train and test parts.

    :raises CorpusError: when a file of the corpus or a part is missing.
    """
    for name in ("annotations.jsonl", "train.spacy", "dev.spacy"):
        if not (folder / name).is_file():
            raise CorpusError(str(folder), f"no {name}", "a built corpus", "Run: baoshu corpus build annotations corpus")
    path = folder / "annotations.jsonl"
    train: list[Annotation] = []
    test: dict[str, list[Annotation]] = {}
    for number, row in read_jsonl_lines(path):
        if row.get("part") == "train":
            train.append(row_to_annotation(row, f"{path}:{number}"))
        elif row.get("part") == "test":
            test.setdefault(str(row.get("report_id")), []).append(row_to_annotation(row, f"{path}:{number}"))
    if not train or not test:
        raise CorpusError(str(path), "no chunk of the part train or test", "both parts", "Run: baoshu corpus build annotations corpus")
    return Corpus(folder, tuple(train), {report_id: tuple(chunks) for report_id, chunks in test.items()})


def nearest_left(text: str, spans: Sequence[Span]) -> tuple[Relation, ...]:
    """Link each VALUE to one subject.

    It is the METRIC that starts where the value ends, else the last METRIC to the left in the sentence, else the last
    PROJECT there; a sentence ends at 。 or ；.

    :param spans: Sorted by start.
    """
    relations = []
    for value in (span for span in spans if span.label == "VALUE"):
        begin = max(text.rfind(stop, 0, value.start) for stop in "。；") + 1
        left = [span for span in spans if span.label in SUBJECT_LABELS and begin <= span.start and span.end <= value.start]
        choice = next((span for span in spans if span.label == "METRIC" and span.start == value.end), None)
        choice = choice or next((span for label in SUBJECT_LABELS for span in reversed(left) if span.label == label), None)
        if choice is not None:
            relations.append(Relation(value.id, choice.id, relation_type("VALUE", choice.label) or ""))
    return tuple(relations)


def linked(text: str, spans: Iterable[tuple[int, int, str]]) -> Annotation:
    """Return an annotation of ``(start, end, label)`` sorted by start, with the links of :func:`nearest_left`."""
    numbered = tuple(Span(number, label, start, end) for number, (start, end, label) in enumerate(spans))
    return Annotation(text, numbered, nearest_left(text, numbered))


def run(words: Sequence[str], *, cwd: Path) -> str:
    """Run a command whose first word is ``python``, its output to stderr; returns the command as a shell line.

    :raises BaoshuError: when it fails.
    """
    line = shlex.join(words)
    done = subprocess.run([sys.executable, *words[1:]], cwd=cwd, stdout=2, env={**os.environ, "PYTHONUTF8": "1"})
    if done.returncode:
        raise BaoshuError(line, f"exit {done.returncode}", "exit 0", "Its own message stands above.")
    return line


def need_extra(module: str) -> None:
    """Check that a module of the extra ``bench`` is there.

    :raises MissingExtra: when it is not.
    """
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise MissingExtra(module, "not installed", "the extra bench", "Run: pip install -e '.[bench]'")
