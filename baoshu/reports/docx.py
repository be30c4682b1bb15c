"""DOCX → lines: paragraphs, table rows and text boxes in reading order, tracked insertions kept, deletions dropped."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from baoshu.errors import ReportError

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = {_W + "del", _W + "delText", _W + "instrText", _W + "moveFrom", _W + "pPr", _W + "rPr", _MC_FALLBACK}
_BREAKS = {_W + "br": "\n", _W + "cr": "\n", _W + "tab": "\t", _W + "noBreakHyphen": "-"}
_MAX_XML = 200_000_000
_ENCRYPTED = b"\xd0\xcf\x11\xe0"


def read_docx(data: bytes, where: str) -> list[str]:
    """Return the lines of the main document; the cells of a table row are joined by tabs.

    :raises ReportError: for a file that is no zip, holds no Word document, is encrypted, damaged, or
        would unpack to more than 200 MB.
    """
    advice = "Open it in Word or WPS and save it as .docx."
    if data.startswith(_ENCRYPTED):
        raise ReportError(where, "an encrypted or old (.doc) Word file", "a .docx without a password", advice)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "word/document.xml" not in names:
                raise ReportError(where, "a zip file that is not a Word document (no word/document.xml)", "a .docx", advice)
            if archive.getinfo("word/document.xml").file_size > _MAX_XML:
                raise ReportError(where, "a document that unpacks to more than 200 MB", "a report")
            with archive.open("word/document.xml") as member:
                xml = member.read(_MAX_XML + 1)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise ReportError(where, f"not a readable .docx ({error})", "a .docx", advice) from error
    if len(xml) > _MAX_XML:
        raise ReportError(where, "a document that unpacks to more than 200 MB", "a report")
    try:
        root = ElementTree.fromstring(xml, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, RecursionError) as error:
        raise ReportError(where, f"damaged Word document ({error})", "well-formed XML inside", advice) from error
    body = root.find(_W + "body")
    return [line for block in _blocks(body) for line in block.split("\n")] if body is not None else []


def _blocks(element: Any) -> Iterator[str]:
    """Yield the text of paragraphs and table rows; a text box follows the paragraph that holds it."""
    for child in element:
        if child.tag in _SKIPPED:
            continue
        if child.tag == _W + "p":
            boxes: list[Any] = []
            yield "".join(_runs(child, boxes))
            for box in boxes:
                yield from _blocks(box)
        elif child.tag == _W + "tr":
            yield "\t".join(" ".join(filter(None, _blocks(cell))) for cell in child.iter(_W + "tc"))
        else:
            yield from _blocks(child)


def _runs(element: Any, boxes: list[Any]) -> Iterator[str]:
    """Yield the text pieces of a paragraph; text boxes inside it are put aside in ``boxes``."""
    for child in element:
        if child.tag in _SKIPPED:
            continue
        if child.tag == _W + "txbxContent":
            boxes.append(child)
        elif child.tag == _W + "t":
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        else:
            yield from _runs(child, boxes)
