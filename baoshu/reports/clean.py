"""Raw lines → paragraphs: lines dropped, edges trimmed, broken lines joined; inside a paragraph nothing is touched."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from baoshu.reports.furniture import is_furniture, opens_related
from baoshu.reports.headings import heading_level, is_glossary_head, is_salutation
from baoshu.reports.join import Line, columns, ends_sentence, join_lines

# Blanks of every kind, and characters without width, that stand at the edges of lines.
_EDGE = " \t\xa0\xad\x00\x1c\x1d\x1e\x1f\u1680\u180e\u202f\u205f\u3000\ufeff\ufffe" + "".join(
    map(chr, (*range(0x2000, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)))
)
_LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_HEAD_LINES = 15
_MAX_HEAD = 40


def split_lines(text: str) -> list[str]:
    """Split at every kind of line break (CR LF, vertical tab, form feed, U+2028 …)."""
    return _LINE_BREAK.split(text)


def clean_lines(lines: Iterable[str]) -> list[str]:
    """Return the paragraphs of a report.

    Dropped are blank lines, web-page furniture and advertising, page numbers, the list under 相关报道 near the end, and
    a title that repeats at the head or runs on every page. A paragraph that a file breaks in mid-sentence is joined
    again without a space.
    """
    trimmed = _trim(lines)
    kept = [line for line in _without_related(trimmed) if not is_furniture(line.text)]
    return join_lines(_without_repeated_heads(_without_page_numbers(kept)))


def _trim(lines: Iterable[str]) -> list[Line]:
    trimmed: list[Line] = []
    gap = False
    for line in lines:
        text = line.lstrip(_EDGE)
        blank = line[: len(line) - len(text)]
        text = text.rstrip(_EDGE)
        if text:
            trimmed.append(Line(text, columns(blank), gap))
        gap = not text
    return trimmed


def _without_related(lines: Sequence[Line]) -> Sequence[Line]:
    """Cut off the list of other articles below the report, unless the glossary comes after it."""
    total = sum(len(line.text) for line in lines)
    seen = 0
    for number, line in enumerate(lines):
        seen += len(line.text)
        if opens_related(line.text) and seen > 0.6 * total and not any(is_glossary_head(later.text) for later in lines[number:]):
            return lines[:number]
    return lines


def _without_page_numbers(lines: Sequence[Line]) -> Sequence[Line]:
    """Drop lines of bare digits when there are three or more and each is one above the last."""
    numbers = [int(line.text) for line in lines if re.fullmatch(r"\d{1,3}", line.text, re.ASCII)]
    if len(numbers) < 3 or any(after - before != 1 for before, after in pairwise(numbers)):
        return lines
    return [line for line in lines if not re.fullmatch(r"\d{1,3}", line.text, re.ASCII)]


def _without_repeated_heads(lines: Sequence[Line]) -> list[Line]:
    """Drop a title line that stands a second time at the head, or that runs on every page (three times or more)."""
    counts = Counter(line.text for line in lines if len(line.text) <= _MAX_HEAD)
    head: set[str] = set()
    kept: list[Line] = []
    for line in lines:
        repeatable = len(line.text) <= _MAX_HEAD and not ends_sentence(line.text) and heading_level(line.text) is None and "\t" not in line.text
        if repeatable and line.text in head and (len(kept) < _HEAD_LINES or counts[line.text] >= 3):
            continue
        if len(kept) < _HEAD_LINES and not is_salutation(line.text):
            head.add(line.text)
        kept.append(line)
    return kept
