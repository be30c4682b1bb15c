"""Files, folders and globs to reports: ids, rows, and an error in one line for everything that is no report."""

import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baoshu.errors import BaoshuError, ReportError
from baoshu.files import sha256
from baoshu.reports.chunk import is_glossary, split_report
from baoshu.reports.read import Source, find_sources, read_report
from baoshu.reports.rows import equal_texts, report_from_row, report_row
from baoshu.types import Report

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")


def zipped(name="word/document.xml", text="<x/>"):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, text)
    return buffer.getvalue()


def write(folder, *names):
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("风调雨顺的一年。", encoding="utf-8")


def test_a_text_file_becomes_a_report(tmp_path, paragraphs):
    file = tmp_path / "临澜-2024.txt"
    file.write_text("\r\n\r\n".join(f"　　{line}" for line in paragraphs), encoding="gb18030")
    text = "\n".join(paragraphs)
    assert read_report(file) == Report(
        "临澜-2024", text, sha256(text), source=str(file), title="2024年临澜市政府工作报告", kind="政府工作报告", place="临澜市", level="市", year=2024,
        reported_year=2023, date="2024-01-16", session="临澜市第八届人民代表大会第三次会议", speaker="闻汐",
    )  # fmt: skip
    assert read_report(str(file), report_id="a__b").report_id == "a__b"


def test_what_no_table_can_hold_becomes_a_replacement_character(tmp_path):
    file = tmp_path / "a.txt"
    rest = "又添了三艘船、两座灯塔和一条路。" * 9
    file.write_bytes(f"渔港\x07扩容\x1b完工，{rest}😀".encode() + b"\xed\xa0\xbd")
    assert read_report(file).text == f"渔港\ufffd扩容\ufffd完工，{rest}😀\ufffd\ufffd\ufffd"


@pytest.mark.parametrize(
    "name, data, what, hint",
    [
        pytest.param("a.txt", None, "No such file", "Check the path", id="missing"),
        pytest.param("a.doc", None, "No such file", "Check the path", id="missing, of a kind to re-save"),
        pytest.param("a.txt", b"", "empty file", "again", id="empty"),
        pytest.param("a.docx", b"", "empty file", "again", id="empty docx"),
        pytest.param("a.txt", b" \n", "empty file", "", id="blank"),
        pytest.param("a.txt", "下载\n打印\n".encode(), "no text is left after cleaning", "", id="furniture only"),
        pytest.param("a.txt", bytes(range(256)) * 20, "binary data", "UTF-8", id="binary"),
        pytest.param("a.doc", b"\xd0\xcf\x11\xe0", "a .doc file", "Open it in Word and save it as .docx", id="doc"),
        pytest.param("a.WPS", b"x", "a .wps file", "Open it in WPS", id="wps"),
        pytest.param("a.ofd", b"x", "a .ofd file", "OFD reader", id="ofd"),
        pytest.param("a.xlsx", b"x", "unknown kind of file .xlsx", "", id="unknown suffix"),
        pytest.param("报告", b"x", "unknown kind of file (no suffix)", "", id="no suffix"),
        pytest.param("a.docx", zipped("readme.txt"), "no Word document", "save it as .docx", id="renamed zip"),
        pytest.param("a.docx", b"%PDF-1.7", "a PDF named .docx", "Rename it to .pdf", id="renamed pdf"),
        pytest.param("a.txt", zipped(), "a zip or Word file named .txt", "Rename it to .docx", id="renamed docx"),
        pytest.param("a.pdf", b"<html>", "not a readable PDF", "OCR", id="no pdf"),
        pytest.param("a.html", b"<html></html>", "a page without text", "Save the page", id="empty page"),
    ],
)
def test_what_is_no_report_is_an_error_in_one_line(tmp_path, name, data, what, hint):
    file = tmp_path / name
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(ReportError) as error:
        read_report(file)
    message = str(error.value)
    assert message.startswith(f"{file}: ")
    assert what in message
    assert "; expected " in message
    assert hint in error.value.hint
    assert "\n" not in message


def test_a_folder_is_no_report(tmp_path):
    with pytest.raises(ReportError, match=r"a folder; expected .* baoshu ingest"):
        read_report(tmp_path)


