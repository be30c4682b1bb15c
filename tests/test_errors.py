"""Every message says where, what, what was expected and what to do next, in one line."""

import pickle

import pytest

from baoshu import errors
from baoshu.errors import BaoshuError, ReportError


@pytest.mark.parametrize(
    "parts, message",
    [
        (("a.txt:3", "a bad span", "[3:7]", "Run: baoshu annotate check"), "a.txt:3: a bad span; expected [3:7]. Run: baoshu annotate check"),
        (("a.txt", "empty file", "text"), "a.txt: empty file; expected text"),
        (("", "no model"), "no model"),
        (("a.txt", "no model", "", "Run: make run"), "a.txt: no model. Run: make run"),
        (("a\n.txt", "two\r\nlines", "one\tline", "go\n on"), "a .txt: two lines; expected one line. go on"),
    ],
)
def test_the_parts_make_one_line(parts, message):
    error = BaoshuError(*parts)
    assert str(error) == message
    assert error.message == message.removesuffix(f". {' '.join(error.hint.split())}" if error.hint else "")


def test_an_error_crosses_processes_whole():
    error = pickle.loads(pickle.dumps(ReportError("a.txt", "empty file", "text", "Look.")))
    assert (type(error), error.where, error.what, error.expected, error.hint, error.stage) == (
        ReportError,
        "a.txt",
        "empty file",
        "text",
        "Look.",
        "read",
    )


def test_every_error_names_its_stage():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, BaoshuError)]
    assert len(kinds) >= 6
    assert len({kind.stage for kind in kinds}) == len(kinds)
