"""Errors: one line that says where, what, what was expected and what to do next."""

import pickle

import pytest

from baoshu import errors
from baoshu.errors import (
    AnnotationError,
    BaoshuError,
    BusyError,
    CorpusError,
    LabelsError,
    MissingExtra,
    ModelError,
    OutputError,
    ReportError,
    ServerError,
    StoreError,
)


@pytest.mark.parametrize(
    "arguments, message, text",
    [
        (
            ("a.txt:12", "a stray }", "a mark", "Escape it."),
            "a.txt:12: a stray }; expected a mark",
            "a.txt:12: a stray }; expected a mark. Escape it.",
        ),
        (("a.txt", "empty file", "text"), "a.txt: empty file; expected text", "a.txt: empty file; expected text"),
        (("a.txt", "empty file", "", "Check it."), "a.txt: empty file", "a.txt: empty file. Check it."),
        (("", "no model"), "no model", "no model"),
        (("a\nb", "x\t\r\n y", "z\n", "do\nthis"), "a b: x y; expected z", "a b: x y; expected z. do this"),
    ],
)
def test_an_error_is_one_line(arguments, message, text):
    error = BaoshuError(*arguments)
    assert (error.message, str(error)) == (message, text)


@pytest.mark.parametrize(
    "kind, stage",
    [
        (BaoshuError, "run"),
        (ReportError, "read"),
        (AnnotationError, "annotation"),
        (CorpusError, "corpus"),
        (LabelsError, "annotation"),
        (ModelError, "model"),
        (OutputError, "write"),
        (StoreError, "store"),
        (BusyError, "serve"),
        (ServerError, "doccano"),
        (MissingExtra, "setup"),
    ],
)
def test_every_kind_names_its_stage_and_travels_between_processes(kind, stage):
    error = pickle.loads(pickle.dumps(kind("a.txt", "empty file", "text", "Check it.")))
    assert (type(error), error.stage, str(error), error.where) == (kind, stage, "a.txt: empty file; expected text. Check it.", "a.txt")


def test_all_kinds_stand_in_the_tree_of_the_module():
    kinds = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, BaoshuError)}
    assert all(name in errors.__doc__ for name in kinds) and len(kinds) == 12
