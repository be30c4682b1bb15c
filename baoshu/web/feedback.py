"""What readers say about facts → rows for the next annotation round: the paragraph as the pipeline marked it, with their remarks."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from baoshu.errors import RequestError
from baoshu.files import read_jsonl, write_jsonl
from baoshu.types import FACT_TYPES

PROBLEMS = ("value", "subject", "link", "missing", "attributes", "not_a_fact", "other")
_MAX_TEXT = 500


class FeedbackFile:
    """A JSONL file with one row a paragraph: ``id``, ``text``, ``entities`` and ``relations`` (code points) and ``feedback``, a list.

    Rows have the keys of chunks, so that the file can be handed to an annotation round as it is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def add(self, fact: Mapping[str, Any], chunk: Mapping[str, Any], facts: Sequence[Mapping[str, Any]], remark: Mapping[str, str]) -> None:
        """Add a remark on a fact; a paragraph that has a row already keeps it and gets one remark more.

        :param facts: The facts of the paragraph, from which its entities and links are written.
        :param remark: ``problem`` (one of ``PROBLEMS``), and free texts ``proposal`` and ``note``.
        :raises RequestError: for an unknown problem or a remark that is too long.
        """
        if remark.get("problem") not in PROBLEMS:
            raise RequestError("problem", repr(remark.get("problem")), " ".join(PROBLEMS))
        texts = {key: " ".join(remark.get(key, "").split()) for key in ("proposal", "note")}
        for key, text in texts.items():
            if len(text) > _MAX_TEXT:
                raise RequestError(key, f"{len(text):,} characters", f"at most {_MAX_TEXT}")
        said = {"fact_id": fact["fact_id"], "subject": fact["subject"], "value": fact["value"], "problem": remark["problem"], **texts}
        said["at"] = datetime.now(UTC).isoformat(timespec="seconds")
        with self._lock:
            rows = {str(row["id"]): row for row in self.read()}
            row = rows.setdefault(chunk["id"], annotation_row(chunk, facts))
            row["feedback"].append(said)
            write_jsonl(self.path, rows.values())

    def read(self) -> list[dict[str, Any]]:
        """Return the rows, none when there is no file yet."""
        return list(read_jsonl(self.path)) if self.path.is_file() else []


def annotation_row(chunk: Mapping[str, Any], facts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a paragraph with the spans and links of its facts. *Offsets:* code points of the paragraph."""
    offset = chunk["start"]
    spans: dict[tuple[int, int], str] = {}
    links: list[tuple[tuple[int, int], tuple[int, int]]] = []
    for fact in facts:
        value, subject = (fact["start"] - offset, fact["end"] - offset), (fact["subject_start"] - offset, fact["subject_end"] - offset)
        spans |= {value: "VALUE", subject: fact["subject_type"]}
        links.append((value, subject))
    number = {span: index for index, span in enumerate(sorted(spans))}
    return {
        "id": chunk["id"], "report_id": chunk["report_id"], "section": list(chunk["section"]), "text": chunk["text"],
        "entities": [{"id": number[span], "label": spans[span], "start_offset": span[0], "end_offset": span[1]} for span in number],
        "relations": [{"from_id": number[v], "to_id": number[s], "type": FACT_TYPES[spans[s]]} for v, s in links],
        "feedback": [],
    }  # fmt: skip
