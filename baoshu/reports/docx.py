"""DOCX → lines: paragraphs, table rows and text boxes in reading order, tracked insertions kept, deletions dropped."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from io import BytesIO

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, XMLParser

from baoshu.errors import ReportError
from baoshu.reports.join import join_row
from baoshu.reports.limits import beyond, limit

_ADVICE = "Open it in Word or WPS and save it as .docx."
_OLE = b"\xd0\xcf\x11\xe0"
_DOCUMENT = re.compile(r"word/document\d*\.xml")
_SKIPPED = {"del", "delText", "instrText", "moveFrom", "pPr", "rPr", "trPr", "sdtPr", "rt", "Fallback"}
_NAMESPACES = ("/wordprocessingml/2006/main", "/wordprocessingml/main", "/markup-compatibility/2006", "/officeDocument/2006/math")
_FRAMES = {"p", "tr", "tc"}
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}


def read_docx(data: bytes, where: str) -> list[str]:
    """Return the lines of the main document; footnotes, comments, headers and footers are left out.

    A soft break parts two lines, the cells of a table row are joined by tabs, a text box follows the paragraph
    that holds it.

    :raises ReportError: for a file that is no zip, holds no Word document, is encrypted or damaged, declares a DTD,
        nests tags too deep, or would unpack to more than the limit.
    """
    parser = XMLParser(target=_Walk(limit("nesting")), forbid_dtd=True)
    try:
        parser.feed(_document_xml(data, where))
        lines: list[str] = parser.close()
    except _TooDeep as error:
        raise beyond(where, "nesting", f"tags nested deeper than {limit('nesting'):,}", "tags") from error
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise ReportError(where, f"damaged Word document ({error})", "well-formed XML without a DTD inside", _ADVICE) from error
    return lines


def _document_xml(data: bytes, where: str) -> bytes:
    if data.startswith(_OLE):
        raise ReportError(where, "an encrypted or old (.doc) Word file", "a .docx without a password", _ADVICE)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            name = next((name for name in sorted(archive.namelist()) if _DOCUMENT.fullmatch(name)), None)
            if name is None:
                raise ReportError(where, "a zip file that is no Word document (no word/document.xml)", "a .docx", _ADVICE)
            with archive.open(name) as member:
                xml = member.read(limit("unpacked_bytes") + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise ReportError(where, f"not a readable .docx ({error})", "a .docx", _ADVICE) from error
    if len(xml) > limit("unpacked_bytes"):
        raise beyond(where, "unpacked_bytes", f"a document that unpacks to more than {limit('unpacked_bytes'):,} bytes", "bytes")
    return xml


class _TooDeep(Exception):
    """The document nests tags deeper than any real one."""


@dataclass(slots=True)
class _Frame:
    """An open paragraph, row or cell: its own text, and the lines that what it holds has given so far."""

    name: str
    text: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    end_deleted: bool = False
    carried: str = ""


class _Walk:
    """Target of the XML parser: gathers lines tag by tag, so that no depth of nesting costs a recursion."""

    def __init__(self, deepest: int) -> None:
        self.frames = [_Frame("body")]
        self._deepest = deepest
        self._depth = self._skipped = 0
        self._skipped_by = ""
        self._in_text = False

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > self._deepest:
            raise _TooDeep
        name = _word_name(tag)
        if self._skipped:
            self._skipped += 1
            # Among its properties, <w:del/> says that a paragraph's end, or a whole row, is deleted.
            self.frames[-1].end_deleted |= name == "del" and self._skipped_by in ("pPr", "trPr")
        elif name in _SKIPPED:
            self._skipped, self._skipped_by = 1, name
        elif name in _FRAMES:
            self.frames.append(_Frame(name))
        elif name in _BREAKS:
            self.frames[-1].text.append(_BREAKS[name])
        self._in_text = name == "t" and not self._skipped

    def data(self, text: str) -> None:
        if self._in_text:
            self.frames[-1].text.append(text)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._in_text = False
        if self._skipped:
            self._skipped -= 1
        elif _word_name(tag) in _FRAMES:
            _close(self.frames.pop(), self.frames[-1])

    def close(self) -> list[str]:
        """Return the lines of the whole document."""
        return [*self.frames[0].lines, self.frames[0].carried]


def _close(frame: _Frame, parent: _Frame) -> None:
    """Hand what a paragraph, cell or row has given to the frame around it."""
    match frame.name:
        case "p":
            text = parent.carried + "".join(frame.text)
            parent.carried = text if frame.end_deleted else ""
            parent.lines.extend(frame.lines if frame.end_deleted else [*text.split("\n"), *frame.lines])
        case "tc":
            parent.cells.append([*frame.lines, frame.carried])
        case "tr" if not frame.end_deleted:
            parent.lines.extend(join_row(frame.cells))


def _word_name(tag: str) -> str:
    """Return the local name of a tag that holds text or says how, an empty string for drawings and the like."""
    namespace, _, name = tag.rpartition("}")
    return name if namespace.endswith(_NAMESPACES) else ""
