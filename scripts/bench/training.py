"""Train the pipeline on any annotations, as project.yml does: variants of the training chunks, then ``spacy train``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from spacy.language import Language
from spacy.tokens import DocBin

from baoshu.annotate.rows import row_to_annotation
from baoshu.corpus.align import annotation_to_doc, doc_to_annotation
from baoshu.corpus.augment import Augmenter
from baoshu.corpus.build import character_pipeline, report_places
from baoshu.errors import BaoshuError
from baoshu.files import read_jsonl_lines
from baoshu.model import load_model
from baoshu.types import Annotation

Predict = Callable[[Sequence[str]], list[Annotation]]


def read_parts(corpus: Path) -> dict[str, dict[str, list[Annotation]]]:
    """Return the annotations of a built corpus by part and report."""
    path = corpus / "annotations.jsonl"
    parts: dict[str, dict[str, list[Annotation]]] = {}
    for number, row in read_jsonl_lines(path):
        annotation = row_to_annotation(row, f"{path}:{number}", id=str(row["chunk_id"]))
        parts.setdefault(str(row["part"]), {}).setdefault(str(row["report_id"]), []).append(annotation)
    return parts


def train_pipeline(
    train: Sequence[Annotation], dev: Sequence[Annotation], corpus: Path, segmenter: Path, *, seed: int, options: Sequence[str] = ()
) -> Language:
    """Train with the default configuration and return the last pipeline, so that ``dev`` decides nothing.

    :param corpus: Folder that says which places the reports are about.
    :param options: Added to the command of ``spacy train``.
    :raises BaoshuError: when the training fails.
    """
    augmenter = Augmenter(train, hosts=report_places(corpus), seed=seed)
    variants = [variant for chunk in train for variant in augmenter.variants(chunk)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_docbin(folder / "train.spacy", [*train, *variants])
        write_docbin(folder / "dev.spacy", dev)
        command = [sys.executable, "-m", "spacy", "train", "configs/ner.cfg", "--output", str(folder / "out")]
        command += ["--paths.train", str(folder / "train.spacy"), "--paths.dev", str(folder / "dev.spacy"), "--paths.segmenter", str(segmenter)]
        command += ["--system.seed", str(seed), *options]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise BaoshuError("spacy train", (done.stdout + done.stderr)[-3000:], "exit 0")
        return load_model(folder / "out" / "model-last")


def write_docbin(path: Path, annotations: Sequence[Annotation]) -> None:
    """Write annotations as a DocBin of character tokens."""
    nlp = character_pipeline()
    docs = DocBin(attrs=["ENT_IOB", "ENT_TYPE", "SPACY"], store_user_data=True)
    for annotation in annotations:
        docs.add(annotation_to_doc(annotation, nlp)[0])
    docs.to_disk(path)


def predictor(nlp: Language) -> Predict:
    """Return a function from texts to annotations."""
    return lambda texts: [doc_to_annotation(doc) for doc in nlp.pipe(texts)]
