"""Confirmed chunks of a round → ``<folder>/<round>/<annotator>.jsonl``, rows as those of the other rounds, in code points."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baoshu.annotate.rows import annotation_to_row
from baoshu.doccano.client import Doccano
from baoshu.doccano.environment import Say, silent
from baoshu.doccano.push import check_name, round_projects
from baoshu.doccano.records import Exported
from baoshu.errors import AnnotationError, BaoshuError, ServerError
from baoshu.files import read_jsonl, sha256, write_jsonl


@dataclass(frozen=True, slots=True)
class Pulled:
    """One annotator's file after a pull, in chunks; ``backup`` holds what stood there before, when that was another."""

    annotator: str
    path: Path
    confirmed: int
    total: int
    new: int
    changed: int
    gone: int
    backup: Path | None


def pull(
    server: Doccano, *, round: str, folder: Path, backups: Path, texts: Mapping[str, str] | None, failures: list[BaoshuError], say: Say = silent
) -> list[Pulled]:
    """Write every annotator's confirmed chunks of a round; an interrupted pull leaves whole files, the old or the new ones.

    :param folder: ``annotations/rounds``. A file that is to change is copied to ``backups`` first.
    :param texts: The chunks' texts by id, to check against; None checks against the hash taken at the push alone.
    :param failures: Takes an error for each confirmed chunk that cannot be used; it is not written.
    :raises ServerError: when the round has no project, or the server is away.
    """
    projects = round_projects(server, check_name(round, "round"))
    if not projects:
        raise ServerError(f"round {round}", "has no project on this server", "one that was pushed", "baoshu annotate push")
    pulled = []
    for annotator, project in projects.items():
        say(f"{annotator}: fetching")
        total = int(server.call("progress", project=project.id)["total"])
        rows = list(_rows(server.export(project, confirmed=True), project.name, texts, failures))
        path = folder / round / f"{check_name(annotator, 'annotator')}.jsonl"
        before = {str(row.get("chunk_id")): row for row in read_jsonl(path)} if path.exists() else {}
        after = {row["chunk_id"]: row for row in rows}
        backup = None
        if not path.exists() or list(before.values()) != rows:
            backup = _back_up(path, backups / round) if path.exists() else None
            write_jsonl(path, rows)
        changed = sum(before[chunk] != after[chunk] for chunk in before.keys() & after.keys())
        new, gone = len(after.keys() - before.keys()), len(before.keys() - after.keys())
        pulled.append(Pulled(annotator, path, len(rows), total, new, changed, gone, backup))
    return pulled


def _rows(found: list[Exported], where: str, texts: Mapping[str, str] | None, failures: list[BaoshuError]) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for one in found:
        place = f"{where}: {one.chunk_id or f'example {one.example_id}'}"
        if isinstance(one.annotation, AnnotationError):
            failures.append(one.annotation)
        elif not one.chunk_id or one.chunk_id in seen:
            what = "stands twice" if one.chunk_id else "has no chunk id"
            failures.append(AnnotationError(place, what, "chunks that were pushed, each once", "Delete it in doccano"))
        elif sha256(one.annotation.text) != one.text_sha256:
            failures.append(
                AnnotationError(place, "its text was edited in doccano", "the text that was pushed", "Restore it there, or push it in a new round")
            )
        elif texts is not None and texts.get(one.chunk_id) != one.annotation.text:
            what = "its text is another in the chunks" if one.chunk_id in texts else "is not among the chunks"
            failures.append(AnnotationError(place, what, "the text that was pushed", "Was the report cleaned anew? Pull with the chunks of the push"))
        else:
            seen.add(one.chunk_id)
            comments = {"comments": list(one.comments)} if one.comments else {}
            # through JSON, so that rows compare equal with those that were read
            yield json.loads(json.dumps(annotation_to_row(one.annotation, chunk_id=one.chunk_id) | comments))


def _back_up(path: Path, folder: Path) -> Path:
    """Copy a file under the first free name of this second."""
    folder.mkdir(parents=True, exist_ok=True)
    stem, number = f"{path.stem}-{time.strftime('%Y%m%d-%H%M%S')}", 1
    while (copy := folder / f"{stem}-{number}.jsonl").exists():
        number += 1
    shutil.copy2(path, copy)
    return copy
