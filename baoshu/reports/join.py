"""What belongs together: the pieces of a paragraph that a file breaks in mid-sentence, the cells of a table row."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from baoshu.reports.headings import begins_bullet, head_length, heading_level, is_glossary_head

_ENDS = (*"。！？；：…!?;:", "——")
_CLOSING = "”’」』）》】)"
_NEVER_FIRST = "，。、；：！？”’）》】」』,"
_MAX_WRAP_COLUMNS = 160
_MIN_WRAPPED_LINES = 5
_EDGE_COLUMNS = 5
_MAX_CELL = 300
_MAX_PARAGRAPH = 20_000
_MAX_HEADING = 60
_UNFINISHED_SESSION = re.compile(r"(?:^[—―-]|年.*月.*日|人民代表大会|人大).*(?<!会议)(?<!会议上)$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file without its edges, and what stood before it: blank columns, a blank line."""

    text: str
    indent: int = 0
    after_gap: bool = False


@dataclass(frozen=True, slots=True)
class _Wrapping:
    """How a file is hard-wrapped: the measure that its lines keep to, and the marks that open its paragraphs."""

    measure: Callable[[Line], int]
    width: int
    indent: int
    has_indents: bool
    has_gaps: bool


def join_lines(lines: Sequence[Line]) -> list[str]:
    """Return paragraphs: a line that goes on with the sentence before it is joined to it, without a space.

    Both single breaks (a page end) and files that are hard-wrapped throughout are mended. Headings stay apart.
    """
    wrapping = _find_wrapping(lines)
    head = head_length([line.text for line in lines])
    paragraphs: list[str] = []
    for number, line in enumerate(lines):
        in_head = number <= head
        can_join = number > 0 and len(paragraphs[-1]) < _MAX_PARAGRAPH
        if can_join and (
            _goes_on(paragraphs[-1], line, in_head=in_head)
            or (wrapping and _wraps(paragraphs[-1], lines[number - 1], line, wrapping, in_head=in_head))
        ):
            paragraphs[-1] += line.text
        else:
            paragraphs.append(line.text)
    return paragraphs


def join_row(cells: Sequence[Sequence[str]]) -> list[str]:
    """Return a table row as one line with tabs between its cells; a table that only lays out text gives its lines."""
    kept = [[line.strip() for line in cell if line.strip()] for cell in cells]
    prose = any(sum(map(len, cell)) > _MAX_CELL or sum(line.endswith("。") for line in cell) > 1 for cell in kept)
    if len(kept) < 2 or prose:
        return [line for cell in kept for line in cell]
    return ["\t".join(_one_line(cell) for cell in kept)]


def glue(before: str, after: str) -> str:
    """Join two typeset lines; Latin words that a line end had parted get a space, Chinese does not."""
    latin = before[-1:].isascii() and before[-1:].isalpha() and after[:1].isascii() and after[:1].isalpha()
    return f"{before} {after}" if latin else before + after


def ends_sentence(text: str) -> bool:
    """Tell whether a line ends where a sentence, a list item or a lead-in does; closing quotes and brackets may follow."""
    return text.endswith("——") or text.rstrip(_CLOSING).endswith(_ENDS)


def columns(text: str) -> int:
    """Return the width of a text in columns: two for a Chinese character, one for a Latin one."""
    return sum(map(_WIDTHS.__getitem__, text))


class _Widths(dict[str, int]):
    """The width of each character, looked up once."""

    def __missing__(self, character: str) -> int:
        self[character] = 2 if unicodedata.east_asian_width(character) in "WFA" else 1
        return self[character]


_WIDTHS = _Widths()


def _one_line(cell: Sequence[str]) -> str:
    text = ""
    for line in cell:
        text = glue(text, line)
    return text


def _goes_on(paragraph: str, line: Line, *, in_head: bool) -> bool:
    """Tell whether a line goes on with a sentence that a single break has cut."""
    if line.text[0] in _NEVER_FIRST:
        return True
    if _opens(line.text) or ends_sentence(paragraph) or "\t" in paragraph + line.text:
        return False
    if paragraph.endswith(("，", "、", ",")):
        return True
    if in_head or _is_heading_only(paragraph):
        return False
    return "。" in paragraph or "；" in paragraph or paragraph.count("，") >= 2 or len(paragraph) >= 45


def _wraps(paragraph: str, last: Line, line: Line, wrapping: _Wrapping, *, in_head: bool) -> bool:
    """Tell whether a line goes on with the paragraph because the line before it was cut at the edge."""
    length = wrapping.measure(last)
    if length < 0.85 * wrapping.width or is_glossary_head(line.text):
        return False
    if in_head and not (re.search("[，。]", paragraph) or _UNFINISHED_SESSION.search(paragraph) or line.text == "上"):
        return False
    if wrapping.has_indents and line.indent > wrapping.indent:
        return False
    if not ends_sentence(last.text):
        return not (_is_heading_only(paragraph) and (line.after_gap or _opens(line.text)))
    if _opens(line.text):
        return False
    if wrapping.has_indents:
        return True
    return not line.after_gap if wrapping.has_gaps else length >= wrapping.width - 1


def _find_wrapping(lines: Sequence[Line]) -> _Wrapping | None:
    """Return how the file is hard-wrapped, or None when its lines are paragraphs."""
    best: tuple[int, _Wrapping] | None = None
    measures: tuple[Callable[[Line], int], ...] = (lambda line: line.indent + columns(line.text), lambda line: line.indent // 2 + len(line.text))
    for measure in measures:
        lengths = [measure(line) for line in lines]
        width = sorted(lengths)[int(0.98 * (len(lengths) - 1))] if lengths else 0
        if width > _MAX_WRAP_COLUMNS:
            continue
        cut = [
            length for length, line in zip(lengths, lines, strict=True)
            if length >= 0.85 * width and not ends_sentence(line.text) and not _is_heading_only(line.text)
        ]  # fmt: skip
        at_edge = sum(length >= width - _EDGE_COLUMNS for length in cut)
        is_wrapped = len(cut) >= max(_MIN_WRAPPED_LINES, 0.2 * len(lines)) and at_edge >= 0.7 * len(cut)
        if is_wrapped and (best is None or at_edge > best[0]):
            indents = Counter(line.indent for line in lines)
            indent = min(indent for indent, times in indents.items() if times >= 0.05 * len(lines))
            indented = sum(line.indent > indent for line in lines)
            gaps = sum(line.after_gap for line in lines)
            best = at_edge, _Wrapping(measure, width, indent, indented >= 0.03 * len(lines), gaps >= 0.03 * len(lines))
    return best[1] if best else None


def _opens(text: str) -> bool:
    return heading_level(text) is not None or begins_bullet(text) or is_glossary_head(text)


def _is_heading_only(paragraph: str) -> bool:
    return heading_level(paragraph) is not None and len(paragraph) <= _MAX_HEADING and not re.search("[。；：]", paragraph)