def test_a_file_that_is_too_large_is_not_loaded(tmp_path):
    file = tmp_path / "a.txt"
    with file.open("wb") as stream:
        stream.truncate(300_000_000)
    with pytest.raises(ReportError, match=r"300,000,000 bytes; expected at most 20,000,000 bytes. .*BAOSHU_MAX_TEXT_BYTES"):
        read_report(file)


def test_a_folder_is_searched_and_its_paths_are_the_ids(tmp_path):
    write(tmp_path, "b.txt", "a.DOCX", "县/x.pdf", "县/y.htm", "县/乡/z.html", "notes.md", "县/data.csv", ".hidden.txt", ".git/c.txt", "~$a.docx")
    sources, skipped, errors = find_sources([tmp_path])
    assert {source.report_id: source.path.relative_to(tmp_path).as_posix() for source in sources} == {
        "a": "a.DOCX", "b": "b.txt", "县__x": "县/x.pdf", "县__y": "县/y.htm", "县__乡__z": "县/乡/z.html",
    }  # fmt: skip
    assert [source.report_id for source in sources] == ["a", "b", "县__x", "县__y", "县__乡__z"]
    assert skipped == [tmp_path / "notes.md", tmp_path / "县" / "data.csv"]
    assert errors == []


def test_clashing_ids_are_numbered_from_two(tmp_path):
    write(tmp_path, "a/x.txt", "b/x.txt", "c/x.txt", "d/x-2.txt", "e/x.txt")
    sources, _, _ = find_sources([tmp_path / folder / f"{'x-2' if folder == 'd' else 'x'}.txt" for folder in "abcde"])
    assert [(source.path.parent.name, source.report_id) for source in sources] == [
        ("a", "x"),
        ("b", "x-2"),
        ("c", "x-3"),
        ("d", "x-2-2"),
        ("e", "x-4"),
    ]


def test_files_of_one_folder_that_differ_in_suffix_only_are_numbered(tmp_path):
    write(tmp_path, "x.docx", "x.txt")
    assert [source.report_id for source in find_sources([tmp_path])[0]] == ["x", "x-2"]


def test_a_file_that_is_named_twice_is_taken_once(tmp_path, monkeypatch):
    write(tmp_path, "x.txt")
    monkeypatch.chdir(tmp_path)
    assert find_sources([tmp_path / "x.txt", tmp_path, "x.txt", "./*.txt"])[0] == [Source(tmp_path / "x.txt", "x")]


def test_globs_are_resolved_relative_to_what_they_share(tmp_path):
    write(tmp_path, "市/甲/a.txt", "市/乙/a.txt", "市/乙/b.md")
    sources, skipped, errors = find_sources([str(tmp_path / "市" / "**" / "*")])
    assert [source.report_id for source in sources] == ["乙__a", "甲__a"]
    assert (skipped, errors) == ([tmp_path / "市" / "乙" / "b.md"], [])
    assert [source.report_id for source in find_sources([str(tmp_path / "市" / "乙" / "*.md")])[0]] == ["b"]


def test_brackets_in_a_name_are_no_glob(tmp_path):
    write(tmp_path, "报告[1].txt")
    assert find_sources([tmp_path / "报告[1].txt"])[0] == [Source(tmp_path / "报告[1].txt", "报告[1]")]


def test_each_argument_without_a_report_is_an_error(tmp_path):
    write(tmp_path, "empty/readme.md", "b.xyz")
    sources, skipped, errors = find_sources([tmp_path / "none.txt", tmp_path / "empty", str(tmp_path / "*.docx"), tmp_path / "b.xyz"])
    assert [str(error).replace(str(tmp_path), "") for error in errors] == [
        "/none.txt: no such file or folder; expected a report, a folder or a glob. Check the path.",
        "/empty: a folder with no report; expected txt, docx, pdf or html files inside",
        "/*.docx: no report matches; expected a glob that matches txt, docx, pdf or html files",
    ]
    assert sources == [Source(tmp_path / "b.xyz", "b")]
    assert skipped == [tmp_path / "empty" / "readme.md"]


