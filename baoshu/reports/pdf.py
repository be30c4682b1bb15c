"""PDF with a text layer → paragraphs, joined across lines and pages by their geometry."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2

from baoshu.errors import ReportError
from baoshu.reports.headings import heading_level
from baoshu.reports.join import ends_sentence, glue
from baoshu.reports.limits import beyond, limit

_PAGE_NUMBER = re.compile(r"[\s—\-–－·第]*\d{1,4}(?:\s*[/／]\s*\d{1,4})?[\s—\-–－·页]*|第\s*\d+\s*页\s*[,，/／]?\s*共\s*\d+\s*页")
_HAN = re.compile("[\u2e80-\u9fff\uff00-\uffef]")
_ADVICE = "Take the .docx or the web page, or run text recognition (OCR) on it first."
_MIN_CHARACTERS_A_PAGE = 10
_MAX_SCANNED_SHARE = 0.25
# Spaces between Chinese characters narrower than this, in character sizes, come from justified typesetting.
_REAL_SPACE, _GENERATED_SPACE = 0.15, 0.5
# How far from the right edge, in character sizes, the last line of a paragraph ends: where indents or gaps mark paragraphs,
# a line that an unbreakable number made a little shorter is not yet one.
_EARLY, _EARLY_MARKED = 1.7, 6.0
_MAX_REST = 4  # characters of a centred …会议上 that went over to a second line


@dataclass(slots=True)
class _Line:
    page: int
    text: str
    left: float
    right: float
    top: float
    height: float


@dataclass(slots=True)
class _Character:
    text: str
    generated: bool
    left: float
    bottom: float
    right: float
    top: float


@dataclass(slots=True)
class _Layout:
    """Measures of the type area: edges, character size, the gap that parts paragraphs; whether indents or gaps mark them."""

    left: float
    right: float
    size: float
    gap: float
    has_indents: bool
    has_gaps: bool


def read_pdf(data: bytes, where: str) -> list[str]:
    """Return the paragraphs of a PDF; running heads and page numbers are dropped.

    :raises ReportError: for an encrypted or damaged file, one of too many pages, and one without a text layer.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise ReportError(where, "an encrypted PDF", "a PDF without a password", "Save an open copy of it.") from error
        raise ReportError(where, f"not a readable PDF ({error})", "a PDF with a text layer", _ADVICE) from error
    try:
        if len(document) > limit("pages"):
            raise beyond(where, "pages", f"{len(document):,} pages", "pages")
        pages = [_lines(document[index], index) for index in range(len(document))]
        scanned = [index + 1 for index, lines in enumerate(pages) if not lines and _has_image(document[index])]
        height = document[0].get_height() if pages else 0.0
    except pypdfium2.PdfiumError as error:
        raise ReportError(where, f"damaged PDF ({error})", "a PDF with a text layer", _ADVICE) from error
    finally:
        document.close()
    characters = sum(len(line.text) for lines in pages for line in lines)
    if characters < _MIN_CHARACTERS_A_PAGE * max(len(pages), 1) or len(scanned) > _MAX_SCANNED_SHARE * len(pages):
        what = f"{len(scanned)} of {len(pages)} pages are images without text" if scanned else "no text"
        raise ReportError(where, f"a PDF without a text layer ({what})", "a PDF with a text layer", _ADVICE)
    return _paragraphs(_without_running_heads(pages, height))


def _has_image(page: pypdfium2.PdfPage) -> bool:
    return any(True for _ in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))


def _lines(page: pypdfium2.PdfPage, number: int) -> list[_Line]:
    """Group the characters of a page into visual lines, in the order of the text layer."""
    text_page = page.get_textpage()
    try:
        lines: list[list[_Character]] = [[]]
        bottom = top = 0.0
        for index in range(text_page.count_chars()):
            text = chr(pypdfium2.raw.FPDFText_GetUnicode(text_page.raw, index)).replace("\ufffe", "-")
            if text in "\r\n\x00":
                continue
            generated = pypdfium2.raw.FPDFText_IsGenerated(text_page.raw, index) == 1
            character = _Character(text, generated, *text_page.get_charbox(index, loose=True))
            if lines[-1] and not bottom <= (character.bottom + character.top) / 2 <= top and not text.isspace():
                lines.append([])
            if not lines[-1]:
                bottom, top = character.bottom, character.top
            lines[-1].append(character)
            if not text.isspace():
                bottom, top = min(bottom, character.bottom), max(top, character.top)
        return [_line(number, line) for line in lines if any(not character.text.isspace() for character in line)]
    finally:
        text_page.close()


