"""Coverage-guided fuzzing of the readers and parsers with atheris: ``python scripts/fuzz.py docx -max_total_time=300``.

The first argument is a target, the others go to libFuzzer. ``make fuzz`` runs all targets; an input that raises anything but a
BaoshuError, or that takes over a minute, ends the run and is kept as ``crash-…`` or ``timeout-…`` in the working folder.
"""

from __future__ import annotations

import io
import sys
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["baoshu"]):
    from baoshu.annotate.markup import parse_markup
    from baoshu.annotate.rows import row_to_annotation
    from baoshu.errors import BaoshuError
    from baoshu.facts.quantity import parse_quantity
    from baoshu.files import read_jsonl_or_errors
    from baoshu.reports.chunk import split_report
    from baoshu.reports.docx import read_docx
    from baoshu.reports.html import read_html
    from baoshu.reports.pdf import read_pdf
    from baoshu.reports.read import parse_report
    from baoshu.types import Report

_TEXT = "临澜市政府工作报告\n各位代表：\n一、2025年工作回顾\n全市生产总值增长6.1%，新增就业3.2万人。\n二、2026年工作安排\n增长6%左右。\n"
_XML = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>渔港</w:t></w:r></w:p></w:body></w:document>'


def _zipped(xml: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", xml)
    return stream.getvalue()


def _chunks(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    chunks = split_report(Report("r", text, "", "r.txt"))
    if any(text[chunk.start : chunk.end] != chunk.text for chunk in chunks):
        raise AssertionError("a chunk does not slice its report")


def _rows(data: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        file.write(data)
        file.flush()
        for _, row in read_jsonl_or_errors(Path(file.name)):
            if isinstance(row, dict):
                row_to_annotation(row, "row")


TARGETS: dict[str, tuple[Callable[[bytes], Any], bytes]] = {
    "docx": (lambda data: read_docx(data, "a"), _zipped(_XML.encode())),
    "xml": (lambda data: read_docx(_zipped(data), "a"), _XML.encode()),
    "html": (lambda data: read_html(data, "a"), f"<html><body><p>{_TEXT}</p></body></html>".encode()),
    "pdf": (lambda data: read_pdf(data, "a"), b"%PDF-1.4\n"),
    "txt": (lambda data: parse_report(data, "a.txt"), _TEXT.encode("gb18030")),
    "chunks": (_chunks, _TEXT.encode()),
    "quantity": (lambda data: parse_quantity(data.decode("utf-8", "replace")), "1600余万元".encode()),
    "markup": (lambda data: parse_markup(data.decode("utf-8", "replace")), "{生产总值|METRIC}增长{6.1%|VALUE}".encode()),
    "rows": (_rows, b'{"text": "a", "entities": [], "relations": []}\n'),
}


def main() -> None:
    """Fuzz one target, from a seed that it accepts."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"usage: python scripts/fuzz.py {{{','.join(TARGETS)}}} [libFuzzer options]")
    function, seed = TARGETS[sys.argv[1]]

    def one(data: bytes) -> None:
        with suppress(BaoshuError):
            function(data)

    with tempfile.TemporaryDirectory() as corpus:
        Path(corpus, "seed").write_bytes(seed)
        atheris.Setup([sys.argv[0], "-timeout=60", "-rss_limit_mb=4096", *sys.argv[2:], corpus], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
