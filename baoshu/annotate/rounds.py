"""Rounds of annotation: ``annotations/rounds/<round>/<annotator>.jsonl``, and how far each annotator is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from baoshu.annotate.read import CHUNKS, annotator_files, by_id, read_rows
from baoshu.annotate.rows import row_id
from baoshu.errors import AnnotationError, BaoshuError
from baoshu.files import read_json, read_jsonl
from baoshu.scheme import current_scheme
from baoshu.types import Annotation

Round = dict[str, dict[str, Annotation]]


def find_round(name: str, rounds: Path) -> Path:
    """Return the folder of a round, by its name among ``rounds`` or by its path.

    :raises AnnotationError: when there is none.
    """
    for folder in (rounds / name, Path(name)):
        if folder.is_dir():
            return folder
    known = sorted(path.name for path in rounds.glob("*") if path.is_dir())
    raise AnnotationError(str(rounds / name), "no such round", f"one of {', '.join(known)}" if known else f"a folder in {rounds}")


def read_round(folder: Path, failures: list[BaoshuError]) -> Round:
    """Read what each annotator of a round has, by chunk id.

    :param failures: Takes the error of each row that cannot be read and of each id that stands twice.
    :raises AnnotationError: when the folder holds no annotator's file.
    """
    files = annotator_files(folder)
    if not files:
        raise AnnotationError(str(folder), "no annotator's file", "<annotator>.jsonl", "Run: baoshu annotate pull")
    return {name: by_id(read_rows(path, failures), str(path), failures) for name, path in files.items()}


def progress(rounds: Path, chunks: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Count what has been annotated and what is left, as plain data.

    The chunks of a round are those of its ``chunks.jsonl``, or those that any of its annotators has.

    :param chunks: Rows with ``id`` and ``text`` of everything that is to be annotated.
    :returns: ``chunks`` and ``characters`` given, how many of the chunks were annotated 0, 1, 2 … ``times``, and for each of
        ``rounds`` its ``chunks`` and for each of ``annotators`` the chunks ``done`` and ``left``, the ``broken`` rows that cannot be
        read, the ``characters`` done, ``spans`` by label and ``links`` by type.
    """
    texts = {row_id(row): str(row.get("text", "")) for row in chunks}
    times: Counter[str] = Counter()
    found: dict[str, Any] = {}
    for folder in sorted(path for path in rounds.glob("*") if path.is_dir()):
        files = annotator_files(folder)
        planned = {row_id(row) for row in read_jsonl(folder / CHUNKS)} if (folder / CHUNKS).is_file() else None
        if not files and planned is None:
            continue
        annotators: dict[str, dict[str, Any]] = {}
        done: dict[str, dict[str, Annotation]] = {}
        for name, path in files.items():
            failures: list[BaoshuError] = []
            done[name] = by_id(read_rows(path, failures), str(path), failures)
            annotators[name] = {**_count(done[name]), "broken": len(failures)}
            times.update(done[name].keys())
        wanted = planned if planned is not None else {chunk_id for chunks_done in done.values() for chunk_id in chunks_done}
        for name, counts in annotators.items():
            counts["left"] = len(wanted - done[name].keys())
        found[folder.name] = {"chunks": len(wanted), "annotators": annotators}
    return {
        "chunks": len(texts),
        "characters": sum(len(text) for text in texts.values()),
        "times": {str(number): n for number, n in sorted(Counter(times[chunk_id] for chunk_id in texts).items())},
        "rounds": found,
    }


def stored_agreement(rounds: Path) -> dict[str, dict[str, Any]]:
    """Return the figures of each round's ``agreement.json`` by its name, by the names of the two as well where it has several pairs."""
    found = {}
    for path in sorted(rounds.glob("*/agreement.json")):
        pairs = read_json(path)["pairs"]
        for pair in pairs:
            found[path.parent.name + (f" {pair['first']}–{pair['second']}" if len(pairs) > 1 else "")] = pair
    return found


def _count(annotations: Mapping[str, Annotation]) -> dict[str, Any]:
    labels = Counter(span.label for a in annotations.values() for span in a.spans)
    links = Counter(relation.type for a in annotations.values() for relation in a.relations)
    return {
        "done": len(annotations),
        "characters": sum(len(a.text) for a in annotations.values()),
        "spans": {label: labels[label] for label in current_scheme().labels},
        "links": {kind: links[kind] for kind in current_scheme().types},
    }
