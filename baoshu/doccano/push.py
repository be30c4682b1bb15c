"""Chunks with suggestions → one doccano project for each annotator of a round; what is there already stays as it is."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baoshu.annotate.rows import row_to_annotation
from baoshu.doccano.client import ROWS_PER_IMPORT, Doccano
from baoshu.doccano.deal import deal
from baoshu.doccano.environment import Say, silent
from baoshu.doccano.records import Exported, Project, renumbered
from baoshu.errors import AnnotationError, BaoshuError, ServerError
from baoshu.files import read_jsonl_lines
from baoshu.types import Annotation

NAME = re.compile(r"[\w@+-][\w.@+-]{0,39}")
_SETTLE_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be pushed: checked annotations with ids, and the heading of each chunk."""

    annotations: tuple[Annotation, ...]
    sections: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pushed:
    """One annotator's project after a push, in chunks."""

    annotator: str
    project_id: int
    added: int
    kept: int
    repaired: int
    new_account: bool


def read_batch(path: Path, failures: list[BaoshuError]) -> Batch:
    """Read rows of ``baoshu suggest``: ``id`` or ``chunk_id``, ``text``, ``entities``, ``relations``. *Offsets:* code points.

    :param failures: Takes the error of each row that doccano would drop, cut or refuse; push nothing when there is one.
    """
    found: dict[str, Annotation] = {}
    sections: dict[str, str] = {}
    for number, row in read_jsonl_lines(path, failures):
        where = f"{path}:{number}"
        chunk_id = row.get("chunk_id", row.get("id"))
        try:
            if not isinstance(chunk_id, str) or not chunk_id:
                raise AnnotationError(where, f"id is {chunk_id!r}", "the chunk's id", "Rows of baoshu chunk have one")
            if chunk_id in found:
                raise AnnotationError(where, f"the chunk {chunk_id} stands twice", "each chunk once")
            if "error" in row:
                raise AnnotationError(where, f"the suggestion failed: {row['error']}", "a suggested row", "baoshu suggest")
            annotation = row_to_annotation(row, where, id=chunk_id)
            if not annotation.text.strip() or re.search("[\x00\ud800-\udfff]", annotation.text):
                raise AnnotationError(where, "text that no database holds (blank, NUL or half a surrogate pair)", "readable text")
        except AnnotationError as error:
            failures.append(error)
            continue
        found[chunk_id] = annotation
        sections[chunk_id] = " › ".join(map(str, row.get("section") or ()))
    return Batch(tuple(found.values()), sections)


def check_name(name: str, what: str) -> str:
    """Return a name of a round or annotator that can be a file's name and an account's.

    :raises ServerError: otherwise.
    """
    if not NAME.fullmatch(name):
        raise ServerError(f"{what} {name!r}", "not a name", "up to 40 letters, digits and . @ + - _, not starting with a dot")
    return name


def round_projects(server: Doccano, round: str) -> dict[str, Project]:
    """Return the projects of a round by annotator, in the order in which they were made."""
    found = [p for p in server.projects() if p.tag("round") == round and p.tag("annotator")]
    return {str(p.tag("annotator")): p for p in reversed(found)}


def push(
    server: Doccano, batch: Batch, *, round: str, annotators: Sequence[str], overlap: float, guideline: str, labels: Mapping[str, Any],
    auto_label: str | None = None, say: Say = silent,
) -> list[Pushed]:  # fmt: skip
    """Bring every annotator's project of a round up to date; interrupted or repeated it ends with the same chunks, each once.

    :param annotators: Empty for those who have a project in the round already.
    :raises ServerError: when the server is away or its worker dead, for a chunk whose text is another there, and when what arrived
        differs from what was sent.
    """
    there = round_projects(server, check_name(round, "round"))
    names = [check_name(name, "annotator") for name in dict.fromkeys(annotators)] or list(there)
    if not names:
        raise ServerError(f"round {round}", "nobody annotates in it", "--annotators name,name")
    wanted = {a.id: a for a in batch.annotations}
    new_accounts, repaired = {}, Counter[str]()
    for name in names:
        tags = [f"round:{round}", f"annotator:{name}"]
        project = server.ensure_project(f"{round} {name}", tags, description=f"报数标注 {round}，{name}", guideline=guideline, labels=labels)
        there[name] = project
        new_accounts[name] = server.ensure_annotator(project, name)
        if auto_label:
            _set_auto_label(server, project, auto_label, batch, say)
    for name, project in there.items():
        repaired[name] = _repair(server, project, wanted, say)
    given = {name: _chunks(server, project, wanted) for name, project in there.items()}
    try:
        dealt = deal(list(wanted), names, overlap=overlap, given=given)
    except ValueError as error:
        raise ServerError(f"round {round}", str(error), "an overlap from 0 to 1, and two annotators for one above 0") from error
    pushed = []
    for name in names:
        upload(server, there[name], [wanted[chunk] for chunk in dealt[name]], batch.sections, say)
        pushed.append(Pushed(name, there[name].id, len(dealt[name]), len(given[name]), repaired[name], new_accounts[name]))
    return pushed


