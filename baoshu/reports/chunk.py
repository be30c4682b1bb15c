"""Clean report → chunks: one paragraph each, with heading path and exact offsets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from baoshu.files import sha256
from baoshu.reports.headings import bullet_heading, is_glossary_head, is_plain_heading, split_heading
from baoshu.types import Chunk, Report

_SENTENCE = re.compile(r"[^。！？；]*(?:[。！？；]+[”’」』）》】]*|$)")
_GLOSSARY_SECTION = "名词解释"
_PLAIN, _BULLET, _RUN_IN = 1, 6, 7


def split_report(report: Report, *, max_chars: int = 1500) -> list[Chunk]:
    """Cut a report into its paragraphs.

    A paragraph above ``max_chars`` code points is split at sentence ends. An id is report_id, the start of the
    SHA-256 of the chunk's text, and a number from 2 among equal texts: editing one paragraph moves no other id.

    :returns: Chunks in reading order. *Offsets:* in ``report.text``; ``text[start:end] == chunk.text``.
    """
    chunks: list[Chunk] = []
    path: list[tuple[int, str]] = []
    ordinals: Counter[str] = Counter()
    position = 0
    for number, line in enumerate(report.text.split("\n")):
        if line:
            path = _next_path(path, line, number)
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


def _next_path(path: list[tuple[int, str]], line: str, number: int) -> list[tuple[int, str]]:
    if path and path[0][1] == _GLOSSARY_SECTION:
        return path
    if is_glossary_head(line):
        return [(0, _GLOSSARY_SECTION)]
    heading = split_heading(line)
    if heading is None and number > 3 and is_plain_heading(line):
        heading = (_PLAIN, line)
    if heading is not None:
        return [entry for entry in path if entry[0] < heading[0]] + [heading]
    bullet = bullet_heading(line)
    path = [entry for entry in path if entry[0] < _BULLET]
    return [*path, (_BULLET, bullet)] if bullet else path


def _pieces(line: str, max_chars: int) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of pieces of at most ``max_chars``, cut at sentence ends; one overlong sentence stays whole."""
    if len(line) <= max_chars:
        yield 0, len(line)
        return
    start = last = 0
    for _, end in split_sentences(line):
        if end - start > max_chars and last > start:
            yield start, last
            start = last
        last = end
    yield start, len(line)
