"""A round on the real server: what goes up comes down, byte for byte, and nothing twice."""

import json
import os

import pytest

from baoshu.annotate.rows import annotation_to_row, utf16_offsets
from baoshu.doccano.client import Doccano
from baoshu.doccano.pull import Pulled, pull
from baoshu.doccano.push import fill, push, round_projects, upload
from baoshu.errors import ServerError
from baoshu.files import read_jsonl

MARKED = {
    "r:emoji": "😀{L1|青石县}{M1@L1|粮食产量}达到{V>M1|12万吨}，👨‍👩‍👧{M2|户籍人口}{V>M2|3万人}。",
    "r:extension-b": "𠀀城{M1|税收}、𪚥{M2|出口}分别增长{V>M1|3%}、{V>M2|5%}",
    "r:plain": "{P1|白河水厂二期}日供水{V>P1|5万吨}/天，\\{花括号\\}“引号” \\\\反斜杠",
    "r:edges": "\u3000e\u0301　a\tb\u2028c&amp;<b> 　",
    "r:unmarked": "各位代表：",
}
IDS = list(MARKED)


def by_chunk(path):
    return {row["chunk_id"]: row for row in read_jsonl(path)}


def rows_of(batch):
    return {a.id: json.loads(json.dumps(annotation_to_row(a, chunk_id=a.id))) for a in batch.annotations}


def fetch(server, state, tmp_path, round, **options):
    failures = []
    pulled = pull(server, round=round, folder=tmp_path / "rounds", backups=state.path("backups"), texts=None, failures=failures, **options)
    return pulled, failures


def test_entities_relations_and_texts_come_back_byte_for_byte(server, state, settings, batch_of, person, tmp_path):
    batch = batch_of(MARKED)
    (pushed,) = push(server, batch, round="trip", annotators=["陈"], overlap=0, **settings)
    assert (pushed.added, pushed.kept, pushed.repaired, pushed.new_account) == (5, 0, 0, True)
    chen = person("陈")
    examples = chen.examples(pushed.project_id)
    assert list(examples) == IDS
    assert {chunk: one["text"] for chunk, one in examples.items()} == {a.id: a.text for a in batch.annotations}
    chen.confirm(pushed.project_id, *(one["id"] for one in examples.values()))
    (pulled,), failures = fetch(server, state, tmp_path, "trip")
    path = tmp_path / "rounds" / "trip" / "陈.jsonl"
    assert failures == [] and pulled == Pulled("陈", path, 5, 5, 5, 0, 0, None)
    assert by_chunk(path) == rows_of(batch)
    assert [row["chunk_id"] for row in read_jsonl(path)] == IDS


def test_the_browser_gets_offsets_in_utf16(server, state, settings, batch_of, person):
    batch = batch_of(MARKED)
    (pushed,) = push(server, batch, round="utf16", annotators=["li"], overlap=0, **settings)
    li = person("li")
    example = li.examples(pushed.project_id)["r:emoji"]
    found = {(span["start_offset"], span["end_offset"]) for span in li.spans(pushed.project_id, example["id"])}
    convert = utf16_offsets(example["text"])
    assert found == {(convert(span.start), convert(span.end)) for span in batch.annotations[0].spans}
    utf16 = example["text"].encode("utf-16-le")
    assert "粮食产量" in {utf16[2 * start : 2 * end].decode("utf-16-le") for start, end in found}


def test_a_second_push_changes_nothing(server, state, settings, batch_of):
    options = dict(round="twice", overlap=0, **settings)
    (first,) = push(server, batch_of(MARKED), annotators=["li"], **options)
    (second,) = push(server, batch_of(MARKED), annotators=[], **options)
    assert (second.project_id, second.added, second.kept, second.new_account) == (first.project_id, 0, 5, False)
    (third,) = push(server, batch_of(MARKED | {"r:more": "{M1|税收}{V>M1|3亿元}"}), annotators=["li"], **options)
    assert (third.added, third.kept) == (1, 5)
    assert len(server.examples(round_projects(server, "twice")["li"])) == 6
    assert len([p for p in server.projects() if p.tag("round") == "twice"]) == 1


def test_the_project_has_the_labels_keys_colours_and_the_guideline(server, state, settings, batch_of):
    (pushed,) = push(server, batch_of(MARKED), round="labels", annotators=["li"], overlap=0, **settings)
    project = next(p for p in server.projects() if p.id == pushed.project_id)
    assert project.guideline.strip() == settings["guideline"].strip()
    spans = server.call("label_types", project=project.id, kind="span")
    assert {(s["text"], s["suffix_key"], s["background_color"]) for s in spans} == {
        (s["text"], s["suffixKey"], s["backgroundColor"]) for s in settings["labels"]["spans"]
    }
    relations = server.call("label_types", project=project.id, kind="relation")
    assert {(r["text"], r["background_color"]) for r in relations} == {(r["text"], r["color"]) for r in settings["labels"]["relations"]}


