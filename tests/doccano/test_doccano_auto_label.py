"""The button for automatic labels: doccano asks ``baoshu serve``, which answers with the spans of a trained pipeline."""

import subprocess
import sys

import pytest
import spacy

from baoshu.annotate.rows import utf16_offsets
from baoshu.doccano.push import push

TEXT = "😀粮食产量达到12万吨，税收增长5.2%。"


@pytest.fixture
def service(small_model, tmp_path):
    """Run ``baoshu serve`` with the small pipeline; returns its address."""
    command = [sys.executable, "-u", "-m", "baoshu", "serve", "--port", "0", "--model", str(small_model)]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process.stderr.readline().split("/ (")[0]
        finally:
            process.terminate()


def test_the_button_adds_the_suggestions_of_the_served_pipeline_once(server, state, settings, batch_of, person, service, small_model):
    url = f"{service}/doccano/suggest"
    said = []
    options = dict(round="button", annotators=["li"], overlap=0, say=said.append, **settings)
    push(server, batch_of({"r:1": TEXT}), auto_label="http://127.0.0.1:9/doccano/suggest", **options)
    assert "the button will work once doccano reaches http://127.0.0.1:9" in "".join(said)
    (pushed,) = push(server, batch_of({"r:1": TEXT}), auto_label=url, **options)
    push(server, batch_of({"r:1": TEXT}), auto_label=url, **options)
    li = person("li")
    example = li.examples(pushed.project_id)["r:1"]
    assert li.spans(pushed.project_id, example["id"]) == []

    in_utf16 = utf16_offsets(TEXT)
    suggested = sorted((in_utf16(span.start_char), in_utf16(span.end_char)) for span in spacy.load(small_model)(TEXT).ents)
    assert len(suggested) >= 3 and suggested[0][0] > 1
    for _ in range(2):  # a second press adds nothing
        li.post(f"projects/{pushed.project_id}/auto-labeling?example={example['id']}", {})
        spans = li.spans(pushed.project_id, example["id"])
        assert sorted((span["start_offset"], span["end_offset"]) for span in spans) == suggested
    configs = type(li)(li.url, state.admin()).get(f"projects/{pushed.project_id}/auto-labeling/configs")
    assert [one["model_attrs"]["url"] for one in configs] == [url]
