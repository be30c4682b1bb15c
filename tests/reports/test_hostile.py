"""Files that mean harm, or are broken beyond what any program writes: a report, or one error in one line, and soon."""

import io
import os
import random
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from linlan import PARAGRAPHS

from baoshu.errors import BaoshuError, ReportError
from baoshu.reports.chunk import split_report
from baoshu.reports.limits import DEFAULTS, limit
from baoshu.reports.read import find_sources, parse_report, read_report
from baoshu.types import Report

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
XML = f'<w:document xmlns:w="{W}"><w:body>' + "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in PARAGRAPHS) + "</w:body></w:document>"
PAGE = "<html><head><title>政府工作报告</title></head><body>" + "".join(f"<p>{line}</p>" for line in PARAGRAPHS) + "</body></html>"


def packed(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


DOCX = packed(**{"word/document.xml": XML})


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    file = tmp_path / "a.docx"
    file.write_bytes(packed(**{"word/document.xml": b" " * 300_000_000}))
    assert file.stat().st_size < 500_000
    begin = time.perf_counter()
    with pytest.raises(ReportError, match="unpacks to more than 30,000,000 bytes"):
        read_report(file)
    assert time.perf_counter() - begin < 10


def test_members_that_would_land_outside_are_not_unpacked(tmp_path):
    file = tmp_path / "in" / "a.docx"
    file.parent.mkdir()
    file.write_bytes(packed(**{"../../evil.txt": "x", "/evil.txt": "x", "word/../../evil.xml": "x", "word/document.xml": XML}))
    before = sorted(tmp_path.rglob("*"))
    assert read_report(file).text.split("\n")[0] == PARAGRAPHS[0]
    assert sorted(tmp_path.rglob("*")) == before


def test_entities_of_a_page_are_not_expanded():
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "笑"}">' for n in range(12))
    report = parse_report(f"<!DOCTYPE html [{laughs}]>{PAGE.replace('</body>', '<p>末&a11;尾。</p></body>')}".encode(), "a.html")
    assert len(report.text) < 10_000


def test_external_entities_of_a_page_are_not_read(tmp_path):
    (tmp_path / "secret.txt").write_text("机密")
    page = f'<!DOCTYPE html [<!ENTITY s SYSTEM "file://{tmp_path}/secret.txt">]>{PAGE.replace("</body>", "<p>末&s;尾。</p></body>")}'
    assert "机密" not in parse_report(page.encode(), "a.html").text


@pytest.mark.parametrize(
    "data, name",
    [
        pytest.param("各项指标增长6%，" * 100_000, "a.txt", id="one line"),
        pytest.param("增" * 1_000_000, "a.txt", id="no punctuation"),
        pytest.param("一、" * 300_000, "a.txt", id="headings"),
        pytest.param("（" * 500_000, "a.txt", id="brackets"),
        pytest.param("渔\n" * 300_000, "a.txt", id="short lines"),
        pytest.param("9" * 1_000_000, "a.txt", id="digits"),
        pytest.param("2026年" * 200_000, "a.txt", id="years"),
        pytest.param("<p>" + "渔<b>港</b>" * 100_000, "a.html", id="inline tags"),
        pytest.param("<a href=x>" * 9_000 + "渔港扩容，完工。", "a.html", id="open links"),
        pytest.param("<" * 500_000 + "渔港扩容，完工。", "a.html", id="open brackets"),
    ],
)
def test_long_monotony_is_read_or_refused_in_seconds(data, name):
    begin = time.perf_counter()
    try:
        chunks = split_report(parse_report(data.encode(), name))
        assert chunks and all(len(chunk.text) <= 1500 for chunk in chunks)
    except ReportError as error:
        assert "\n" not in str(error)
    assert time.perf_counter() - begin < 60


def test_a_pipe_in_a_folder_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "a.txt")
    (source,) = find_sources([tmp_path])[0]
    with pytest.raises(ReportError, match="a device or pipe; expected"):
        read_report(source.path)


def test_folders_that_lead_back_to_themselves_are_searched_once(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "again").symlink_to(tmp_path)
    assert [source.report_id for source in find_sources([tmp_path])[0]] == ["a"]