def _line(page: int, characters: Sequence[_Character]) -> _Line:
    """Join the characters of a line; of the spaces between Chinese characters only the wide ones are kept."""
    solid = [character for character in characters if not character.text.isspace()]
    top, bottom = max(character.top for character in solid), min(character.bottom for character in solid)
    text = ""
    before: _Character | None = None
    space = ""
    for character in characters:
        if character.text.isspace():
            space = space or ("generated" if character.generated else "real")
            continue
        if before is not None and space:
            least = _GENERATED_SPACE if space == "generated" else _REAL_SPACE
            narrow = character.left - before.right < least * (top - bottom)
            text += "" if narrow and _HAN.match(before.text) and _HAN.match(character.text) else " "
        text += character.text
        before, space = character, ""
    return _Line(page, text, min(character.left for character in solid), max(character.right for character in solid), top, top - bottom)


def _without_running_heads(pages: Sequence[Sequence[_Line]], height: float) -> list[_Line]:
    """Drop page numbers, and lines in the outer tenth of the page that repeat on a third of the pages, three at least."""
    margin = height * 0.1

    def is_outer(line: _Line) -> bool:
        return line.top > height - margin or line.top < margin

    def shape(line: _Line) -> str:
        return re.sub(r"\d+", "0", line.text)

    repeated = Counter(shape(line) for lines in pages for line in lines if is_outer(line))
    limit = max(2.0, min(len(pages), 3.0), len(pages) / 3)
    return [
        line for lines in pages for line in lines
        if not (is_outer(line) and (_PAGE_NUMBER.fullmatch(line.text) or repeated[shape(line)] >= limit))
    ]  # fmt: skip


def _paragraphs(lines: Sequence[_Line]) -> list[str]:
    layout = _measure(lines)
    paragraphs: list[str] = []
    before: _Line | None = None
    for line in lines:
        if before is None or _begins(before, line, layout):
            paragraphs.append(line.text)
        else:
            paragraphs[-1] = glue(paragraphs[-1], line.text)
        before = line
    return paragraphs


def _measure(lines: Sequence[_Line]) -> _Layout:
    size = statistics.median([line.height for line in lines] or [1.0]) or 1.0
    body = [line for line in lines if len(line.text) > 10] or list(lines)
    left = _least(line.left for line in body)
    rights = sorted(line.right for line in body) or [0.0]
    pitches = [before.top - line.top for before, line in pairwise(lines) if before.page == line.page and before.top > line.top]
    pitch = _least(pitches) or size
    gap = max(1.25 * pitch, pitch + 0.3 * size)
    indents = sum(1.5 * size < line.left - left < 2.6 * size for line in body)
    gaps = sum(pitch > gap for pitch in pitches)
    return _Layout(left, rights[int(0.9 * (len(rights) - 1))], size, gap, indents >= 0.05 * len(lines), gaps >= 0.05 * len(lines))


def _least(values: Iterable[float]) -> float:
    """Return the least value that is no exception: that 5 % or more have, rounded; 0 when there are no values."""
    counts = Counter(map(round, values))
    return min((value for value, count in counts.items() if count >= 0.05 * counts.total()), default=0)


def _begins(before: _Line, line: _Line, layout: _Layout) -> bool:
    """Tell whether a line begins a paragraph: by the gap above it, its size, its indent, or a line before it that ended early."""
    size = layout.size
    ended = ends_sentence(before.text)
    missing = layout.right - before.right
    if before.page == line.page and before.top - line.top > layout.gap:
        return True
    if abs(before.height - line.height) > 0.2 * size or (ended and heading_level(line.text) is not None):
        return True
    if line.left > layout.left + size:
        centred = line.left > layout.left + 2.6 * size and abs(line.left - layout.left - (layout.right - line.right)) < size
        rests = centred and (len(line.text) <= _MAX_REST or not before.text.endswith(("会议", "会议上")))
        return ended or missing > _EARLY * size or not rests
    is_marked = layout.has_indents or (layout.has_gaps and before.page == line.page)
    return missing > (_EARLY_MARKED if is_marked else _EARLY) * size and (ended or _is_head(before))


def _is_head(line: _Line) -> bool:
    return len(line.text) < 40 and not line.text.endswith(("，", "、"))
