"""A review on the real server: what annotators agree on goes up, what the reviewer decides comes down and becomes gold."""

from baoshu.annotate.adjudicate import merge_round, review_rows, settle
from baoshu.annotate.markup import format_markup, parse_markup
from baoshu.annotate.read import by_id, read_rows
from baoshu.doccano.pull import pull
from baoshu.doccano.push import push, read_batch
from baoshu.files import write_jsonl

ANN = {"r:1": "{M1|税收}增{V>M1|3%}", "r:2": "😀建设{P1|白河水厂}，{M1|税收}{V>M1|3%}"}
BO = {"r:1": "{M1|税收}增{V>M1|3%}", "r:2": "😀建设白河{P1|水厂}，{M1|税收}{V>M1|3%}"}


def test_a_reviewer_decides_on_the_server_what_two_annotators_dispute(server, state, settings, person, tmp_path):
    failures = []
    merged = merge_round({name: {i: parse_markup(text, id=i) for i, text in marked.items()} for name, marked in (("ann", ANN), ("bo", BO))}, failures)
    write_jsonl(tmp_path / "review.jsonl", review_rows(merged))
    batch = read_batch(tmp_path / "review.jsonl", failures)
    (pushed,) = push(server, batch, round="one-review", annotators=["chief"], overlap=0, **settings)
    chief, project = person("chief"), pushed.project_id
    ((chunk_id, example),) = chief.examples(project).items()
    assert (chunk_id, example["meta"]["section"]) == ("r:2", "【边界】第4–7字　ann：项目「白河水厂」；bo：项目「水厂」")
    types = {one["text"]: one["id"] for one in chief.get(f"projects/{project}/span-types")}
    assert sorted(span["label"] for span in chief.spans(project, example["id"])) == sorted([types["METRIC"], types["VALUE"]])
    chief.post(f"projects/{project}/examples/{example['id']}/spans", {"label": types["PROJECT"], "start_offset": 4, "end_offset": 8})
    chief.confirm(project, example["id"])
    (pulled,) = pull(server, round="one-review", folder=tmp_path, backups=state.path("backups"), texts=None, failures=failures)
    gold = settle(merged, by_id(read_rows(pulled.path, failures), str(pulled.path), failures), failures)
    assert failures == [] and {chunk_id: format_markup(annotation) for chunk_id, annotation in gold.items()} == ANN
