"""The spaCy pipelines: this project's, trained as project.yml does, and the one of spaCy's quickstart."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from baoshu.errors import ModelError
from baoshu.types import Annotation
from bench.systems import ROOT, Corpus, Run, Trained, linked, run

if TYPE_CHECKING:
    from spacy.language import Language

_STEPS = ("augment", "segmenter", "fit")


class Baoshu:
    """The pipeline of this project: entities, linker, facts.

    :param given: A trained pipeline to take instead of training one.
    :param options: Added to the last training command.
    """

    key, name = "baoshu", "baoshu"

    def __init__(self, given: Path | None = None, options: Sequence[str] = ()) -> None:
        self.given = given
        self.options = tuple(options)
        self.nlp: Language | None = None

    def train(self, corpus: Corpus, folder: Path) -> Trained:
        """Run the steps ``augment``, ``segmenter`` and ``fit`` of project.yml, word for word, in a folder that looks like the project."""
        if self.given is not None:
            return Trained(self.given)
        commands, inputs = project_steps(*_STEPS)
        for name in inputs:
            source = corpus.folder / Path(name).relative_to("corpus") if name.startswith("corpus/") else ROOT / name
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).symlink_to(source.resolve())
        commands[-1] += self.options
        return Trained(folder / "training" / "model-best", tuple(run(words, cwd=folder) for words in commands))

    def load(self, model: Path) -> None:
        """Load the pipeline."""
        from baoshu.model import load_model

        self.nlp = load_model(model)

    def predict(self, texts: Sequence[str]) -> list[Annotation]:
        """Run all but the facts."""
        from baoshu.corpus.align import doc_to_annotation

        nlp = _loaded(self.nlp, self.key)
        with nlp.select_pipes(disable=self._named("facts")):
            return [doc_to_annotation(doc) for doc in nlp.pipe(texts)]

    def timed(self) -> Mapping[str, Run]:
        """Return three amounts of work, each ``nlp.pipe`` to the end."""
        return {
            "entities": self._pass(self._named("linker", "facts")),
            "entities and links": self._pass(self._named("facts")),
            "entities, links and facts": self._pass([]),
        }

    def _named(self, *names: str) -> list[str]:
        """Return the components that these factories made, ``baoshu_`` left out of their names."""
        nlp = _loaded(self.nlp, self.key)
        return [pipe for pipe in nlp.pipe_names if nlp.get_pipe_meta(pipe).factory.removeprefix("baoshu_") in names]

    def _pass(self, disable: list[str]) -> Callable[[Sequence[str]], object]:
        nlp = _loaded(self.nlp, self.key)

        def work(texts: Sequence[str]) -> int:
            with nlp.select_pipes(disable=disable):
                return sum(1 for _ in nlp.pipe(texts))

        return work


class BaoshuCharacters(Baoshu):
    """The same without the words of a segmenter; always a given pipeline."""

    key, name = "baoshu-chars", "baoshu without words"

    def train(self, corpus: Corpus, folder: Path) -> Trained:
        """Take the given pipeline.

        :raises ModelError: when there is none.
        """
        if self.given is None:
            raise ModelError(self.name, "no pipeline given", "a pipeline trained without a segmenter", "Name it with --model-without-words")
        return Trained(self.given)


class Quickstart:
    """What spaCy's quickstart writes for Chinese and ``ner``, with its own defaults; links by the nearest-left rule.

    :param options: Added to the training command.
    """

    key, name = "quickstart", "spaCy quickstart"

    def __init__(self, options: Sequence[str] = ()) -> None:
        self.options = tuple(options)
        self.nlp: Any = None

    def train(self, corpus: Corpus, folder: Path) -> Trained:
        """Write the config and train on the same two DocBins as :class:`Baoshu`."""
        init = shlex.split("python -m spacy init config ner.cfg --lang zh --pipeline ner --optimize efficiency")
        fit = shlex.split("python -m spacy train ner.cfg --output training --paths.train train.spacy --paths.dev dev.spacy --system.seed 0")
        for name in ("train.spacy", "dev.spacy"):
            (folder / name).symlink_to((corpus.folder / name).resolve())
        return Trained(folder / "training" / "model-best", (run(init, cwd=folder), run([*fit, *self.options], cwd=folder)))

    def load(self, model: Path) -> None:
        """Load the pipeline."""
        import spacy

        self.nlp = spacy.load(model)

    def predict(self, texts: Sequence[str]) -> list[Annotation]:
        """Run the pipeline and link."""
        docs = _loaded(self.nlp, self.key).pipe(texts)
        return [linked(text, [(e.start_char, e.end_char, e.label_) for e in doc.ents]) for text, doc in zip(texts, docs, strict=True)]

    def timed(self) -> Mapping[str, Run]:
        """Return the one thing that is timed."""
        return {"entities and links": self.predict}


def project_steps(*names: str) -> tuple[list[list[str]], list[str]]:
    """Return the command lines of steps of project.yml, as words, and the files that they read and do not make; code is left out."""
    import srsly

    project = srsly.read_yaml(ROOT / "project.yml")
    steps = [step for name in names for step in project["commands"] if step["name"] == name]

    def filled(line: str) -> str:
        for name, value in project["vars"].items():
            line = line.replace(f"${{vars.{name}}}", str(value))
        return line

    made = {name for step in steps for name in step["outputs"]}
    read = {filled(name) for step in steps for name in step["deps"]}
    inputs = sorted(name for name in read - made if not name.startswith(("baoshu/", "scripts/")))
    return [shlex.split(filled(line)) for step in steps for line in step["script"]], inputs


def _loaded(nlp: Any, where: str) -> Any:
    if nlp is None:
        raise ModelError(where, "not loaded", "load() before predict()")
    return nlp
