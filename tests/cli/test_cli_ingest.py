"""``baoshu ingest`` and ``baoshu chunk``: rows of reports and paragraphs."""

import shutil

import pytest
from sample_report import TEXT, failures

from baoshu.files import read_jsonl, sha256


def test_ingest_writes_the_row_of_the_contract(reports, report):
    (row,) = read_jsonl(reports)
    assert row == {
        "report_id": "巩义-2026", "text": TEXT.strip(), "text_sha256": sha256(TEXT.strip()), "source": str(report), "title": "巩义市政府工作报告",
        "kind": "政府工作报告", "place": "巩义市", "adcode": "410181", "level": "县", "year": 2026, "reported_year": 2025, "date": "2026-01-20",
        "session": "巩义市第十七届人民代表大会第五次会议", "speaker": "李青河",
    }  # fmt: skip


def test_ingest_takes_folders_and_globs_and_names_what_it_skips(run, report, tmp_path):
    folder = tmp_path / "in" / "县"
    folder.mkdir(parents=True)
    shutil.copy(report, folder / "a.txt")
    (folder / "b.txt").write_text("青石县政府工作报告\n税收增长3%。\n", encoding="utf-8")
    (folder / "notes.md").write_text("x")
    out = tmp_path / "reports.jsonl"
    code, stdout, err = run("ingest", tmp_path / "in", "--out", out)
    assert (code, stdout) == (0, "")
    assert [row["report_id"] for row in read_jsonl(out)] == ["县__a", "县__b"]
    assert f"skipped {folder / 'notes.md'}: not a txt, docx, pdf or html file" in err and "2 reports" in err
    assert run("ingest", f"{folder}/*.txt", "--out", out, "--quiet") == (0, "", "")
    assert [row["report_id"] for row in read_jsonl(out)] == ["a", "b"]


def test_ingest_warns_of_equal_texts(run, report, tmp_path):
    shutil.copy(report, tmp_path / "copy.txt")
    code, _, err = run("ingest", report, tmp_path / "copy.txt", "--out", tmp_path / "reports.jsonl")
    assert code == 0 and "warning: copy has the same text as 巩义-2026" in err


@pytest.mark.parametrize(
    "name, content, message",
    [
        ("missing.txt", None, "no such file or folder"),
        ("empty.txt", b"", "empty file"),
        ("old.doc", b"x", "a .doc file"),
        ("old.wps", b"x", "a .wps file"),
        ("layout.ofd", b"x", "a .ofd file"),
        ("table.csv", b"x", "unknown kind of file .csv"),
        ("broken.docx", b"x", "docx"),
        ("broken.pdf", b"x", "PDF"),
        ("folder", "", "a folder with no report"),
    ],
)
def test_an_input_that_fails_is_listed_and_the_rest_is_written(run, report, tmp_path, name, content, message):
    path = tmp_path / name
    if content == "":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    out = tmp_path / "reports.jsonl"
    code, stdout, err = run("ingest", path, report, "--out", out)
    assert (code, stdout) == (1, "") and [row["report_id"] for row in read_jsonl(out)] == ["巩义-2026"]
    (failure,) = failures(out)
    assert set(failure) == {"source", "stage", "message", "hint"}
    assert failure["source"] == str(path) and failure["stage"] == "read" and message in failure["message"]
    assert f"error {failure['message']}" in " ".join(err.split()) and "1 failed, listed in" in err
    if name.startswith("old"):
        assert "save it as .docx or .pdf" in failure["hint"]
    assert run("ingest", report, "--out", out, "--quiet") == (0, "", "")
    assert not out.with_name("reports.failures.jsonl").exists()


def test_nothing_processed_leaves_with_3_and_the_old_file(run, reports, tmp_path):
    before = reports.read_bytes()
    code, _, _ = run("ingest", tmp_path / "missing.txt", tmp_path / "no*.txt", "--out", reports)
    assert code == 3 and reports.read_bytes() == before
    assert [failure["source"] for failure in failures(reports)] == [str(tmp_path / "missing.txt"), str(tmp_path / "no*.txt")]


def test_an_empty_folder_is_no_error_when_asked(run, report, tmp_path):
    empty = tmp_path / "raw"
    empty.mkdir()
    (empty / ".hidden.txt").write_text("x")
    out = tmp_path / "reports.jsonl"
    assert run("ingest", report, empty, "--skip-empty", "--out", out, "--quiet")[0] == 0
    assert run("ingest", report, empty, "--out", out, "--quiet")[0] == 1


def test_chunk_writes_paragraphs_that_slice_the_report(run, reports, tmp_path):
    out = tmp_path / "chunks.jsonl"
    assert run("chunk", reports, "--out", out, "--quiet") == (0, "", "")
    (row,) = read_jsonl(reports)
    chunks = list(read_jsonl(out))
    assert all(list(chunk) == ["id", "report_id", "section", "start", "end", "text"] for chunk in chunks)
    assert [row["text"][chunk["start"] : chunk["end"]] for chunk in chunks] == [chunk["text"] for chunk in chunks] == TEXT.strip().split("\n")
    assert chunks[5]["section"] == ["一、2025年工作回顾"] and len({chunk["id"] for chunk in chunks}) == len(chunks)


def test_chunk_lists_bad_rows_and_ids_that_stand_twice(run, reports, tmp_path):
    row = reports.read_text(encoding="utf-8")
    reports.write_text(row + "not JSON\n" + '{"report_id": "x"}\n' + row, encoding="utf-8")
    out = tmp_path / "chunks.jsonl"
    code, _, err = run("chunk", reports, "--out", out)
    assert code == 1 and "1 reports, 8 chunks" in err
    assert [(f["source"], f["message"].split(": ")[1].split("; ")[0]) for f in failures(out)] == [
        (f"{reports}:2", "not JSON (Expecting value"),
        (f"{reports}:3", "text is None"),
        (f"{reports}:4", "the report id 巩义-2026 stands twice"),
    ]


def test_chunk_of_a_missing_file_leaves_with_3(run, tmp_path):
    code, _, err = run("chunk", tmp_path / "missing.jsonl", "--out", tmp_path / "chunks.jsonl")
    assert code == 3 and err.startswith(f"error {tmp_path / 'missing.jsonl'}: No such file or directory; expected a JSONL file")
