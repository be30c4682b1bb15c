"""Bytes of a text file → characters, with the encoding found rather than asked for."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

from baoshu.errors import ReportError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAX_DAMAGED = 0.02


def decode(data: bytes, where: str) -> str:
    """Decode by BOM, else UTF-8, UTF-16 without BOM, GB18030, else what charset-normalizer finds.

    A file cut in mid-character or with a few bad bytes comes back with U+FFFD in their place.

    :raises ReportError: for an empty file, binary data, and text with over 2 % damaged characters.
    """
    if not data.strip(b"\x00\t\r\n "):
        raise ReportError(where, "empty file", "the text of a report")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _checked(data.decode(encoding, "replace"), where)
    if b"\x00" in data[:4096]:
        wide = _decode_utf16(data)
        if wide is None:
            raise ReportError(where, "binary data", "text in UTF-8, UTF-16 or GB18030", "Save the report as txt, docx or pdf.")
        return _checked(wide, where)
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or _looks_chinese(text):
            return _checked(text, where)
    match = from_bytes(data[:200_000]).best()
    if match is not None and _looks_chinese(str(match)):
        return _checked(data.decode(match.encoding, "replace"), where)
    candidates = [data.decode(encoding, "replace") for encoding in ("utf-8", "gb18030")]
    return _checked(min(candidates, key=lambda text: text.count("\ufffd")), where)


def _decode_utf16(data: bytes) -> str | None:
    for encoding in ("utf-16-le", "utf-16-be"):
        text = data.decode(encoding, "replace")
        if _looks_chinese(text):
            return text
    return None


def _looks_chinese(text: str) -> bool:
    sample = text[:20_000]
    common = sum("\u4e00" <= c <= "\u9fff" or c in "，。、；：（）“”《》—\u3000\n\r" or c.isascii() for c in sample)
    rare = sum("\ue000" <= c <= "\uf8ff" or (c < " " and c not in "\t\r\n\f\v") for c in sample)
    return common >= 0.9 * len(sample) and rare <= 0.01 * len(sample)


def _checked(text: str, where: str) -> str:
    damaged = sum(c == "\ufffd" or (c < " " and c not in "\t\r\n\f\v\x1c\x1d\x1e") for c in text)
    if damaged > _MAX_DAMAGED * len(text) + 2:
        raise ReportError(
            where, f"binary or damaged data ({damaged} of {len(text)} characters unreadable)", "text in UTF-8, UTF-16 or GB18030",
            "Open it in an editor and save it as UTF-8.",
        )  # fmt: skip
    if not text.strip("\ufeff\u3000 \t\r\n\x00"):
        raise ReportError(where, "empty file", "the text of a report")
    return text
