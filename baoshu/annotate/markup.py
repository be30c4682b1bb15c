r"""The inline notation of the guideline, to and from an :class:`~baoshu.types.Annotation`.

``{L1|新城}{M1@L1|粮食产量}达到{V>M1|12万吨}``: a letter names the label (``M P L V``), a number tells subjects and places of
a paragraph apart, ``@`` names the places of a subject, ``>`` the subjects of a value, several after commas. Outside and
inside of marks ``\{ \| \} \\`` stand for the characters themselves. What remains without marks is the text, untouched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from baoshu.errors import AnnotationError
from baoshu.scheme import current_scheme, relation_type
from baoshu.types import Annotation, Relation, Span


@dataclass(frozen=True, slots=True)
class _Notation:
    """What the notation of the labels is: the letter of each, those that links end in, what opens a mark, and examples for messages."""

    letter_of: dict[str, str]
    tails: frozenset[str]
    head: re.Pattern[str]
    expected: str


@cache
def _notation() -> _Notation:
    scheme = current_scheme()
    letter_of = {label: letter for letter, label in scheme.letters.items()}
    tails = frozenset(tail for _, tail in scheme.links)
    names = {label: f"{letter}1" if label in tails else letter for label, letter in letter_of.items()}
    numbered, plain = ("|".join(name[0] for name in names.values() if len(name) == length) or "(?!)" for length in (2, 1))
    head = re.compile(rf"(?:({numbered})([0-9]+)|({plain}))(?:([@>])((?:{numbered})[0-9]+(?:,(?:{numbered})[0-9]+)*))?")
    linked = (names[head] + ("@" if head in tails else ">") + names[tail] for head, tail in scheme.links)
    return _Notation(letter_of, tails, head, " ".join(f"{{{mark}|…}}" for mark in (*names.values(), *linked)))


def parse_markup(marked: str, *, id: str = "", where: str = "") -> Annotation:
    """Read one marked paragraph.

    :param marked: A paragraph in the inline notation, without line breaks.
    :param where: Named in errors, for example ``a.txt:12``.
    :returns: The text without marks and its spans, numbered from 0 in order of appearance.
    :raises AnnotationError: for an open or empty mark, an unknown letter, a number used twice or never
        defined, a target of the wrong kind, and a ``{`` inside a mark.
    """
    where = where or id or "markup"
    letters, notation = current_scheme().letters, _notation()
    text: list[str] = []
    length = 0
    spans: list[Span] = []
    names: dict[str, int] = {}
    targets: list[tuple[int, str, str]] = []
    position, mark = 0, None
    while position < len(marked):
        character = marked[position]
        if character == "\\" and marked[position + 1 : position + 2] in ("{", "|", "}", "\\"):
            text.append(marked[position + 1])
            length += 1
            position += 2
        elif character == "{":
            bar = marked.find("|", position)
            head = notation.head.fullmatch(marked, position + 1, bar) if bar > 0 else None
            context = marked[max(0, position - 6) : position + 18]
            if mark is not None:
                raise AnnotationError(where, f"mark inside a mark at …{context}…", "flat marks", r"Escape a plain { as \{.")
            if head is None:
                raise AnnotationError(where, f"not a mark: …{context}…", notation.expected, r"Escape a plain { as \{.")
            letter, number, value, sign, targets_text = head.groups()
            if sign and (sign == ">") != bool(value):
                raise AnnotationError(where, f"{sign!r} in …{context}…", "'>' after a value, '@' after a subject")
            if letter and letter + number in names:
                raise AnnotationError(where, f"{letter}{number} is defined twice", "one number for one span of a paragraph")
            span_id = len(spans)
            if letter:
                names[letter + number] = span_id
            targets.extend((span_id, name, context) for name in (targets_text or "").split(",") if name)
            mark = (letters[letter or value], length)
            position = bar + 1
        elif character == "}" and mark is not None:
            label, start = mark
            if start == length:
                raise AnnotationError(where, f"empty mark before …{marked[position : position + 12]}…", notation.expected)
            spans.append(Span(len(spans), label, start, length))
            mark = None
            position += 1
        elif character in "}|":
            context = marked[max(0, position - 8) : position + 8]
            raise AnnotationError(where, f"stray {character!r} at …{context}…", notation.expected, rf"Escape it as \{character}.")
        else:
            text.append(character)
            length += 1
            position += 1
    if mark is not None:
        raise AnnotationError(where, f"mark that is never closed: …{''.join(text)[mark[1] :][:20]}…", "a closing }")
    relations = []
    for head_id, name, context in targets:
        if name not in names:
            raise AnnotationError(where, f"{name} in …{context}… is not defined in this paragraph", f"one of {sorted(names)}")
        tail = spans[names[name]]
        kind = relation_type(spans[head_id].label, tail.label)
        if kind is None:
            raise AnnotationError(where, f"{spans[head_id].label} → {tail.label} in …{context}…", current_scheme().describe_links())
        relations.append(Relation(head_id, tail.id, kind))
    return Annotation("".join(text), tuple(spans), tuple(dict.fromkeys(relations)), id)


def format_markup(annotation: Annotation) -> str:
    """Write an annotation in the inline notation; :func:`parse_markup` of the result has the same text, spans and links.

    Spans must be sorted, flat and inside the text (see :func:`baoshu.annotate.rows.check_annotation`).
    """
    letter_of, tails = _notation().letter_of, _notation().tails
    names: dict[int, str] = {}
    counts = dict.fromkeys(letter_of.values(), 0)
    for span in annotation.spans:
        letter = letter_of[span.label]
        counts[letter] += 1
        names[span.id] = f"{letter}{counts[letter]}" if span.label in tails else letter
    targets: dict[int, list[str]] = {}
    for relation in annotation.relations:
        targets.setdefault(relation.head, []).append(names[relation.tail])
    parts, position = [], 0
    for span in annotation.spans:
        sign = "@" if span.label in tails else ">"
        linked = sign + ",".join(targets[span.id]) if span.id in targets else ""
        parts.append(escape(annotation.text[position : span.start]))
        parts.append(f"{{{names[span.id]}{linked}|{escape(annotation.value(span))}}}")
        position = span.end
    parts.append(escape(annotation.text[position:]))
    return "".join(parts)


def escape(text: str) -> str:
    r"""Put a backslash before ``{ | } \``, so that they survive :func:`parse_markup`."""
    return re.sub(r"[{|}\\]", r"\\\g<0>", text)
