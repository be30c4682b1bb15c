"""A database of a few facts, and clients of the application over it."""

import county
import pytest

pytest.importorskip("fastapi", reason="the extra web is not installed")
from fastapi.testclient import TestClient

from baoshu.store.reports import write_reports
from baoshu.web.app import create_app


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("web") / "facts.duckdb"
    write_reports(path, county.extracted())
    return path


@pytest.fixture
def feedback(tmp_path):
    return tmp_path / "feedback.jsonl"


@pytest.fixture
def client(database, feedback):
    with TestClient(
        create_app(database, feedback=feedback), base_url="http://localhost", headers={"accept": "text/html", "accept-language": "en"}
    ) as one:
        yield one


@pytest.fixture(scope="session")
def nlp(small_model):
    from baoshu.model import load_model

    return load_model(small_model)


@pytest.fixture(scope="session")
def service_client(nlp):
    with TestClient(create_app(None, nlp), base_url="http://localhost") as one:
        yield one


@pytest.fixture(scope="session")
def fact_ids(database):
    import duckdb

    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute('SELECT report_id, subject, "value", fact_id FROM facts').fetchall()
    return {(report_id, subject, value): fact_id for report_id, subject, value, fact_id in rows}
