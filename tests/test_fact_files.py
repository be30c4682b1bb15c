"""Files of facts → rows."""

import pytest
from test_store import ROWS, write

from baoshu.errors import BaoshuError
from baoshu.fact_files import find_fact_files, read_facts
from baoshu.store import write_facts

COLUMNS = ("fact_id", "subject", "unit", "metric_id")


@pytest.mark.parametrize("name", ["f.jsonl", "f.csv", "f.parquet", "f.duckdb"])
def test_the_columns_of_every_format_are_read(tmp_path, name):
    write(tmp_path / name, ROWS)
    rows = [{column: value or None for column, value in row.items()} for row in read_facts(tmp_path / name, COLUMNS)]
    wanted = [{column: row[column] or None for column in COLUMNS} for row in ROWS]
    assert sorted(rows, key=str) == sorted(wanted, key=str)


def test_csv_for_excel_is_read_by_its_chinese_headers(tmp_path):
    write_facts(tmp_path / "f.csv", ROWS, excel=True)
    assert [row["subject"] for row in read_facts(tmp_path / "f.csv", COLUMNS)] == [row["subject"] for row in ROWS]


@pytest.mark.parametrize(
    "name, content, part",
    [
        ("f.jsonl", b'{"a": 1}\n', "no column fact_id"),
        ("f.jsonl", b"[]\n", "a list"),
        ("f.csv", b"a,b\n1,2\n", "no column fact_id"),
        ("f.csv", b"\xff\xfe\xfd\n", "cannot be read"),
        ("f.parquet", b"PAR?", "cannot be read"),
        ("f.duckdb", b"nothing", "cannot be read"),
        ("f.xlsx", b"PK", "unknown kind of file .xlsx"),
    ],
)
def test_what_is_no_file_of_facts_is_told(tmp_path, name, content, part):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BaoshuError, match=part) as caught:
        list(read_facts(path, COLUMNS))
    assert name in caught.value.where


def test_folders_are_searched_and_lists_of_failures_left_out(tmp_path):
    for name in ("b.parquet", "sub/a.jsonl", "b.failures.jsonl", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "empty").mkdir()
    files, errors = find_fact_files([tmp_path, tmp_path / "b.parquet", tmp_path / "empty", tmp_path / "missing.csv"])
    assert files == [tmp_path / "b.parquet", tmp_path / "sub" / "a.jsonl"]
    assert [error.message.split("; ")[0] for error in errors] == [
        f"{tmp_path / 'empty'}: a folder without facts",
        f"{tmp_path / 'missing.csv'}: no such file or folder",
    ]
