"""Facts with their SI columns → files, in every format."""

import csv
import json

import openpyxl
import pyarrow.parquet as pq
import pytest
from test_store import fact

from baoshu.facts.si import SI_COLUMNS, with_si
from baoshu.store import COLUMNS, write_facts
from baoshu.store.files import FILE_SUFFIXES

ROWS = [
    with_si(fact(0)),
    with_si(fact(1, value="2～3家", number=2.0, number_high=3.0, unit="家")),
    with_si(fact(2, number=2.0, number_high=3.0, unit="亩")),
]
SI = [(120_000_000.0, None, "kg"), (None, None, None), (1333.33333333, 2000.0, "m²")]


def si_cells(path):
    """Names and cells of the last three columns of a fact file."""
    if path.suffix == ".jsonl":
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return list(rows[0])[-3:], [tuple(row.values())[-3:] for row in rows]
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as stream:
            header, *rows = csv.reader(stream)
        return header[-3:], [(float(a) if a else None, float(b) if b else None, c or None) for *_, a, b, c in rows]
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        return table.column_names[-3:], [tuple(row.values())[-3:] for row in table.to_pylist()]
    header, *rows = openpyxl.load_workbook(path)["事实"].iter_rows(values_only=True)
    return list(header[-3:]), [row[-3:] for row in rows]


@pytest.mark.parametrize("suffix", FILE_SUFFIXES)
def test_every_format_has_the_si_columns_last(tmp_path, suffix):
    path = tmp_path / f"facts{suffix}"
    assert write_facts(path, iter(ROWS), si=True) == 3
    header, cells = si_cells(path)
    assert cells == SI
    assert header == (["国际单位数", "国际单位上限", "国际单位"] if suffix == ".xlsx" else list(SI_COLUMNS))


def test_without_the_option_the_columns_are_those_of_the_schema(tmp_path):
    write_facts(tmp_path / "facts.csv", ROWS)
    assert (tmp_path / "facts.csv").read_text(encoding="utf-8").splitlines()[0] == ",".join(COLUMNS)