def test_two_annotators_share_a_part_and_see_only_their_own_project(server, state, settings, batch_of, person, tmp_path):
    marked = {f"r:{number}": f"{{M1|税收}}增长{{V>M1|{number}%}}" for number in range(10)}
    pushed = push(server, batch_of(marked), round="two", annotators=["li", "王"], overlap=0.2, **settings)
    assert [(one.annotator, one.added) for one in pushed] == [("li", 6), ("王", 6)]
    people = {one.annotator: person(one.annotator) for one in pushed}
    for one in pushed:
        me = people[one.annotator]
        assert me.get("me")["is_superuser"] is False and me.get("me")["is_staff"] is False
        assert me.get(f"projects/{one.project_id}/my-role")["rolename"] == "annotator"
        assert all(len(me.spans(one.project_id, example["id"])) == 2 for example in me.examples(one.project_id).values())
        other = next(o for o in pushed if o is not one)
        assert me.refused("GET", f"projects/{other.project_id}/examples") == 403
        assert me.refused("POST", f"projects/{one.project_id}/download", {"format": "JSONL"}) == 403
        me.confirm(one.project_id, *(example["id"] for example in me.examples(one.project_id).values()))
    pulled, failures = fetch(server, state, tmp_path, "two")
    assert failures == [] and [(one.annotator, one.confirmed) for one in pulled] == [("li", 6), ("王", 6)]
    files = [by_chunk(one.path) for one in pulled]
    assert len(files[0].keys() & files[1].keys()) == 2 and files[0].keys() | files[1].keys() == set(marked)


def test_edits_and_deletions_are_fetched_and_the_old_file_is_kept(server, state, settings, batch_of, person, tmp_path):
    (pushed,) = push(server, batch_of(MARKED), round="edit", annotators=["li"], overlap=0, **settings)
    project, li = pushed.project_id, person("li")
    examples = {chunk: one["id"] for chunk, one in li.examples(project).items()}
    li.confirm(project, examples["r:emoji"], examples["r:plain"], examples["r:unmarked"])
    fetch(server, state, tmp_path, "edit")
    path = tmp_path / "rounds" / "edit" / "li.jsonl"
    before = path.read_bytes()
    assert set(by_chunk(path)) == {"r:emoji", "r:plain", "r:unmarked"}
    (again,), _ = fetch(server, state, tmp_path, "edit")
    assert (again.new, again.changed, again.gone, again.backup) == (0, 0, 0, None)

    people = next(s for s in li.spans(project, examples["r:emoji"]) if s["end_offset"] > 20)  # its relation goes with it
    li.request("DELETE", f"projects/{project}/examples/{examples['r:emoji']}/spans/{people['id']}")
    label = next(t["id"] for t in li.get(f"projects/{project}/span-types") if t["text"] == "PROJECT")
    li.post(f"projects/{project}/examples/{examples['r:unmarked']}/spans", {"start_offset": 0, "end_offset": 4, "label": label})
    li.post(f"projects/{project}/comments?example={examples['r:unmarked']}", {"text": "是称呼吗？"})
    li.confirm(project, examples["r:plain"], examples["r:edges"])  # takes the one back
    (pulled,), failures = fetch(server, state, tmp_path, "edit")
    assert failures == [] and (pulled.confirmed, pulled.new, pulled.changed, pulled.gone) == (3, 1, 2, 1)
    assert pulled.backup.read_bytes() == before
    found = by_chunk(path)
    assert set(found) == {"r:emoji", "r:unmarked", "r:edges"}
    assert found["r:unmarked"]["entities"] == [{"id": 0, "label": "PROJECT", "start_offset": 0, "end_offset": 4}]
    assert found["r:unmarked"]["comments"] == ["是称呼吗？"]
    assert len(found["r:emoji"]["entities"]) == 4 and [r["type"] for r in found["r:emoji"]["relations"]].count("指标值") == 1


def test_a_text_that_was_edited_in_doccano_is_not_taken(server, state, settings, batch_of, person, tmp_path):
    (pushed,) = push(server, batch_of(MARKED), round="text", annotators=["li"], overlap=0, **settings)
    li = person("li")
    examples = li.examples(pushed.project_id)
    li.confirm(pushed.project_id, examples["r:plain"]["id"], examples["r:unmarked"]["id"])
    assert li.refused("PATCH", f"projects/{pushed.project_id}/examples/{examples['r:unmarked']['id']}", {"text": "各位代表!"}) == 403
    boss = type(li)(li.url, state.admin())
    boss.request("PATCH", f"projects/{pushed.project_id}/examples/{examples['r:unmarked']['id']}", {"text": "各位代表!"})
    (pulled,), failures = fetch(server, state, tmp_path, "text")
    assert [failure.what for failure in failures] == ["its text was edited in doccano"] and set(by_chunk(pulled.path)) == {"r:plain"}
    with pytest.raises(ServerError, match="its text in doccano is another"):
        push(server, batch_of(MARKED), round="text", annotators=["li"], overlap=0, **settings)


