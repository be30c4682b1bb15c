"""Statistics of the composed reports, counted by hand."""

from pathlib import Path

import pytest

from baoshu.corpus.stats import corpus_statistics
from baoshu.errors import CorpusError

HEAD = "---\ntitle:\nkind: {}\nplace: 青石县\nprovince:\nlevel: {}\nyear: {}\nreported_year:\ndate:\nsession:\nspeaker:\n---\n"


def test_counts_are_by_kind_and_level_and_over_all(tmp_path):
    folder = tmp_path / "composed"
    folder.mkdir()
    (folder / "a.txt").write_text(
        HEAD.format("政府工作报告", "县", 2024) + "{L1|青石县}{M1@L1|税收}{V>M1|3亿元}\n{M1|税收}增长{V>M1|3%}\n", encoding="utf-8"
    )
    (folder / "b.txt").write_text(HEAD.format("统计公报", "市", "") + "建成{P1|白河水厂}，投资{V>P1|3亿元}\n", encoding="utf-8")
    statistics = corpus_statistics(tmp_path)
    county = {
        "reports": 1, "chunks": 2, "characters": 14, "entities": 5, "links": 2, "place_links": 1, "METRIC": 2, "VALUE": 2, "PROJECT": 0, "PLACE": 1,
        "entities_per_1000": 357.1, "links_per_1000": 142.9, "shares": {"METRIC": 0.4, "VALUE": 0.4, "PROJECT": 0.0, "PLACE": 0.2},
    }  # fmt: skip
    city = {
        "reports": 1, "chunks": 1, "characters": 12, "entities": 2, "links": 1, "place_links": 0, "METRIC": 0, "VALUE": 1, "PROJECT": 1, "PLACE": 0,
        "entities_per_1000": 166.7, "links_per_1000": 83.3, "shares": {"METRIC": 0.0, "VALUE": 0.5, "PROJECT": 0.5, "PLACE": 0.0},
    }  # fmt: skip
    groups = statistics.pop("groups")
    assert (groups["政府工作报告"], groups["level 县"], groups["统计公报"], groups["level 市"]) == (county, county, city, city)
    assert {key: groups["all"][key] for key in ("reports", "chunks", "characters", "entities", "links", "place_links")} == {
        "reports": 2, "chunks": 3, "characters": 26, "entities": 7, "links": 3, "place_links": 1,
    }  # fmt: skip
    assert statistics == {
        "distinct": {"METRIC": 1, "VALUE": 2, "PROJECT": 1, "PLACE": 1},
        "span_length": {"METRIC": {2: 2}, "VALUE": {2: 1, 3: 2}, "PROJECT": {4: 1}, "PLACE": {3: 1}},
        "reports_by_year": {"None": 1, "2024": 1},
    }


def test_a_folder_without_composed_reports_is_refused(tmp_path):
    with pytest.raises(CorpusError, match=r"no composed report; expected \*\.txt files"):
        corpus_statistics(tmp_path)


def test_page_is_self_contained_and_names_every_kind():
    from baoshu.corpus.page import statistics_page

    statistics = corpus_statistics(Path(__file__).resolve().parents[2] / "annotations")
    page = statistics_page(statistics)
    assert "http" not in page and "<script" not in page
    assert all(name in page for name in statistics["groups"])
    assert page.count("<figure>") == 3 + len(statistics["span_length"])
