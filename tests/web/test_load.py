"""Fact files as a database: the same facts, and the paragraphs where the reports are at hand."""

import county
import pytest

from baoshu.errors import StoreError
from baoshu.files import write_jsonl
from baoshu.reports.rows import report_row
from baoshu.store.database import open_database
from baoshu.store.files import write_facts
from baoshu.web.load import load_facts
from baoshu.web.queries import Filters, find_facts, read_chunks


@pytest.fixture
def facts(tmp_path):
    def write(suffix):
        return write_facts(path := tmp_path / f"facts{suffix}", (row for _, rows in county.extracted() for row in rows)) and path

    return write


def everything(path):
    with open_database(path) as connection:
        return find_facts(connection, Filters())


def test_a_database_is_taken_as_it_is(database, tmp_path):
    assert load_facts(database, None, tmp_path / "other.duckdb") == database
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".parquet", ".jsonl"])
def test_files_of_facts_give_the_same_facts(database, facts, tmp_path, suffix):
    assert everything(load_facts(facts(suffix), None, tmp_path / "loaded.duckdb")) == everything(database)


def test_reports_with_facts_come_with_their_paragraphs(facts, tmp_path):
    reports = tmp_path / "reports.jsonl"
    write_jsonl(
        reports, [*(report_row(county.report(name)) for name in county.REPORTS), report_row(county.report("白河县-2025")) | {"report_id": "没有事实"}]
    )
    with open_database(load_facts(facts(".parquet"), reports, tmp_path / "loaded.duckdb")) as connection:
        assert [chunk["text"][:2] for chunk in read_chunks(connection, "白河县-2025")] == ["白河", "一、", "全县"]
        assert read_chunks(connection, "没有事实") == []


@pytest.mark.parametrize("name, content", [("facts.csv", b"a"), ("missing.parquet", None), ("broken.parquet", b"no parquet")])
def test_what_cannot_be_loaded_is_an_error(tmp_path, name, content):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(StoreError, match=name):
        load_facts(tmp_path / name, None, tmp_path / "loaded.duckdb")
