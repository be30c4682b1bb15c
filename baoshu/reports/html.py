"""HTML → lines of the main content, by the densest block of text."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from baoshu.errors import ReportError
from baoshu.reports.decode import decode

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?\s*([A-Za-z0-9_-]{3,20})", re.I)
_DROPPED = "script, style, noscript, template, iframe, nav, header, footer, aside, form, button, select, svg, figure figcaption"
_BLOCKS = {
    "p", "div", "section", "article", "main", "td", "th", "tr", "table", "tbody", "li", "ul", "ol", "dl", "dt", "dd",
    "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "center", "body",
}  # fmt: skip
_MAX_DEPTH = 400


def read_html(data: bytes, where: str) -> list[str]:
    """Return the page's title heading and the lines of the block that holds most of its text.

    :raises ReportError: for a page without text, and for tags nested deeper than 400.
    """
    text = _decode_html(data, where)
    tree = LexborHTMLParser(text)
    for node in tree.css(_DROPPED):
        node.decompose()
    if tree.body is None:
        raise ReportError(where, "a page without a body", "the page of a report")
    lines = [line for line in _lines(_densest(tree.body, where)) if line.strip()]
    heading = tree.css_first("h1")
    title = heading.text(deep=True).strip() if heading is not None else ""
    if title and title not in lines[:10]:
        lines.insert(0, title)
    if not lines:
        raise ReportError(where, "a page without text", "the page of a report", "Save the page with its content, not only the frame.")
    return lines


def _decode_html(data: bytes, where: str) -> str:
    declared = _META_CHARSET.search(data[:4096])
    if declared:
        name = declared.group(1).decode("ascii").lower()
        encoding = "gb18030" if name in ("gb2312", "gbk", "gb18030") else name
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data, where)


def _densest(body: LexborNode, where: str) -> LexborNode:
    """Walk down from the body while one child holds at least 60 % of the text outside of links."""
    node = body
    for _ in range(_MAX_DEPTH):
        total = _weight(node)
        best, weight = None, 0
        for child in node.iter():
            size = _weight(child)
            if size > weight:
                best, weight = child, size
        if best is None or best.tag == "p" or weight < 0.6 * total:
            return node
        node = best
    raise ReportError(where, f"tags nested deeper than {_MAX_DEPTH}", "the page of a report")


def _weight(node: LexborNode) -> int:
    links = sum(len(link.text(deep=True)) for link in node.css("a"))
    return max(0, len(node.text(deep=True)) - links)


def _lines(node: LexborNode) -> list[str]:
    """Split a block into lines at block tags and ``<br>``; the cells of a table row are joined by tabs."""
    lines = [""]
    stack: list[tuple[LexborNode | None, str]] = [(node, "")]
    while stack:
        current, after = stack.pop()
        if current is None:
            if after == "\t":
                lines[-1] = lines[-1].rstrip("\n") + "\t"
            elif lines[-1]:
                lines.append("")
            continue
        if current.tag == "-text":
            lines[-1] += re.sub(r"[ \t\r\n]+", " ", current.text_content or "")
        elif current.tag == "br":
            lines.append("")
        elif current.tag not in ("-comment", "_comment"):
            block, cell = current.tag in _BLOCKS, current.tag in ("td", "th")
            simple_cell = cell and not current.css("p, div, br, table")
            if block and not simple_cell and lines[-1]:
                lines.append("")
            children = list(current.iter(include_text=True))
            if block:
                stack.append((None, "\t" if simple_cell else "\n"))
            stack.extend((child, "") for child in reversed(children))
    return [line.rstrip("\t") for line in lines]
