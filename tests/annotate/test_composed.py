"""Composed reports: front matter, paragraphs, and the files that ship."""

from pathlib import Path

import pytest

from baoshu.annotate.composed import read_all_composed, read_composed
from baoshu.annotate.markup import format_markup, parse_markup
from baoshu.annotate.rows import check_annotation
from baoshu.errors import AnnotationError
from baoshu.reports.chunk import split_report
from baoshu.types import Relation, Report, Span

COMPOSED = Path(__file__).resolve().parents[2] / "annotations" / "composed"
HEAD = {
    "title": "青石县2026年政府工作报告", "kind": "政府工作报告", "place": "青石县", "province": "河南省", "level": "县", "year": "2026",
    "reported_year": "2025", "date": "2026-01-25", "session": "青石县第十届人民代表大会第五次会议", "speaker": "青石县人民政府县长 李青河",
}  # fmt: skip
BODY = "一、过去一年\n{M1|粮食产量}达到{V>M1|12万吨}。\n\n{M1|粮食产量}达到{V>M1|12万吨}。\n"


def write(folder, head=HEAD, body=BODY, name="qingshi-xian-2026.txt", encoding="utf-8"):
    path = folder / name
    path.write_text("---\n" + "".join(f"{key}: {value}\n" for key, value in head.items()) + "---\n" + body, encoding=encoding)
    return path


def test_front_matter_becomes_metadata_and_paragraphs_become_chunks(tmp_path):
    path = write(tmp_path)
    one = read_composed(path)
    assert one.report == Report(
        report_id="qingshi-xian-2026", text="一、过去一年\n粮食产量达到12万吨。\n粮食产量达到12万吨。", text_sha256=one.report.text_sha256, source=str(path),
        title="青石县2026年政府工作报告", kind="政府工作报告", place="青石县", adcode=None, level="县", year=2026, reported_year=2025, date="2026-01-25",
        session="青石县第十届人民代表大会第五次会议", speaker="李青河",
    )  # fmt: skip
    assert one.province == "河南省"
    assert [a.id for a in one.annotations] == [chunk.id for chunk in split_report(one.report)]
    assert len({a.id for a in one.annotations}) == 3
    assert [(a.text, a.spans, a.relations) for a in one.annotations[1:]] == [
        ("粮食产量达到12万吨。", (Span(0, "METRIC", 0, 4), Span(1, "VALUE", 6, 10)), (Relation(1, 0, "指标值"),))
    ] * 2


def test_empty_values_are_null_and_a_known_place_has_its_code(tmp_path):
    report = read_composed(write(tmp_path, HEAD | {"place": "巩义市", "year": "", "date": "", "session": "", "speaker": ""})).report
    assert (report.adcode, report.year, report.date, report.session, report.speaker) == ("410181", None, None, None, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_the_text(tmp_path, encoding):
    path = write(tmp_path, encoding=encoding)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_composed(path).report.text == "一、过去一年\n粮食产量达到12万吨。\n粮食产量达到12万吨。"


@pytest.mark.parametrize(
    "change, message",
    [
        ({"level": "镇"}, "level: 镇; expected one of 国家 省 市 县"),
        ({"year": "二〇二六"}, "year: 二〇二六; expected a year"),
        ({"reported_year": "２０２５"}, "reported_year: ２０２５; expected a year"),
        ({"year": "26"}, "year: 26; expected a year"),
        ({"date": "2026年1月25日"}, "date: 2026年1月25日; expected a day as 2021-01-25"),
        ({"date": "2026-02-30"}, "date: 2026-02-30; expected a day as 2021-01-25"),
        ({"dat": "2026"}, ":12: 'dat: 2026'; expected 'key: value' with one of title"),
    ],
)
def test_wrong_front_matter_is_refused(tmp_path, change, message):
    with pytest.raises(AnnotationError) as caught:
        read_composed(write(tmp_path, HEAD | change))
    assert message in str(caught.value) and "qingshi-xian-2026.txt" in caught.value.where


@pytest.mark.parametrize("key", HEAD)
def test_missing_front_matter_is_named(tmp_path, key):
    with pytest.raises(AnnotationError, match=rf"qingshi-xian-2026\.txt:11: front matter lacks {key}; expected the keys title"):
        read_composed(write(tmp_path, {k: v for k, v in HEAD.items() if k != key}))


@pytest.mark.parametrize(
    "content, message",
    [
        ("青石县政府工作报告\n", ":1: no front matter"),
        ("", ":1: no front matter"),
        ("---\ntitle: a\n", "front matter that is never closed"),
        ("---\ntitle a\n---\n", ":2: 'title a'"),
        ("---\ntitle: a\ntitle: b\n---\n", ":3: title stands twice"),
    ],
)
def test_front_matter_that_is_none_is_refused(tmp_path, content, message):
    path = tmp_path / "a.txt"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(AnnotationError) as caught:
        read_composed(path)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "body, message",
    [
        ("", "no paragraph after the front matter"),
        ("一、过去一年\n{M1|粮食产量达到\n", ":14: mark that is never closed"),
        ("{M1|粮食产量 }达到{V>M1|12万吨}\n", ":13: span 0 [0:5] '粮食产量 ' starts or ends with a space"),
    ],
)
def test_broken_paragraphs_are_refused_with_their_line(tmp_path, body, message):
    with pytest.raises(AnnotationError) as caught:
        read_composed(write(tmp_path, body=body))
    assert message in str(caught.value)


def test_files_that_cannot_be_read_are_refused(tmp_path):
    with pytest.raises(AnnotationError, match="no such file"):
        read_composed(tmp_path / "a.txt")
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(AnnotationError, match="expected a file that can be read"):
        read_composed(tmp_path / "folder.txt")
    (tmp_path / "gbk.txt").write_bytes("---\n青石县".encode("gb18030"))
    with pytest.raises(AnnotationError, match=r"not UTF-8 .* at byte 4"):
        read_composed(tmp_path / "gbk.txt")


def test_a_folder_is_read_in_order_of_names_and_bad_files_are_listed(tmp_path):
    write(tmp_path, name="b.txt")
    write(tmp_path, name="a.txt")
    write(tmp_path, name="c.txt", body="{M1|")
    failures = []
    assert [one.report.report_id for one in read_all_composed(tmp_path, failures)] == ["a", "b"]
    assert [error.where for error in failures] == [f"{tmp_path / 'c.txt'}:13"]
    with pytest.raises(AnnotationError, match=r"c\.txt:13"):
        list(read_all_composed(tmp_path))


def test_every_shipped_report_is_read_and_is_written_alike():
    reports = list(read_all_composed(COMPOSED))
    assert len(reports) == len(list(COMPOSED.iterdir())) >= 90
    ids = [a.id for one in reports for a in one.annotations]
    assert len(ids) == len(set(ids))
    for one in reports:
        for annotation in one.annotations:
            check_annotation(annotation)
            back = parse_markup(format_markup(annotation), id=annotation.id)
            assert (back.text, back.spans, set(back.relations)) == (annotation.text, annotation.spans, set(annotation.relations))
