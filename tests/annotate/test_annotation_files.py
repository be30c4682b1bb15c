"""Where annotations are read from: folders, composed texts, rows of a round, exports of doccano."""

import pytest

from baoshu.annotate.composed import read_composed
from baoshu.annotate.markup import parse_markup
from baoshu.annotate.read import by_id, read_rows, read_sources
from baoshu.annotate.rows import annotation_to_row
from baoshu.errors import AnnotationError
from baoshu.files import write_jsonl

ONE = parse_markup("{M1|税收}增长{V>M1|3%}")
EMOJI = parse_markup("😀{M1|税收}增长{V>M1|3%}")


@pytest.mark.parametrize("key, found", [({"chunk_id": "r:1"}, "r:1"), ({"id": "r:1"}, "r:1"), ({"id": 12}, "rows:1"), ({}, "rows:1")])
def test_a_chunk_is_named_by_its_row_or_by_file_and_line(tmp_path, key, found):
    write_jsonl(tmp_path / "rows.jsonl", [annotation_to_row(ONE, **key)])
    (row,) = read_rows(tmp_path / "rows.jsonl", [])
    assert (row.id, row.spans, row.relations) == (found, ONE.spans, ONE.relations)


def test_an_export_of_doccano_counts_in_utf16_units(tmp_path):
    write_jsonl(tmp_path / "export.jsonl", [annotation_to_row(EMOJI, utf16=True, id=7, Comments=[])])
    (row,) = read_rows(tmp_path / "export.jsonl", [], utf16=True)
    assert (row.text, row.spans, row.relations) == (EMOJI.text, EMOJI.spans, EMOJI.relations)


def test_rows_that_cannot_be_read_are_counted_and_the_others_come(tmp_path):
    path, failures = tmp_path / "rows.jsonl", []
    write_jsonl(
        path,
        [
            annotation_to_row(ONE, id="r:1"),
            {"id": "r:2", "text": "税收", "entities": [{"id": 0, "label": "TAX", "start_offset": 0, "end_offset": 2}]},
        ],
    )
    assert [a.id for a in read_rows(path, failures)] == ["r:1"]
    assert [str(e)[:60] for e in failures] == [f"{path}:2: span 0 [0:2] '税收' has the label 'TAX'"[:60]]


def test_an_annotations_folder_is_one_source_and_the_files_of_a_round_are_several(tmp_path, composed):
    (tmp_path / "composed").mkdir()
    (tmp_path / "composed" / composed[0].name).write_bytes(composed[0].read_bytes())
    write_jsonl(tmp_path / "gold" / "r.jsonl", [annotation_to_row(ONE, chunk_id="r:1")])
    for name in ("ann", "bo"):
        write_jsonl(tmp_path / "rounds" / "one" / f"{name}.jsonl", [annotation_to_row(ONE, id="r:1")])
    (whole,) = read_sources(tmp_path, []).values()
    assert [a.id for a in whole] == [*(a.id for a in read_composed(composed[0]).annotations), "r:1"]
    assert [(key, len(rows)) for key, rows in read_sources(tmp_path / "rounds" / "one", []).items()] == [
        (str(tmp_path / "rounds" / "one" / "ann.jsonl"), 1), (str(tmp_path / "rounds" / "one" / "bo.jsonl"), 1),
    ]  # fmt: skip
    assert [len(rows) for rows in read_sources(tmp_path / "composed", []).values()] == [len(whole) - 1]
    assert [len(rows) for rows in read_sources(tmp_path / "composed" / composed[0].name, []).values()] == [len(whole) - 1]


def test_a_folder_without_annotations_is_an_error(tmp_path):
    with pytest.raises(AnnotationError, match="a folder without annotations"):
        read_sources(tmp_path, [])


def test_a_broken_composed_text_is_a_failure(tmp_path):
    (tmp_path / "a.txt").write_text("no front matter", encoding="utf-8")
    failures = []
    assert read_sources(tmp_path / "a.txt", failures) == {str(tmp_path / "a.txt"): []} and len(failures) == 1


def test_of_two_chunks_with_one_id_the_first_counts():
    failures = []
    first, second = parse_markup("{M1|税收}{V>M1|3%}", id="r:1"), parse_markup("税收3%", id="r:1")
    assert by_id([first, second], "a.jsonl", failures) == {"r:1": first}
    assert [str(e) for e in failures] == ["a.jsonl: the chunk r:1 stands twice; expected one annotation a chunk. The first one counts."]
