"""A database of two invented counties."""

import pytest
from qingshi import county

from baoshu.store.reports import write_reports


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "facts.duckdb"
    write_reports(path, county())
    return path
