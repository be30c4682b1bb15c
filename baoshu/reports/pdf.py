"""PDF with a text layer → paragraphs, joined across lines and pages by their geometry."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from dataclasses import dataclass

import pypdfium2

from baoshu.errors import ReportError

_PAGE_NUMBER = re.compile(r"[\s—\-–－·第]*\d{1,4}(?:\s*[/／]\s*\d{1,4})?[\s—\-–－·页]*|第\s*\d+\s*页\s*[,，/／]?\s*共\s*\d+\s*页")
_SENTENCE_END = tuple("。！？；：”）")
_MIN_CHARACTERS_A_PAGE = 10


@dataclass(slots=True)
class _Line:
    page: int
    text: str
    left: float
    right: float
    top: float
    height: float


def read_pdf(data: bytes, where: str) -> list[str]:
    """Return the paragraphs of a PDF; running heads and page numbers are dropped.

    A line begins a paragraph when it is indented, when the line before ended short of the right edge, or when
    the gap above it is larger than usual.

    :raises ReportError: for an encrypted or damaged file and for one without a text layer.
    """
    advice = "Take the .docx or the web page, or run text recognition (OCR) on it first."
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise ReportError(where, "an encrypted PDF", "a PDF without a password", "Save an open copy of it.") from error
        raise ReportError(where, f"not a readable PDF ({error})", "a PDF with a text layer", advice) from error
    try:
        pages = [_lines(document[index], index) for index in range(len(document))]
        height = document[0].get_height() if len(document) else 0.0
    except pypdfium2.PdfiumError as error:
        raise ReportError(where, f"damaged PDF ({error})", "a PDF with a text layer", advice) from error
    finally:
        document.close()
    if sum(len(line.text) for page in pages for line in page) < _MIN_CHARACTERS_A_PAGE * max(len(pages), 1):
        raise ReportError(where, "a PDF without a text layer (scanned pages)", "a PDF with a text layer", advice)
    return _paragraphs(_without_running_heads(pages, height))


def _lines(page: pypdfium2.PdfPage, number: int) -> list[_Line]:
    """Group the characters of a page into visual lines, in the order of the text layer."""
    text_page = page.get_textpage()
    try:
        lines: list[_Line] = []
        characters: list[str] = []
        left = bottom = right = top = 0.0
        for index in range(text_page.count_chars()):
            character = chr(pypdfium2.raw.FPDFText_GetUnicode(text_page.raw, index)).replace("\ufffe", "-")
            if character in "\r\n\x00":
                continue
            box = text_page.get_charbox(index, loose=True)
            if character.isspace() and box[2] <= box[0]:
                continue
            if characters and not bottom <= (box[1] + box[3]) / 2 <= top:
                lines.append(_Line(number, _tidy("".join(characters)), left, right, top, top - bottom))
                characters = []
            if not characters:
                left, bottom, right, top = box
            characters.append(character)
            if not character.isspace():
                left, right = min(left, box[0]), max(right, box[2])
                bottom, top = min(bottom, box[1]), max(top, box[3])
        if characters:
            lines.append(_Line(number, _tidy("".join(characters)), left, right, top, top - bottom))
        return [line for line in lines if line.text]
    finally:
        text_page.close()


def _tidy(text: str) -> str:
    """Trim the line and drop the spaces that typesetting puts between Chinese characters."""
    return re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])", "", text.strip(" \u3000\t\xa0"))


def _without_running_heads(pages: list[list[_Line]], height: float) -> list[_Line]:
    """Drop page numbers, and lines in the outer tenth of the page that repeat on a third of the pages or more."""
    margin = height * 0.1
    outer = Counter(
        re.sub(r"\d+", "0", line.text) for page in pages for line in page if line.top > height - margin or line.top < margin
    )
    limit = max(3, len(pages) / 3)
    kept = []
    for page in pages:
        for line in page:
            is_outer = line.top > height - margin or line.top < margin
            if is_outer and (_PAGE_NUMBER.fullmatch(line.text) or outer[re.sub(r"\d+", "0", line.text)] >= limit):
                continue
            kept.append(line)
    return kept


def _paragraphs(lines: list[_Line]) -> list[str]:
    if not lines:
        return []
    size = statistics.median(line.height for line in lines) or 1.0
    edges = sorted(line.right for line in lines if len(line.text) > 10) or [line.right for line in lines]
    right_edge = edges[int(len(edges) * 0.9)]
    left_edge = statistics.mode(round(line.left) for line in lines)
    paragraphs: list[str] = []
    before: _Line | None = None
    for line in lines:
        indented = line.left > left_edge + size
        short = before is not None and before.right < right_edge - 1.7 * size
        gap = before is not None and before.page == line.page and before.top - line.top > 2.6 * size
        ended = before is not None and before.text.endswith(_SENTENCE_END)
        if before is None or gap or (indented and (ended or short or not _runs_on(before, right_edge, size))) or (short and (ended or indented or _is_head(before))):
            paragraphs.append(line.text)
        else:
            paragraphs[-1] += _glue(paragraphs[-1], line.text)
        before = line
    return paragraphs


def _runs_on(line: _Line, right_edge: float, size: float) -> bool:
    return line.right >= right_edge - 1.7 * size and not line.text.endswith(_SENTENCE_END)


def _is_head(line: _Line) -> bool:
    return len(line.text) < 40 and not line.text.endswith(("，", "、"))


def _glue(before: str, after: str) -> str:
    """Put a space between Latin words that a line end had parted; Chinese is joined directly."""
    latin = before[-1:].isascii() and before[-1:].isalpha() and after[:1].isascii() and after[:1].isalpha()
    return (" " if latin else "") + after
