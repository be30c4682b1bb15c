"""What is on disk is always complete, and what comes back is what was written."""

import json
import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baoshu.errors import BaoshuError, OutputError
from baoshu.files import atomic_path, read_json, read_jsonl, read_jsonl_lines, read_jsonl_or_errors, sha256, write_json, write_jsonl, write_text

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(exclude_categories=()))
ROWS = st.lists(st.dictionaries(st.text(max_size=5), SCALARS, max_size=4), max_size=5)


@given(rows=ROWS)
def test_rows_come_back_as_they_were(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("rows") / "a.jsonl"
    assert write_jsonl(path, rows) == len(rows)
    assert list(read_jsonl(path)) == rows


def test_chinese_is_written_readably_and_a_lone_surrogate_with_an_escape(tmp_path):
    write_jsonl(tmp_path / "a.jsonl", [{"text": "渔港😀"}, {"text": "\ud83d"}])
    assert (tmp_path / "a.jsonl").read_bytes() == '{"text": "渔港😀"}\n{"text": "\\ud83d"}\n'.encode()


def test_a_broken_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.jsonl"
    write_jsonl(path, [{"old": 1}])

    def rows():
        yield {"new": 1}
        raise BaoshuError("row 2", "broken")

    with pytest.raises(BaoshuError, match="row 2: broken"):
        write_jsonl(path, rows())
    assert path.read_text() == '{"old": 1}\n'
    assert list(tmp_path.iterdir()) == [path]


def test_folders_are_made_and_files_get_the_usual_rights(tmp_path):
    write_text(tmp_path / "x" / "y" / "a.txt", "渔\r\n港\n")
    assert (tmp_path / "x" / "y" / "a.txt").read_bytes() == "渔\r\n港\n".encode()
    umask = os.umask(0o027)
    try:
        write_json(tmp_path / "b.json", {"渔": [1]})
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "b.json").stat().st_mode) == 0o640
    assert (tmp_path / "b.json").read_text(encoding="utf-8") == '{\n  "渔": [\n    1\n  ]\n}\n'


def test_a_place_that_cannot_be_written_is_an_output_error(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "a.txt", tmp_path / "folder"):
        with pytest.raises(OutputError) as error:
            write_text(path, "渔")
        assert str(error.value).startswith(f"{path}: ")
        assert "expected" in str(error.value)
    assert sorted(tmp_path.iterdir()) == [tmp_path / "file", tmp_path / "folder"]


def test_a_full_disk_is_an_output_error_and_another_files_error_is_not(tmp_path):
    with pytest.raises(OutputError, match=r"a\.txt: No space left on device; expected a file that can be written"), atomic_path(tmp_path / "a.txt"):
        raise OSError(28, "No space left on device")
    with pytest.raises(FileNotFoundError), atomic_path(tmp_path / "a.txt"):
        (tmp_path / "other").read_text()
    assert list(tmp_path.iterdir()) == []


def test_bad_lines_are_collected_with_their_numbers(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes('\ufeff{"a": 1}\n\n  \n[2]\n{"b": "\u2028"}\n{broken\n\xff\n'.encode("utf-8", "replace").replace("\xff".encode(), b"\xff"))
    failures: list[BaoshuError] = []
    assert list(read_jsonl_lines(path, failures)) == [(1, {"a": 1}), (5, {"b": "\u2028"})]
    assert [error.where for error in failures] == [f"{path}:4", f"{path}:6", f"{path}:7"]
    assert str(failures[0]) == f"{path}:4: a list; expected a JSON object"
    assert all("not JSON" in str(error) for error in failures[1:])
    with pytest.raises(BaoshuError, match=":4: a list"):
        list(read_jsonl(path))
    assert [number for number, _ in read_jsonl_or_errors(path)] == [1, 4, 5, 6, 7]


def test_nesting_without_end_is_an_error_of_the_line(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("[" * 100_000 + "\n")
    failures: list[BaoshuError] = []
    assert list(read_jsonl(path, failures)) == []
    assert "not JSON" in str(failures[0])


@pytest.mark.parametrize("content, what", [(None, "no such file; expected a JSON file"), ("{", "not JSON"), ("[" * 100_000, "not JSON")])
def test_a_json_file_that_cannot_be_read_is_an_error_in_one_line(tmp_path, content, what):
    path = tmp_path / "a.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(BaoshuError) as error:
        read_json(path)
    assert str(error.value).startswith(f"{path}: {what}")
    assert "\n" not in str(error.value)


def test_a_folder_is_no_json(tmp_path):
    for read in (read_json, lambda path: list(read_jsonl(path))):
        with pytest.raises(BaoshuError, match="Is a directory"):
            read(tmp_path)


def test_json_with_a_mark_is_read(tmp_path):
    (tmp_path / "a.json").write_text('\ufeff{"a": 1}', encoding="utf-8")
    assert read_json(tmp_path / "a.json") == {"a": 1}


@given(st.text(st.characters(exclude_categories=())))
def test_the_hash_takes_any_text(text):
    assert len(sha256(text)) == 64
    assert (sha256(text) == sha256(text + "渔")) is False


def test_the_hash_is_sha256_of_utf8():
    assert sha256("渔港") == "c053b1d6b7d45f666b42bf3af82c973c5d2626bb0837b6198df72f1d28d9110a"


def test_json_dump_of_a_row_is_one_line(tmp_path):
    write_jsonl(tmp_path / "a.jsonl", [{"text": "甲\n乙\u2028丙"}])
    lines = (tmp_path / "a.jsonl").read_bytes().splitlines()
    assert len(lines) == 1
    assert json.loads(lines[0]) == {"text": "甲\n乙\u2028丙"}
