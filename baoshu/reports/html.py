"""HTML → lines of the main content, by the block that holds the prose of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from baoshu.errors import ReportError
from baoshu.reports.decode import decode
from baoshu.reports.join import join_row
from baoshu.reports.limits import beyond, limit
from baoshu.reports.metadata import kind_of

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?\s*([A-Za-z0-9_-]{3,20})", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NEVER_NESTED = {
    "p", "br", "img", "input", "meta", "link", "hr", "li", "option", "td", "th", "tr", "dd", "dt", "area", "base", "col", "param",
    "source", "wbr",
}  # fmt: skip
_DROPPED = {
    "head", "script", "style", "noscript", "template", "iframe", "object", "nav", "aside", "button", "select", "textarea", "input", "svg",
    "figcaption",
}  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_CONTAINERS = {"body", "div", "section", "article", "main", "form", "center", "table", "tbody", "tr", "td", "th"}
_BLOCKS = _CONTAINERS | {
    "p", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre",
    "header", "footer", "thead", "tfoot", "caption", "br", "hr",
}  # fmt: skip
_PROSE_MARKS = re.compile("[，。；：、！？]")
_MARK_WEIGHT = 20
_SHARE = 0.85
_HAN = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’—…]"
_BREAK_IN_HAN = re.compile(rf"(?<={_HAN})[ \t]*[\r\n]\s*(?={_HAN})")
_OPEN_FOR_DEPTH = 10
_MAX_TITLE = 60


@dataclass(slots=True)
class _Block:
    """A container of the page: its stretch of events, the weight of its prose outside links, the containers in it."""

    start: int
    end: int = 0
    weight: int = 0
    inner: list[_Block] = field(default_factory=list)


@dataclass(slots=True)
class _Frame:
    """The page, a table row or a cell while its lines are gathered."""

    pieces: list[str] = field(default_factory=list)
    linked: int = 0
    lines: list[str] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)


def read_html(data: bytes, where: str) -> list[str]:
    """Return the page's title and the lines of the block that holds its prose, without lines that are all links.

    :raises ReportError: for a page without text, and for tags nested too deep.
    """
    text = _decode_html(data, where)
    _check_nesting(text, where)
    tree = LexborHTMLParser(text)
    events, page = _read_page(tree, where)
    block = _prose_block(page)
    lines = _lines(events[block.start + 1 : block.end - 1])
    title = _title(tree)
    if title and not any(_bare(title) in _bare(line) for line in lines[:10] if len(line) <= _MAX_TITLE):
        lines.insert(0, title)
    if not lines:
        raise ReportError(where, "a page without text", "the page of a report", "Save the page with its content, not only the frame.")
    return lines


def _decode_html(data: bytes, where: str) -> str:
    declared = _META_CHARSET.search(data[:4096])
    return decode(data, where, declared=declared.group(1).decode("ascii") if declared else None)


def _check_nesting(text: str, where: str) -> None:
    """Refuse a page whose tags nest so deep that parsing alone would take minutes."""
    depth, most = 0, _OPEN_FOR_DEPTH * limit("nesting")
    for match in _TAG.finditer(text):
        if match[2].lower() not in _NEVER_NESTED:
            depth = max(0, depth + (-1 if match[1] else 1))
            if depth > most:
                raise _too_deep(where)


def _too_deep(where: str) -> ReportError:
    return beyond(where, "nesting", f"tags nested deeper than {limit('nesting'):,}", "tags")


def _read_page(tree: LexborHTMLParser, where: str) -> tuple[list[tuple[str, str]], _Block]:
    """Flatten the page to ``(open | close | text | link, tag or text)`` events, and weigh its containers.

    Neither this walk nor the ones over its events are recursive, and hidden parts and site navigation are left out.
    """
    events: list[tuple[str, str]] = []
    blocks = [_Block(0)]
    stack: list[tuple[LexborNode, bool]] = [(tree.body, False)] if tree.body is not None else []
    links = articles = depth = 0
    deepest = limit("nesting")
    while stack:
        node, leaving = stack.pop()
        tag = node.tag or ""
        step = -1 if leaving else 1
        if tag == "-text":
            text = node.text_content or ""
            events.append(("link" if links else "text", text))
            blocks[-1].weight += 0 if links else len(text.strip()) + _MARK_WEIGHT * len(_PROSE_MARKS.findall(text))
            continue
        if not tag[:1].isalpha() or _is_dropped(node, in_article=articles > 0):
            continue
        depth += step
        links += step * (tag == "a" and bool(node.attributes.get("href")))
        articles += step * (tag in ("article", "main"))
        if depth > deepest:
            raise _too_deep(where)
        if tag in _CONTAINERS and not leaving:
            blocks.append(_Block(len(events)))
        events.append(("close" if leaving else "open", tag))
        if leaving and tag in _CONTAINERS:
            block = blocks.pop()
            block.end = len(events)
            blocks[-1].weight += block.weight
            blocks[-1].inner.append(block)
        if not leaving:
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(list(node.iter(include_text=True))))
    blocks[0].end = len(events)
    return events, blocks[0]


def _is_dropped(node: LexborNode, *, in_article: bool) -> bool:
    attributes = node.attributes
    hidden = "hidden" in attributes or _HIDDEN.search(attributes.get("style") or "")
    return node.tag != "body" and (node.tag in _DROPPED or bool(hidden) or (node.tag in ("header", "footer") and not in_article))


def _prose_block(page: _Block) -> _Block:
    """Walk down from the page while one container holds at least 85 % of the prose."""
    block = page
    while heavy := [inner for inner in block.inner if inner.weight >= max(_SHARE * block.weight, 1)]:
        block = heavy[0]
    return block


def _lines(events: Iterable[tuple[str, str]]) -> list[str]:
    """Cut a stretch of the page into lines at block tags and ``<br>``; the cells of a table row are joined by tabs."""
    frames = [_Frame()]
    preformatted = False
    for kind, value in events:
        frame = frames[-1]
        if kind in ("text", "link"):
            for number, piece in enumerate(value.split("\n") if preformatted else [value]):
                if number:
                    _end_line(frame)
                frame.pieces.append(piece)
                frame.linked += len(_bare(piece)) if kind == "link" else 0
            continue
        if value in _BLOCKS:
            _end_line(frame)
        preformatted = kind == "open" if value == "pre" else preformatted
        if value in ("tr", "td", "th") and kind == "open":
            frames.append(_Frame())
        elif value in ("td", "th") and len(frames) > 1:
            frames[-2].cells.append(frames.pop().lines)
        elif value == "tr" and len(frames) > 1:
            frames[-2].lines.extend(join_row(frames.pop().cells))
    _end_line(frames[0])
    return [*frames[0].lines, *join_row(frames[0].cells)]


def _end_line(frame: _Frame) -> None:
    """Close the line that is being gathered; one that is mostly links (navigation, other articles) is dropped."""
    line = re.sub(r"[ \t\r\n]+", " ", _BREAK_IN_HAN.sub("", "".join(frame.pieces))).strip()
    if line and (frame.linked <= 0.5 * len(_bare(line)) or "。" in line):
        frame.lines.append(line)
    frame.pieces.clear()
    frame.linked = 0


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _title(tree: LexborHTMLParser) -> str | None:
    """Return the article's title: by meta tag, heading or page title the first that names a kind of report, else by meta tag."""
    meta = tree.css_first("meta[name='ArticleTitle' i]")
    page = tree.css_first("title")
    named = (meta.attributes.get("content") or "") if meta is not None else ""
    headings = [node.text(deep=True) for node in tree.css("h1, h2, h3")]
    first_part = re.split(r"[_|–—-]", page.text(deep=True))[0] if page is not None else ""
    candidates = [" ".join(text.split()) for text in (named, *headings, first_part)]
    return next((text for text in candidates if kind_of(text) and len(text) <= _MAX_TITLE), candidates[0] or None)
