"""docs/facts.md says of every column what the code says."""

import re
from pathlib import Path
from typing import get_args

import pytest

from baoshu.store.columns import CHINESE_HEADERS, COLUMNS
from baoshu.types import BOUNDS, MEASURES, SCHEMA_VERSION, STATUSES, SUBJECT_LABELS, Direction, Fact

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "facts.md").read_text(encoding="utf-8")
TABLE = PAGE.split("\n## ")[0]
ROWS = {row[0]: row[1:] for row in (line[2:-2].split(" | ") for line in TABLE.splitlines() if line.startswith("| `"))}


def words(cell):
    return tuple(re.findall("`([^`]+)`", cell))


def test_the_columns_are_those_of_a_fact_in_their_order():
    assert [name.strip("`") for name in ROWS] == list(COLUMNS)
    assert f"version {SCHEMA_VERSION} of the schema" in TABLE


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_has_its_chinese_name_its_type_a_meaning_and_what_is_allowed(name):
    chinese, kind, meaning, _ = ROWS[f"`{name}`"]
    written = Fact.__annotations__[name].replace("tuple[str, ...]", "list of str").replace(" | None", " or null")
    assert (chinese, kind) == (CHINESE_HEADERS[name], written) and len(meaning) > 10


@pytest.mark.parametrize(
    ("name", "vocabulary"),
    [("subject_type", SUBJECT_LABELS), ("measure", MEASURES), ("direction", get_args(Direction)), ("bound", BOUNDS), ("status", STATUSES)],
)
def test_the_allowed_values_are_those_of_the_code(name, vocabulary):
    assert words(ROWS[f"`{name}`"][3]) == vocabulary


@pytest.mark.parametrize(("heading", "vocabulary"), [("measure", MEASURES), ("bound", BOUNDS)])
def test_each_measure_and_bound_is_explained(heading, vocabulary):
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    assert tuple(re.findall(r"(?m)^\| `(\w+)` \|", section)) == vocabulary
