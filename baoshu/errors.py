"""The one error base: every message says where, what, what was expected and what to do next.

BaoshuError
├── ReportError        a report file that cannot be read
├── LabelsError        a file of labels that cannot be read or cannot work
├── AnnotationError    markup, JSONL rows, spans or labels that break the rules
├── CorpusError        a corpus that cannot be built or does not fit the tokens
├── ModelError         a pipeline that is missing or does not fit this version
├── OutputError        a result that cannot be written
├── ServerError        a doccano server that is away, refuses or answers nonsense
├── StoreError         a database of facts that cannot be opened, asked or corrected
├── RequestError       a request to the server that cannot be answered
│   └── BusyError      too many of them at once
└── MissingExtra       an optional part that is not installed
"""

from __future__ import annotations


class BaoshuError(Exception):
    """A problem that the user can act on.

    :param where: File, row or span the problem sits at, for example ``a.txt:12``.
    :param what: What is wrong, with the offending value.
    :param expected: What would have been accepted.
    :param hint: What to do or run next.
    """

    stage = "run"

    def __init__(self, where: str, what: str, expected: str = "", hint: str = "") -> None:
        self.where, self.what, self.expected, self.hint = where, what, expected, hint
        super().__init__(str(self))

    @property
    def message(self) -> str:
        """Where, what and what was expected, without the hint, in one line."""
        text = f"{self.where}: {self.what}" if self.where else self.what
        return " ".join((f"{text}; expected {self.expected}" if self.expected else text).split())

    def __str__(self) -> str:
        return f"{self.message}. {' '.join(self.hint.split())}" if self.hint else self.message

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.where, self.what, self.expected, self.hint)


class ReportError(BaoshuError):
    """A report file that cannot be read."""

    stage = "read"


class LabelsError(BaoshuError):
    """A file of labels that cannot be read or cannot work: no row is to blame, so it ends the command."""

    stage = "annotation"


class AnnotationError(BaoshuError):
    """Markup, a JSONL row, a span or a label that breaks the rules of the annotation."""

    stage = "annotation"


class CorpusError(BaoshuError):
    """A corpus that cannot be built, or spans that do not fit the tokens."""

    stage = "corpus"


class ModelError(BaoshuError):
    """A pipeline that is missing, or was built for another version."""

    stage = "model"


class OutputError(BaoshuError):
    """A result that cannot be written."""

    stage = "write"


class ServerError(BaoshuError):
    """A doccano server that cannot be started or reached, or that refuses."""

    stage = "doccano"


class StoreError(BaoshuError):
    """A database of facts that cannot be opened, a query that it cannot answer, or a correction that does not fit."""

    stage = "store"


class RequestError(BaoshuError):
    """A request to the server that cannot be answered as it is."""

    stage = "serve"


class BusyError(RequestError):
    """More requests than the server can hold; the same one may succeed later."""


class MissingExtra(BaoshuError):
    """An optional part that is not installed."""

    stage = "setup"
