"""The labels of spans and the types of links between them: those of ``labels.json``.

The file is ``$BAOSHU_LABELS``, else ``annotations/labels.json`` in the working folder, else the one of the package with the four
labels that facts are made of. It is read once a process, when the labels are first asked for: annotating, building a corpus and training do,
reading facts does not. A trained linker keeps its own labels and needs no file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from baoshu.errors import BaoshuError, LabelsError
from baoshu.files import read_json

RESERVED = frozenset([
    "-", "ALL", "PARTIAL", "LINK", "PLACE_LINK", "reports", "chunks", "characters", "entities", "links", "place_links", "relations",
    "entities_per_1000", "links_per_1000", "shares", "kappa", "kappa_marked", "disputes", "first", "second",
])  # fmt: skip
"""What figures are called beside those of labels."""
SHIPPED = Path(__file__).parent / "data" / "labels.json"
DEFAULT = Path("annotations/labels.json")


@dataclass(frozen=True)
class Scheme:
    """Labels in their order, and the type of a link by the labels of its head and tail.

    What starts links and ends none is a value, what values link to is a subject, what subjects link to is a place.

    :param details: The rows of the labels in the file: title, key and colours.
    """

    labels: tuple[str, ...]
    links: Mapping[tuple[str, str], str]
    details: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def roles(self) -> dict[str, str]:
        """The shipped label that stands in the place of each label; "" for one without links. Of the subjects the first is METRIC."""
        tails = {tail for _, tail in self.links}
        values = {head for head, _ in self.links} - tails
        subjects = {tail for head, tail in self.links if head in values}
        roles = dict.fromkeys(self.labels, "")
        for label in self.labels:
            if label in values:
                roles[label] = "VALUE"
            elif label in subjects:
                roles[label] = "PROJECT" if "METRIC" in roles.values() else "METRIC"
            elif label in tails:
                roles[label] = "PLACE"
        return roles

    @cached_property
    def place_types(self) -> frozenset[str]:
        """The types of links from subjects to places."""
        return frozenset(kind for (head, _), kind in self.links.items() if self.roles[head] != "VALUE")

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The types of links, those of values first."""
        return tuple(sorted(dict.fromkeys(self.links.values()), key=self.place_types.__contains__))

    @cached_property
    def letters(self) -> dict[str, str]:
        """The label of each letter of the inline notation: the key of the label as a capital."""
        return {row["suffixKey"].upper(): label for label, row in self.details.items()}

    @cached_property
    def titles(self) -> dict[str, str]:
        """What annotators call each label."""
        return {label: row["title"] for label, row in self.details.items()}

    @cached_property
    def colors(self) -> dict[str, str]:
        """The background colour of each label."""
        return {label: row["backgroundColor"] for label, row in self.details.items()}

    def describe_links(self) -> str:
        """Name the links that there are, for messages."""
        return ", ".join(f"{head} → {tail}" for head, tail in self.links) or "no links at all"


def read_scheme(path: Path) -> Scheme:
    """Read the labels of a file.

    :raises LabelsError: when the file is none of labels, or they cannot work: names that stand twice or are those of figures, keys that are
        no letters, links of unknown labels, behind a place or in a circle.
    """
    try:
        rows = read_json(path)
        details = {str(row["text"]): {key: str(row[key]) for key in ("title", "suffixKey", "backgroundColor", "textColor")} for row in rows["spans"]}
        relations = [{key: row[key] for key in ("text", "head", "tail", "color")} for row in rows["relations"]]
        pairs = [(str(head), str(tail), str(row["text"])) for row in relations for head in row["head"] for tail in row["tail"]]
    except BaoshuError as error:
        raise LabelsError(error.where, error.what, error.expected, _HINT) from error
    except (KeyError, TypeError, ValueError) as error:
        raise LabelsError(str(path), f"{error!r}", "spans and relations as in docs/labels.md", _HINT) from error
    scheme = Scheme(tuple(details), {(head, tail): kind for head, tail, kind in pairs}, details)
    for problem, expected in _problems(scheme, rows, pairs):
        raise LabelsError(str(path), problem, expected, _HINT)
    return scheme


_HINT = "See docs/labels.md; $BAOSHU_LABELS can name another file."


def _problems(scheme: Scheme, rows: Mapping[str, Any], pairs: Sequence[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """Return what is wrong and what was expected."""
    roles = scheme.roles
    taken = sorted(RESERVED.intersection(scheme.labels))
    unknown = sorted({label for head, tail, _ in pairs for label in (head, tail)} - set(scheme.labels))
    found = [
        (bool(taken), f"labels with the name of a figure: {', '.join(taken)}", "another name"),
        (not scheme.labels or len(scheme.labels) < len(rows["spans"]), "labels that stand twice, or none", "each label once"),
        (len(scheme.letters) < len(scheme.labels), "two labels with one suffixKey", "a key for each label"),
        (not all(len(letter) == 1 and "A" <= letter <= "Z" for letter in scheme.letters), "a suffixKey that is no letter", "one of a to z"),
        (bool(unknown), f"a link of {', '.join(unknown)}, which is no label", f"some of {', '.join(scheme.labels)}"),
        (len(scheme.links) < len(pairs), "two types for the same head and tail", "one type"),
    ]
    found = [one for one in found if one[0]]
    if not found:
        steps = {("VALUE", "METRIC"), ("VALUE", "PROJECT"), ("METRIC", "PLACE"), ("PROJECT", "PLACE")}
        wrong = [f"{head} → {tail}" for head, tail in scheme.links if (roles[head], roles[tail]) not in steps]
        kinds = scheme.place_types & {kind for (head, _), kind in scheme.links.items() if roles[head] == "VALUE"}
        found = [
            (bool(wrong), f"links that go on too far or in a circle: {', '.join(wrong)}", "value → subject → place, two steps at most"),
            (bool(kinds), f"{', '.join(kinds)} both from a value and from a subject", "a type for each step"),
        ]
    return [(problem, expected) for is_there, problem, expected in found if is_there]


def scheme_file() -> Path:
    """Return the file that the labels of this process come from."""
    named = os.environ.get("BAOSHU_LABELS")
    return Path(named) if named else DEFAULT if DEFAULT.is_file() else SHIPPED


@cache
def shipped_scheme() -> Scheme:
    """Return the labels that facts are made of."""
    return read_scheme(SHIPPED)


@cache
def current_scheme() -> Scheme:
    """Return the labels of this process.

    :raises LabelsError: as :func:`read_scheme`.
    """
    return read_scheme(scheme_file())


def relation_type(head_label: str, tail_label: str) -> str | None:
    """Return the relation that joins a head to a tail of these labels, or None where the guideline has none.

    With the shipped labels VALUE → METRIC is 指标值, VALUE → PROJECT is 项目值, METRIC or PROJECT → PLACE is 所在地.
    """
    return current_scheme().links.get((head_label, tail_label))
