"""Clean report → chunks: one paragraph each, with heading path and exact offsets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from baoshu.files import sha256
from baoshu.reports.headings import (
    addresses_meeting,
    bullet_heading,
    head_length,
    is_attachment_head,
    is_glossary_head,
    is_plain_heading,
    split_heading,
)
from baoshu.types import Chunk, Report

_SENTENCE = re.compile(r"[^。！？；]*(?:[。！？；]+[”’」』）》】]*|$)")
_GLOSSARY_SECTION = "名词解释"
# Depths of a heading path: attachments, numbers (10 × heading_level), chapters without a number (2023年工作回顾) above 一、,
# headings without a number in numbered chapters, —— lines that stand alone, —— leads of their own paragraph only.
_ATTACHMENT, _CHAPTER, _SUBHEAD, _BULLET, _RUN_IN = 0, 35, 80, 90, 100


def split_report(report: Report, *, max_chars: int = 1500) -> list[Chunk]:
    """Cut a report into its paragraphs.

    A paragraph above ``max_chars`` code points is split at sentence ends, and a sentence above it at commas. An id is
    report_id, the start of the SHA-256 of the chunk's text, and a number from 2 among equal texts: editing one
    paragraph moves no other id.

    :returns: Chunks in reading order. *Offsets:* in ``report.text``; ``text[start:end] == chunk.text``.
    """
    chunks: list[Chunk] = []
    path: list[tuple[int, str]] = []
    ordinals: Counter[str] = Counter()
    position = 0
    lines = report.text.split("\n")
    head = head_length(lines)
    glossary = _glossary_line(lines)
    for number, line in enumerate(lines):
        if line:
            path = [(_ATTACHMENT, _GLOSSARY_SECTION)] if number == glossary else _next_path(path, line, in_head=number < head)
            section = tuple(text for _, text in path)
            for start, end in _pieces(line, max_chars):
                digest = sha256(line[start:end])[:12]
                ordinals[digest] += 1
                suffix = f"-{ordinals[digest]}" if ordinals[digest] > 1 else ""
                chunk_id = f"{report.report_id}:{digest}{suffix}"
                chunks.append(Chunk(chunk_id, report.report_id, section, position + start, position + end, line[start:end]))
        position += len(line) + 1
    return chunks


def is_glossary(chunk: Chunk) -> bool:
    """Tell whether a chunk belongs to the glossary, which is left out of facts."""
    return _GLOSSARY_SECTION in chunk.section


def split_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of the sentences, without loss: 。！？； end one, closing quotes and brackets belong to it."""
    for match in _SENTENCE.finditer(text):
        if match.end() > match.start():
            yield match.start(), match.end()


def _glossary_line(lines: Sequence[str]) -> int | None:
    """Return the number of the line that opens the glossary; a table of contents in the first half names it earlier."""
    heads = [number for number, line in enumerate(lines) if is_glossary_head(line)]
    return next((number for number in heads if number >= len(lines) / 2), heads[-1] if heads else None)


def _next_path(path: list[tuple[int, str]], line: str, *, in_head: bool) -> list[tuple[int, str]]:
    """Return the heading path of a line; a heading is part of its own path."""
    if is_attachment_head(line) and not in_head:
        return [(_ATTACHMENT, line)]
    if path and path[0][1] == _GLOSSARY_SECTION:
        return path
    root = next((entry for entry in path if entry[0] > _ATTACHMENT), None)
    if addresses_meeting(line):
        return [entry for entry in path if entry[0] == _ATTACHMENT or entry == root]  # it sums up the chapter
    heading = split_heading(line)
    if heading is not None:
        return _below(path, 10 * heading[0], heading[1])
    if not in_head and is_plain_heading(line):
        return _below(path, _CHAPTER if root is None or root[0] == _CHAPTER else _SUBHEAD, line)
    bullet = bullet_heading(line)
    if bullet:
        return _below(path, _BULLET if bullet == line else _RUN_IN, bullet)
    return [entry for entry in path if entry[0] < _RUN_IN]


def _below(path: list[tuple[int, str]], depth: int, text: str) -> list[tuple[int, str]]:
    return [*(entry for entry in path if entry[0] < depth), (depth, text)]


def _pieces(line: str, max_chars: int) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of pieces of at most ``max_chars``, cut where a sentence ends, else at a comma, else anywhere."""
    start = 0
    while len(line) - start > max_chars:
        limit = start + max_chars
        comma = max(line.rfind(mark, start, limit) for mark in "，、：,") + 1
        end = _last_sentence_end(line, start, limit) or (comma if comma > start else limit)
        yield start, end
        start = end
    yield start, len(line)


def _last_sentence_end(line: str, start: int, limit: int) -> int | None:
    """Return the last end of a sentence behind ``start`` and at most at ``limit``; the line goes on behind it."""
    ends = (match.end() for match in _SENTENCE.finditer(line, start, limit + 1))
    return max((end for end in ends if start < end <= limit), default=None)
