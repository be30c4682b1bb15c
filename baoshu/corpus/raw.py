"""The texts that a tok2vec is pretrained on: chunks of all reports, annotated or not, but for those that measure."""

from __future__ import annotations

from pathlib import Path

from baoshu.errors import CorpusError
from baoshu.files import read_json, read_jsonl_lines, write_jsonl

_HELD_BACK = ("dev", "test")


def write_raw_texts(corpus: Path, out: Path) -> tuple[int, int]:
    """Write the distinct texts of ``chunks.jsonl`` as rows ``{text}`` in their order, without those of dev and test reports.

    :param corpus: Folder with ``chunks.jsonl`` and the ``split.json`` of the built corpus.
    :returns: How many texts, and how many reports that are not annotated gave some.
    :raises CorpusError: when there is no text.
    """
    path = corpus / "chunks.jsonl"
    texts: dict[str, None] = {}
    own: set[str] = set()
    if path.is_file():
        split = read_json(corpus / "split.json")["split"]
        for number, row in read_jsonl_lines(path):
            text, report_id = row.get("text"), str(row.get("report_id"))
            if not isinstance(text, str):
                raise CorpusError(f"{path}:{number}", f"text is {text!r}"[:80], "a string", "Write it with: baoshu chunk")
            if split.get(report_id) not in _HELD_BACK and text.strip():
                texts[text] = None
                own |= {report_id} - split.keys()
    if not texts:
        raise CorpusError(
            str(path), "no raw text", "chunks of reports outside dev and test",
            "Put reports into corpus/raw and run: spacy project run ingest, spacy project run chunk",
        )  # fmt: skip
    write_jsonl(out, ({"text": text} for text in texts))
    return len(texts), len(own)
