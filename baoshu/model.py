"""Find and load a trained pipeline."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.util import get_package_path, registry

from baoshu import __version__
from baoshu.errors import MissingExtra, ModelError
from baoshu.types import SCHEMA_VERSION

DEFAULT_MODEL = Path("training/model-best")
PACKAGE = "zh_baoshu"


@registry.callbacks("baoshu.name_pipeline.v1")  # type: ignore[untyped-decorator]
def make_name_pipeline(name: str) -> Callable[[Language], Language]:
    """Make the callback for ``[training.before_to_disk]`` that names the pipeline ``zh_<name>``, of this version of baoshu."""

    def name_pipeline(nlp: Language) -> Language:
        nlp.meta |= {
            "name": name,
            "version": __version__,
            "license": "MIT",
            "description": "Metrics, values, projects and places of Chinese reports",
            "requirements": [f"baoshu=={__version__}"],
        }
        return nlp

    return name_pipeline


def find_model(model: str | Path | None = None) -> str:
    """Return what to load: ``model``, else ``$BAOSHU_MODEL``, else ``training/model-best``, else the installed ``zh_baoshu``.

    :raises ModelError: when there is none of them.
    """
    for candidate in (model, os.environ.get("BAOSHU_MODEL")):
        if candidate:
            return str(candidate)
    if (DEFAULT_MODEL / "meta.json").is_file():
        return str(DEFAULT_MODEL)
    if find_spec(PACKAGE) is not None:
        return PACKAGE
    raise ModelError("model", "no trained pipeline", f"--model, $BAOSHU_MODEL, {DEFAULT_MODEL} or the package {PACKAGE}", "Train one with: make run")


def load_model(model: str | Path | None = None) -> Language:
    """Load a pipeline from :func:`find_model`.

    :raises ModelError: when it is missing or does not fit this version.
    :raises MissingExtra: when it holds a transformer and the packages for it are not installed.
    """
    # importing registers the components where the package is run without its entry points
    import baoshu.facts.extract
    import baoshu.pipeline.entities
    import baoshu.pipeline.linker
    import baoshu.pipeline.tokenizer  # noqa: F401

    name = find_model(model)
    try:
        nlp = spacy.load(name)
        if "torch" in sys.modules:
            _one_thread_in_forks()
        return nlp
    except ModelError:
        raise
    except (OSError, ValueError, KeyError) as error:
        if "factory for 'transformer'" in str(error):
            raise MissingExtra(name, "a pipeline with a transformer", "spacy-transformers and torch", "Install baoshu with the extra trf") from error
        raise ModelError(
            name,
            f"cannot be loaded ({' '.join(str(error).split())[:200]})",
            "a pipeline trained by this version",
            "Train again: spacy project run train",
        ) from error


@cache
def _one_thread_in_forks() -> None:
    """Let torch run in one thread in forked processes: more would wait for the threads of the process they were forked from."""
    import torch

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.register_at_fork(after_in_child=lambda: torch.set_num_threads(1))


def model_files(model: str) -> dict[str, Path]:
    """Return the files of a pipeline by their path below its folder, sorted; an installed package is looked up.

    :param model: What :func:`find_model` found.
    :raises ModelError: when there is no such folder or package.
    """
    folder = Path(model)
    if not folder.is_dir():
        try:
            folder = get_package_path(model)
        except (ImportError, ValueError, TypeError) as error:
            raise ModelError(model, "no such folder or package", "a trained pipeline", "Train one with: make run") from error
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path for path in files}


def model_version(model: str) -> str:
    """Return a hash of all that facts depend on beside the text: the pipeline's files, the version of baoshu, the schema."""
    digest = hashlib.sha256(f"{__version__}\x1f{SCHEMA_VERSION}".encode())
    for name, path in model_files(model).items():
        digest.update(f"\x1f{name}\x1f".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
