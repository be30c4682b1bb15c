"""Small reports, and the rows that an undisturbed run gives for them."""

import pytest

from baoshu.batch.run import extract_reports
from baoshu.files import read_jsonl
from baoshu.reports.read import find_sources

TEXT = "{place}政府工作报告\n——{year}年1月20日在{place}人民代表大会上\n各位代表：\n全市地区生产总值增长{n}%，城镇新增就业3.{n}万人。\n"
PLACES = ("郑州市", "广州市", "临澜市")


@pytest.fixture
def archive(tmp_path):
    """Write 12 reports of two years, two provinces and a place that is on no map; returns their folder."""
    folder = tmp_path / "archive"
    for n in range(12):
        path = folder / f"{2025 + n % 2}" / f"r{n:02}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT.format(place=PLACES[n % 3], year=2025 + n % 2, n=n), encoding="utf-8")
    return folder


@pytest.fixture
def undisturbed(archive, small_model, tmp_path):
    """Return the rows of one run over the archive, in order."""
    out = tmp_path / "undisturbed.jsonl"
    extract_reports(find_sources([archive])[0], str(out), str(small_model))
    rows = list(read_jsonl(out))
    assert len(rows) >= 12 and len({row["report_id"] for row in rows}) == 12
    return rows