def test_a_folder_that_cannot_be_listed_is_an_error(tmp_path, monkeypatch):
    write(tmp_path, "a.txt", "locked/b.txt")
    scandir = os.scandir

    def guarded(path):
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    sources, _, errors = find_sources([tmp_path])
    assert [source.report_id for source in sources] == ["a"]
    assert [str(error) for error in errors] == [f"{tmp_path / 'locked'}: Permission denied; expected a folder that can be listed"]


WORDS = st.text(min_size=1, max_size=20)
OPTIONAL = st.none() | WORDS


@given(
    st.builds(
        Report, report_id=WORDS, text=WORDS, text_sha256=st.just(""), source=WORDS, title=OPTIONAL, kind=OPTIONAL, place=OPTIONAL, adcode=OPTIONAL, level=OPTIONAL,
        year=st.none() | st.integers(1900, 2100), reported_year=st.none() | st.integers(1900, 2100), date=OPTIONAL, session=OPTIONAL, speaker=OPTIONAL,
    )
)  # fmt: skip
def test_a_row_comes_back_as_the_report_it_was(report):
    row = json.loads(json.dumps(report_row(report)))
    assert report_from_row({**row, "other": 1}) == Report(**{**row, "text_sha256": sha256(report.text)})


@pytest.mark.parametrize(
    "row, what",
    [
        ({}, "report_id is None; expected a non-empty string"),
        ({"report_id": 7, "text": "渔"}, "report_id is 7; expected a non-empty string"),
        ({"report_id": "a", "text": ""}, "text is ''; expected a non-empty string"),
        ({"report_id": "a", "text": ["渔"]}, "text is ['渔']; expected a non-empty string"),
        ({"report_id": "a", "text": "渔", "year": "2024"}, "year is '2024'; expected an integer or null"),
        ({"report_id": "a", "text": "渔", "reported_year": True}, "reported_year is True; expected an integer or null"),
        ({"report_id": "a", "text": "渔", "place": 410100}, "place is 410100; expected a string or null"),
    ],
)
def test_a_row_that_is_no_report_is_an_error(row, what):
    with pytest.raises(ReportError) as error:
        report_from_row(row, "reports.jsonl:3")
    assert str(error.value) == f"reports.jsonl:3: {what}. Write such rows with: baoshu ingest"


def test_a_row_needs_only_id_and_text():
    assert report_from_row({"report_id": "a", "text": "渔"}, "r.jsonl:1") == Report("a", "渔", sha256("渔"), source="r.jsonl:1")


def test_equal_texts_are_named_with_the_first_of_them():
    reports = [Report(name, text, sha256(text), "") for name, text in [("a", "渔"), ("b", "港"), ("c", "渔"), ("d", "渔")]]
    assert list(equal_texts(reports)) == [("c", "a"), ("d", "a")]


# file: paragraphs, paragraphs of the glossary, place, code, year, year looked back on
SHIPPED = {
    "zhengzhou-2024.txt": (114, 0, "郑州市", "410100", 2024, 2023),
    "guangdong-2025.docx": (127, 19, "广东省", "440000", 2025, 2024),
    "sichuan-2025.docx": (135, 51, "四川省", "510000", 2025, 2024),
    "hebei-2025.docx": (50, 0, "河北省", "130000", 2025, 2024),
    "chongqing-2026.txt": (93, 0, "重庆市", "500000", 2026, 2025),
    "neimenggu-2026.txt": (60, 0, "内蒙古自治区", "150000", 2026, 2025),
}


@needs_shared
@pytest.mark.parametrize("name", SHIPPED)
def test_real_reports_read_well(name):
    report = read_report(SHARED / "reports" / name)
    chunks = split_report(report)
    assert (len(chunks), sum(map(is_glossary, chunks)), report.place, report.adcode, report.year, report.reported_year) == SHIPPED[name]
    assert all((report.title, report.kind, report.level, report.date, report.session, report.speaker))
    assert all(report.text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    assert len({chunk.section[:1] for chunk in chunks}) >= 3


@needs_shared
def test_the_same_report_in_two_encodings_has_the_same_text():
    reports = [read_report(SHARED / "reports" / name) for name in ("jiangsu-2026.txt", "jiangsu-2026.gb18030.txt")]
    assert list(equal_texts(reports)) == [("jiangsu-2026.gb18030", "jiangsu-2026")]


def test_every_error_is_of_the_one_base():
    assert issubclass(ReportError, BaoshuError)
