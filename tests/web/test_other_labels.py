"""Pages in a folder whose labels are others than those of facts."""

import json

import pytest
from plain_fact import PLAIN

from baoshu.facts.extract import fact_row
from baoshu.scheme import current_scheme
from baoshu.web.feedback import annotation_row
from baoshu.web.language import strings
from baoshu.web.progress import gather, view

COLOURS = {"backgroundColor": "#000000", "textColor": "#FFFFFF"}


@pytest.fixture
def other_labels(tmp_path, monkeypatch):
    """Give the process two labels, one of which is called as a word of the pages."""
    spans = [{"text": "price", "title": "价格", "suffixKey": "p", **COLOURS}, {"text": "search", "title": "搜查", "suffixKey": "s", **COLOURS}]
    path = tmp_path / "labels.json"
    path.write_text(json.dumps({"spans": spans, "relations": []}), encoding="utf-8")
    monkeypatch.setenv("BAOSHU_LABELS", str(path))
    current_scheme.cache_clear()
    yield
    current_scheme.cache_clear()


def test_labels_are_called_as_their_file_says(other_labels, tmp_path):
    assert "search" in strings()
    assert view(gather(tmp_path, tmp_path / "chunks.jsonl"), 0, "zh")["labels"] == {"price": "价格", "search": "搜查"}


def test_remarks_on_facts_keep_the_links_of_facts(other_labels):
    chunk = {"id": "qingshi-2026:1", "report_id": "qingshi-2026", "section": [], "text": PLAIN.sentence, "start": 0}
    assert [link["type"] for link in annotation_row(chunk, [fact_row(PLAIN)])["relations"]] == ["指标值"]