def test_chunks_are_compared_with_their_texts(server, state, settings, batch_of, person, tmp_path):
    (pushed,) = push(server, batch_of(MARKED), round="chunks", annotators=["li"], overlap=0, **settings)
    li = person("li")
    li.confirm(pushed.project_id, *(one["id"] for one in li.examples(pushed.project_id).values()))
    texts = {a.id: a.text for a in batch_of(MARKED).annotations} | {"r:plain": "白河水厂"}
    del texts["r:emoji"]
    failures = []
    pull(server, round="chunks", folder=tmp_path, backups=tmp_path, texts=texts, failures=failures)
    assert [f.what for f in failures] == ["is not among the chunks", "its text is another in the chunks"]
    assert set(by_chunk(tmp_path / "chunks" / "li.jsonl")) == {"r:extension-b", "r:edges", "r:unmarked"}


def test_a_half_done_import_is_mended_by_the_next_push(server, state, settings, batch_of, person):
    batch = batch_of(MARKED)
    options = dict(round="half", annotators=["li"], overlap=0, **settings)
    (empty,) = push(server, batch_of({}), **options)
    project = round_projects(server, "half")["li"]
    bare = [type(a)(a.text, (), (), a.id) for a in batch.annotations[:3]]  # as when the worker dies after the texts
    server.call("add_tag", project=project.id, text="upload:half.jsonl")
    for _ in range(2):  # and as when it tries again
        server.wait(server.start_import(project, "half.jsonl", bare, {}))
    (pushed,) = push(server, batch, **options)
    assert (empty.added, pushed.repaired, pushed.added, pushed.kept) == (0, 6, 5, 0)
    arrived = {one.chunk_id: one.annotation for one in server.export(project, confirmed=False)}
    assert arrived == {a.id: a for a in batch.annotations}
    assert round_projects(server, "half")["li"].tags.keys() == project.tags.keys()


def test_what_somebody_confirmed_is_never_deleted(server, state, settings, batch_of, person):
    batch = batch_of(MARKED)
    options = dict(round="kept", annotators=["li"], overlap=0, **settings)
    (pushed,) = push(server, batch, **options)
    li = person("li")
    example = li.examples(pushed.project_id)["r:plain"]
    li.request("DELETE", f"projects/{pushed.project_id}/examples/{example['id']}/spans")
    li.confirm(pushed.project_id, example["id"])
    server.call("add_tag", project=pushed.project_id, text=f"upload:{example['upload_name']}")
    (again,) = push(server, batch, **options)
    assert (again.repaired, again.added, again.kept) == (0, 0, 5)
    assert li.examples(pushed.project_id)["r:plain"]["id"] == example["id"]


def test_any_project_can_be_filled_and_read(server, state, settings, batch_of):
    annotations = batch_of(MARKED).annotations
    project = server.ensure_project("审定 first", ["review:first"], description="审定", **settings)
    assert fill(server, project, annotations, {}) == 5
    assert fill(server, project, annotations, {}) == 0
    assert [one.annotation for one in server.export(project, confirmed=False)] == list(annotations)
    assert server.export(project, confirmed=True) == []


def test_a_chunk_that_arrives_twice_is_noticed_and_mended(server, state, settings, batch_of):
    annotations = batch_of(MARKED).annotations
    project = server.ensure_project("twice there", ["review:twice"], description="-", **settings)
    fill(server, project, annotations, {})
    with pytest.raises(ServerError, match="0 did not arrive and 1 arrived otherwise"):
        upload(server, project, annotations[:1], {})
    (project,) = (p for p in server.projects() if p.id == project.id)
    assert fill(server, project, annotations, {}) == 0
    assert [one.annotation for one in server.export(project, confirmed=False)] == list(annotations)


def test_only_the_owner_can_read_passwords(server, state, settings, batch_of):
    push(server, batch_of(MARKED), round="modes", annotators=["li"], overlap=0, **settings)
    names = ("admin.json", "annotators.json", "secret.json", "server.json")
    assert {name: oct(state.path(name).stat().st_mode & 0o777) for name in names} == dict.fromkeys(names, "0o600")
    assert state.folder.stat().st_mode & 0o777 == 0o700
    assert len(state.annotator("li").password) >= 12
    assert not list(state.path("media").glob("*.zip"))


def test_an_administrator_is_no_annotator_and_an_account_from_elsewhere_keeps_its_password(server, state, settings, batch_of):
    with pytest.raises(ServerError, match="annotator admin: is an administrator"):
        push(server, batch_of(MARKED), round="people", annotators=["admin"], overlap=0, **settings)
    server.call("create_user", username="elsewhere", password="a-long-password")
    (pushed,) = push(server, batch_of(MARKED), round="people", annotators=["elsewhere"], overlap=0, **settings)
    assert not pushed.new_account and "elsewhere" not in state.annotators()


def test_a_wrong_password_is_an_error_with_the_name(state):
    with pytest.raises(ServerError, match="the login as li is refused"), Doccano(state, account=type(state.admin())("li", os.urandom(4).hex())):
        pass