@pytest.mark.parametrize("name, report_id", [("报告2026".encode("gb18030"), "报告2026"), (b"a\xffb", "a\ufffdb"), (b"a\nb\x1b[2J", "a\nb\x1b[2J")])
def test_file_names_that_are_not_utf_8_are_read_and_printed(tmp_path, name, report_id):
    path = os.fsencode(tmp_path) + b"/" + name + b".txt"
    try:
        Path(os.fsdecode(path)).write_text("\n".join(PARAGRAPHS), encoding="utf-8")
    except OSError as error:
        pytest.skip(f"this file system takes no such name ({error})")
    (source,) = find_sources([tmp_path])[0]
    report = read_report(source.path, report_id=source.report_id)
    assert report.report_id == report_id
    (report.report_id + report.source).encode("utf-8")


@pytest.mark.parametrize("name", DEFAULTS)
def test_limits_are_settings(monkeypatch, name):
    monkeypatch.setenv(f"BAOSHU_MAX_{name.upper()}", "7")
    assert limit(name) == 7
    for value in ("", "-1", "0", "many", "1e6", "７"):
        monkeypatch.setenv(f"BAOSHU_MAX_{name.upper()}", value)
        with pytest.raises(BaoshuError, match="expected a positive integer"):
            limit(name)


@pytest.mark.parametrize(
    "name, value, data, suffix",
    [
        ("TEXT_BYTES", "100", "\n".join(PARAGRAPHS).encode(), ".txt"),
        ("FILE_BYTES", "100", DOCX, ".docx"),
        ("UNPACKED_BYTES", "100", DOCX, ".docx"),
        ("NESTING", "2", DOCX, ".docx"),
        ("NESTING", "1", PAGE.encode(), ".html"),
    ],
)
def test_a_file_beyond_a_limit_names_the_setting_that_raises_it(tmp_path, monkeypatch, name, value, data, suffix):
    file = tmp_path / f"a{suffix}"
    file.write_bytes(data)
    assert read_report(file).text
    monkeypatch.setenv(f"BAOSHU_MAX_{name}", value)
    with pytest.raises(ReportError, match=rf"expected at most {value} .*raise BAOSHU_MAX_{name}\."):
        read_report(file)


# ------------------------------------------------------------------------------------------------------------- fuzzing


def check(data, name):
    """Read bytes: a report of clean text, or an error in one line."""
    try:
        report = parse_report(data, name)
    except ReportError as error:
        assert str(error).startswith(f"{name}: ") and "\n" not in str(error)
        return
    report.text.encode("utf-8")
    check_chunks(report)


def check_chunks(report):
    chunks = split_report(report)
    assert all(report.text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    assert "".join(chunk.text for chunk in chunks) == report.text.replace("\n", "")


@given(st.binary(max_size=2000), st.sampled_from(["a.txt", "a.docx", "a.pdf", "a.html"]))
@example(b"%PDF-1.7\n", "a.pdf")
@example(b"PK\x03\x04", "a.docx")
def test_any_bytes_are_a_report_or_one_error(data, name):
    check(data, name)


@given(st.randoms(use_true_random=False), st.integers(1, 30), st.sampled_from(["a.txt", "a.docx", "a.html"]))
def test_damaged_files_are_a_report_or_one_error(chance, changes, name):
    whole = {"a.txt": "\n".join(PARAGRAPHS).encode("gb18030"), "a.docx": DOCX, "a.html": PAGE.encode()}[name]
    check(damaged(whole, chance, changes), name)


@given(st.randoms(use_true_random=False), st.integers(1, 20))
def test_damaged_xml_inside_a_document_is_a_report_or_one_error(chance, changes):
    check(packed(**{"word/document.xml": damaged(XML.encode(), chance, changes)}), "a.docx")


def damaged(data: bytes, chance: random.Random, changes: int) -> bytes:
    """Overwrite, cut out and double stretches of the data."""
    buffer = bytearray(data)
    for _ in range(changes):
        start = chance.randrange(max(len(buffer), 1))
        end = start + chance.randrange(1, 40)
        kind = chance.randrange(3)
        buffer[start:end] = (bytes(chance.randrange(256) for _ in range(end - start)), b"", bytes(buffer[start:end]) * 2)[kind]
    return bytes(buffer)


WORDS = st.sampled_from(
    [
        "一、",
        "（一）",
        "2025年",
        "回顾",
        "目标",
        "增长6.1%",
        "——",
        "。",
        "，",
        "\n",
        "\n\n",
        "附件",
        "名词解释",
        "各位代表：",
        "\t",
        " ",
        "\r",
        "\u2028",
    ]
)


@given(st.lists(WORDS | st.text(max_size=5), max_size=60).map("".join))
def test_any_text_is_cut_into_chunks_without_loss(text):
    check_chunks(Report("r", text, "", "r.txt"))