def fill(server: Doccano, project: Project, annotations: Sequence[Annotation], sections: Mapping[str, str], say: Say = silent) -> int:
    """Bring a project up to date with these chunks, as :func:`push` does with an annotator's; returns how many were added."""
    wanted = {a.id: a for a in annotations}
    _repair(server, project, wanted, say)
    there = _chunks(server, project, wanted)
    new = [a for a in annotations if a.id not in there]
    upload(server, project, new, sections, say)
    return len(new)


def _set_auto_label(server: Doccano, project: Project, url: str, batch: Batch, say: Say) -> None:
    """Configure the button; a service that the server does not reach yet is said, and no error."""
    server.call("set_auto_label", project=project.id, url=url)
    try:
        answer = server.call("try_auto_label", project=project.id, text=batch.annotations[0].text if batch.annotations else "增长3%")
    except ServerError as error:
        say(f"{project.name}: the button will work once doccano reaches {url} ({error.what})")
        return
    if not isinstance(answer, dict) or not isinstance(answer.get("entities"), list):
        raise ServerError(url, f"answers {str(answer)[:80]!r}", '{"entities": [{"label", "start_offset", "end_offset"}]}', "Is it baoshu serve?")


def _chunks(server: Doccano, project: Project, wanted: Mapping[str, Annotation]) -> set[str]:
    """Return the chunks of a project; two of one id, or one of another text than ours, are an error."""
    found: set[str] = set()
    for example in server.examples(project):
        where = f"{project.name}: {example.chunk_id}"
        if example.chunk_id in found:
            raise ServerError(where, "stands twice in the project", "each chunk once", "Delete one of the two in doccano")
        if example.chunk_id in wanted and wanted[example.chunk_id].text != example.text:
            raise ServerError(where, "its text in doccano is another", "the same text under the same id", "Push it in a new --round")
        found.add(example.chunk_id)
    return found


def upload(server: Doccano, project: Project, annotations: Sequence[Annotation], sections: Mapping[str, str], say: Say = silent) -> None:
    """Import chunks that are not there and compare what arrived. While it lasts tags mark the project, for the next push to look after.

    :raises ServerError: when a chunk did not arrive as it was sent.
    """
    marks = []
    for begin in range(0, len(annotations), ROWS_PER_IMPORT):
        say(f"{project.name}: {begin} of {len(annotations)} chunks")
        name = f"{secrets.token_hex(8)}.jsonl"
        marks.append(server.call("add_tag", project=project.id, text=f"upload:{name}"))
        task = server.start_import(project, name, annotations[begin : begin + ROWS_PER_IMPORT], sections)
        marks.append(server.call("add_tag", project=project.id, text=f"upload:{name}:{task}"))
        server.wait(task)
    if not annotations:
        return
    wanted = {a.id: a for a in annotations}
    arrived = [one for one in server.export(project, confirmed=False) if one.chunk_id in wanted]
    missing, wrong = len(wanted) - len({one.chunk_id for one in arrived}), len(_differing(arrived, wanted))
    if missing or wrong:
        what = f"of {len(wanted)} chunks {missing} did not arrive and {wrong} arrived otherwise"
        raise ServerError(project.name, what, "all as sent", "Push again: it mends them")
    for mark in marks:
        server.call("delete_tag", project=project.id, tag=mark)


def _repair(server: Doccano, project: Project, wanted: Mapping[str, Annotation], say: Say) -> int:
    """Delete what an interrupted upload left half done, unless somebody confirmed it; returns the number of chunks deleted."""
    marks = {int(tag): text.split(":")[1:] for tag, text in project.tags.items() if text.startswith("upload:")}
    if not marks:
        return 0
    say(f"{project.name}: an upload was interrupted; comparing what arrived")
    for mark in marks.values():
        if len(mark) > 1:
            try:
                server.wait(mark[1], seconds=_SETTLE_SECONDS)
            except ServerError:
                server.call("projects")  # a task that failed or was lost with its worker is no obstacle; a server that is away is
    names = {mark[0] for mark in marks.values()}
    left = {e.id: e for e in server.examples(project) if e.upload_name in names and not e.confirmed}
    foreign = {e.chunk_id for e in left.values()} - set(wanted)
    if foreign:
        raise ServerError(
            project.name, f"an interrupted upload left {len(foreign)} chunks of another file", "the file of that push", "Push that file first"
        )
    doomed = [one for one in _differing(server.export(project, confirmed=False), wanted) if one in left]
    server.delete(project, doomed)
    for tag in marks:
        server.call("delete_tag", project=project.id, tag=tag)
    return len(doomed)


def _differing(found: Iterable[Exported], wanted: Mapping[str, Annotation]) -> list[int]:
    """Return the ids on the server of chunks that are not as sent, or stand there a second time."""
    wrong, seen = [], set()
    for one in found:
        sent = wanted.get(one.chunk_id)
        if sent is None or one.annotation != renumbered(sent) or sent.id in seen:
            wrong.append(one.example_id)
        else:
            seen.add(sent.id)
    return wrong
