"""The database: its layout and migrations, one writer at a time, and nothing half-done."""

import subprocess
import sys
from importlib.resources import files

import duckdb
import pytest
from qingshi import county, report

from baoshu.errors import StoreError
from baoshu.facts.si import with_si
from baoshu.store.columns import CHUNK_COLUMNS, REPORT_COLUMNS, SI_FACT_COLUMNS
from baoshu.store.database import layout, migrations, open_database
from baoshu.store.reports import replace_report, write_reports

TABLES = {
    "reports": [column.name for column in REPORT_COLUMNS],
    "chunks": [column.name for column in CHUNK_COLUMNS],
    "facts": [column.name for column in SI_FACT_COLUMNS],
}
VIEWS = {
    "baoshu_schema", "facts_reviewed", "facts_corrected", "corrections_checked", "metric_facts", "latest_facts", "metric_over_years", "metrics_kept_low",
    "targets_and_actuals", "coverage", "unknown_metrics",
}  # fmt: skip
# What the first published layout was made of, when facts were all that was stored.
LAYOUT_1 = """
CREATE TABLE baoshu_schema (version INTEGER);
INSERT INTO baoshu_schema VALUES (1);
CREATE TABLE facts ("fact_id" VARCHAR, "report_id" VARCHAR, "report_year" BIGINT, "section" VARCHAR[], "chunk_id" VARCHAR, "start" BIGINT, "end" BIGINT,
"sentence" VARCHAR, "subject" VARCHAR, "subject_type" VARCHAR, "subject_start" BIGINT, "subject_end" BIGINT, "metric_id" VARCHAR, "value" VARCHAR,
"number" DOUBLE, "number_high" DOUBLE, "unit" VARCHAR, "measure" VARCHAR, "direction" VARCHAR, "bound" VARCHAR, "status" VARCHAR, "period" VARCHAR,
"place" VARCHAR, "places" VARCHAR[], "adcode" VARCHAR, "confidence" DOUBLE, "model" VARCHAR);
"""
LAYOUT_1_SI = (
    LAYOUT_1 + "ALTER TABLE facts ADD COLUMN number_si DOUBLE; ALTER TABLE facts ADD number_high_si DOUBLE; ALTER TABLE facts ADD unit_si VARCHAR;"
)


def columns(connection, table):
    return [name for name, *_ in connection.execute(f"DESCRIBE {table}").fetchall()]


def everything(path):
    """All rows of all tables and views, in a fixed order."""
    with open_database(path) as connection:
        names = connection.execute("SELECT table_name FROM duckdb_tables() UNION SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
        return {name: connection.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall() for (name,) in names}


def old_facts(connection):
    """Put the facts of the first report into a database of an old layout; returns them."""
    rows = county()[0][1]
    for row in rows:
        names = ", ".join(f'"{name}"' for name in row)
        connection.execute(f"INSERT INTO facts ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
    return rows


# ------------------------------------------------------------------------------------------------------------- the layout


def test_a_new_database_has_tables_views_and_its_version(database):
    with open_database(database) as connection:
        assert {table: columns(connection, table) for table in TABLES} == TABLES
        assert {name for (name,) in connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()} == VIEWS
        assert connection.execute("SELECT * FROM schema ORDER BY version").fetchall() == [(1, "facts"), (2, "reports_and_chunks"), (3, "corrections")]
    assert layout() == 3


@pytest.mark.parametrize("number", range(1, len(migrations()) + 1))
def test_each_migration_writes_its_own_version(number):
    with duckdb.connect() as connection:
        for script in migrations()[:number]:
            connection.execute(script)
        assert connection.execute("SELECT max(version) FROM baoshu_schema").fetchall() == [(number,)]


def test_the_first_migration_makes_the_layout_that_was_published():
    found = []
    for script in (LAYOUT_1, migrations()[0]):
        with duckdb.connect() as connection:
            connection.execute(script)
            found.append([connection.execute(f"DESCRIBE {table}").fetchall() for table in ("facts", "baoshu_schema")])
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "script", [LAYOUT_1, LAYOUT_1_SI, *("".join(migrations()[:n]) for n in range(1, len(migrations()) + 1))],
    ids=["published", "published with SI", *(f"layout {n}" for n in range(1, len(migrations()) + 1))],
)  # fmt: skip
def test_every_older_layout_is_brought_up_to_date_with_its_facts(tmp_path, script):
    path, new = tmp_path / "old.duckdb", tmp_path / "new.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(script)
        rows = old_facts(connection)
    with open_database(path, write=True) as connection:
        assert connection.execute("SELECT fact_id FROM facts ORDER BY start").fetchall() == [(row["fact_id"],) for row in rows]
        assert {table: columns(connection, table) for table in TABLES} == TABLES
        assert connection.execute("SELECT report_id, report_year, characters, facts FROM coverage").fetchall() == [("青石县-2025", 2025, None, 7)]
    write_reports(path, county())
    write_reports(new, county())
    assert everything(path) == everything(new)


@pytest.mark.parametrize("number", range(1, len(migrations())))
def test_an_older_layout_is_not_read_but_the_command_that_helps_is_named(tmp_path, number, run):
    path = tmp_path / "old.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("".join(migrations()[:number]))
    with (
        pytest.raises(StoreError, match=rf"layout {number}; expected layout 3\. Bring it up to date with: baoshu store migrate "),
        open_database(path),
    ):
        pass
    assert run("store", "migrate", path)[0] == 0
    with open_database(path) as connection:
        assert connection.execute("SELECT count(*) FROM facts_corrected").fetchall() == [(0,)]


@pytest.mark.parametrize("write", [True, False])
def test_a_newer_database_is_left_alone(database, write):
    with duckdb.connect(str(database)) as connection:
        connection.execute("INSERT INTO schema VALUES (99, 'to come')")
    before = database.read_bytes()
    message = r"layout 99, of a newer baoshu; expected layout 3 or older\. Install the newer version"
    with pytest.raises(StoreError, match=message), open_database(database, write=write, create=write):
        pass
    assert database.read_bytes() == before


def test_a_program_of_the_first_layout_sees_that_it_is_too_old(database):
    with duckdb.connect(str(database)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS baoshu_schema (version INTEGER)")
        assert connection.execute("SELECT max(version) FROM baoshu_schema").fetchall() == [(3,)]


def test_a_migration_that_fails_changes_nothing(tmp_path):
    path = tmp_path / "old.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(LAYOUT_1 + "CREATE TABLE corrections (mine INTEGER)")
        rows = old_facts(connection)
    with pytest.raises(StoreError, match="corrections"), open_database(path, write=True):
        pass
    with duckdb.connect(str(path), read_only=True) as connection:
        assert {name for (name,) in connection.execute("SHOW TABLES").fetchall()} == {"baoshu_schema", "facts", "corrections"}
        assert connection.execute("SELECT count(*) FROM facts").fetchall() == [(len(rows),)]


def test_every_migration_and_view_is_in_the_package():
    names = sorted(entry.name for entry in files("baoshu.store").joinpath("sql").iterdir() if entry.name.endswith(".sql"))
    assert [int(name[:4]) for name in names[:-1]] == list(range(1, layout() + 1)) and names[-1] == "views.sql"


# --------------------------------------------------------------------------------------------------------- other databases


def test_other_tables_of_a_database_stay(tmp_path):
    path = tmp_path / "mine.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE mine AS SELECT 1 AS one")
    write_reports(path, county())
    with open_database(path) as connection:
        assert connection.execute("FROM mine").fetchall() == [(1,)]


@pytest.mark.parametrize("table", ["facts", "reports", "coverage"])
def test_a_database_with_another_table_of_that_name_is_left_alone(tmp_path, table):
    path = tmp_path / "mine.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"CREATE TABLE {table} AS SELECT 1 AS one")
    with pytest.raises(StoreError, match=table):
        write_reports(path, county())
    with duckdb.connect(str(path)) as connection:
        assert connection.execute("SHOW TABLES").fetchall() == [(table,)]


@pytest.mark.parametrize("write", [True, False])
def test_a_database_without_facts_and_a_missing_file_are_named(tmp_path, write):
    with duckdb.connect(str(tmp_path / "mine.duckdb")) as connection:
        connection.execute("CREATE TABLE mine AS SELECT 1 AS one")
    for name, message in (("mine", "a database without facts of baoshu"), ("none", "no such file")):
        expected = rf"{message}; expected a database of facts\. Write .* with: baoshu extract PATH --out "
        with pytest.raises(StoreError, match=expected), open_database(tmp_path / f"{name}.duckdb", write=write):
            pass
    assert [path.name for path in tmp_path.iterdir()] == ["mine.duckdb"]


@pytest.mark.parametrize("write", [True, False])
def test_a_file_that_is_no_database_is_left_alone(tmp_path, write):
    path = tmp_path / "facts.duckdb"
    path.write_text("text", encoding="utf-8")
    with pytest.raises(StoreError, match="not a valid DuckDB database file"), open_database(path, write=write, create=write):
        pass
    assert path.read_text(encoding="utf-8") == "text"


# ----------------------------------------------------------------------------------------------------- readers and writers

HOLDER = """
import sys
from pathlib import Path
from baoshu.store.database import open_database
with open_database(Path(sys.argv[1]), write=sys.argv[2] == "write"):
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("holder, opener", [("write", "write"), ("write", "read"), ("read", "write")])
def test_a_second_program_is_told_which_one_has_the_lock(database, holder, opener):
    with subprocess.Popen([sys.executable, "-c", HOLDER, database, holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        with pytest.raises(StoreError) as caught, open_database(database, write=opener == "write"):
            pass
        process.stdin.close()
        process.wait()
    message = rf"{database}: locked by another program (python"
    assert caught.value.message.startswith(message) and f"process {process.pid})" in caught.value.message
    assert "Wait until it has finished, or end it." in str(caught.value)
    with open_database(database, write=True):
        pass


def test_several_programs_read_at_once(database):
    with subprocess.Popen([sys.executable, "-c", HOLDER, database, "read"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        with open_database(database) as connection:
            assert connection.execute("SELECT count(*) FROM facts").fetchall() == [(19,)]
        process.stdin.close()


def test_a_second_connection_to_write_in_one_program_is_refused(database):
    with open_database(database), pytest.raises(StoreError, match="open already in this program"), open_database(database, write=True):
        pass


def test_readers_cannot_change_anything_or_reach_other_files(database, tmp_path):
    for sql in (
        "DELETE FROM facts",
        f"COPY facts TO '{tmp_path}/x.csv'",
        "SELECT * FROM read_csv('/etc/hostname')",
        "SET enable_external_access = true",
    ):
        with pytest.raises(StoreError), open_database(database) as connection:
            connection.execute(sql)
    assert [path.name for path in tmp_path.iterdir()] == [database.name]


# ------------------------------------------------------------------------------------------------------- writing a report


def test_running_twice_changes_nothing(database):
    before = everything(database)
    assert len(before["reports"]) == 3 and len(before["chunks"]) == 14 and len(before["facts"]) == 19
    write_reports(database, county())
    assert everything(database) == before
    write_reports(database, county()[1:2])
    assert everything(database) == before


def test_a_report_is_stored_whole_with_chunks_that_slice_its_text(database):
    (one, rows), *_ = county()
    with open_database(database) as connection:
        stored = connection.execute("SELECT * FROM reports WHERE report_id = ?", [one.report_id]).fetchall()
        assert stored == [tuple(getattr(one, name) for name in TABLES["reports"])]
        chunks = connection.execute(
            'SELECT "text", substr(?, "start" + 1, "end" - "start"), section FROM chunks WHERE report_id = ? ORDER BY "start"',
            [one.text, one.report_id],
        )
        found = chunks.fetchall()
        assert [text for text, _, _ in found] == [cut for _, cut, _ in found] == one.text.split("\n") and found[2][2] == ["一、2024年工作回顾"]
        facts = connection.execute(
            "SELECT * EXCLUDE (number_si, number_high_si, unit_si) FROM facts WHERE report_id = ? ORDER BY start", [one.report_id]
        ).fetchall()
        assert facts == [tuple(row.values()) for row in rows]


def test_a_report_replaces_what_was_there_under_its_id(database):
    changed = report("青石县-2025", "青石县政府工作报告\n没有数字。")
    assert write_reports(database, [(changed, [])]) == 0
    with open_database(database) as connection:
        assert connection.execute("SELECT report_id, characters, chunks, facts FROM coverage").fetchall() == [
            ("白河县-2026", 49, 3, 2), ("青石县-2025", 15, 2, 0), ("青石县-2026", 190, 6, 10),
        ]  # fmt: skip


def test_si_columns_are_stored_when_the_rows_have_them(database):
    one, rows = county()[0]
    write_reports(database, [(one, [with_si(row) for row in rows])])
    with open_database(database) as connection:
        found = connection.execute(
            "SELECT DISTINCT report_id, number_si, unit_si FROM facts_corrected WHERE metric_id = '粮食总产量' ORDER BY ALL"
        ).fetchall()
    assert found == [("青石县-2025", 120_000_000.0, "kg"), ("青石县-2026", None, None)]


def test_a_lone_surrogate_is_stored_as_a_replaced_character(tmp_path):
    one, (row, *_) = county()[0]
    write_reports(tmp_path / "f.duckdb", [(one, [row | {"sentence": "增长\ud83d", "places": ["\udc00"]}])])
    with open_database(tmp_path / "f.duckdb") as connection:
        assert connection.execute("SELECT sentence, places FROM facts").fetchall() == [("增长\ufffd", ["\ufffd"])]


def test_without_a_report_no_file_is_made_and_an_old_one_stays(tmp_path, database):
    assert write_reports(tmp_path / "new.duckdb", []) == 0 and not (tmp_path / "new.duckdb").exists()
    before = database.read_bytes()
    assert write_reports(database, []) == 0 and database.read_bytes() == before


@pytest.mark.parametrize("error", [RuntimeError("midway"), KeyboardInterrupt()])
def test_what_raises_midway_leaves_its_report_as_it_was_and_the_ones_before_stored(tmp_path, error):
    def fails():
        yield from (row | {"number": 1.0} for row in second[1])
        raise error

    path = tmp_path / "facts.duckdb"
    first, second, _ = county()
    write_reports(path, [second])
    before = everything(path)["facts"]
    with pytest.raises(type(error)):
        write_reports(path, [first, (second[0], fails())])
    after = everything(path)
    assert [row for row in after["facts"] if row[1] == second[0].report_id] == before and len(after["reports"]) == 2
    with pytest.raises(type(error)):
        write_reports(tmp_path / "new.duckdb", [(second[0], fails())])
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_fact_of_another_report_is_refused(database):
    one, rows = county()[0]
    before = everything(database)
    with (
        open_database(database, write=True) as connection,
        pytest.raises(StoreError, match="a fact of 白河县-2026; expected facts of the report itself"),
    ):
        replace_report(connection, one, [rows[0], rows[1] | {"report_id": "白河县-2026"}])
    assert everything(database) == before


KILLED = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from qingshi import county
from baoshu.store.reports import write_reports
first, second, third = county()

def endless(rows):
    yield from ({**row, "number": 1.0, "fact_id": f"{n}"} for n in range(400) for row in rows * 3)
    print("middle", flush=True)
    time.sleep(600)

write_reports(Path(sys.argv[1]), [(third[0], []), (second[0], endless(second[1])), first])
"""


def test_a_writer_that_is_killed_in_the_middle_of_a_report_leaves_the_old_one(database, request):
    before = everything(database)
    with subprocess.Popen([sys.executable, "-c", KILLED, database, str(request.path.parent)], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"middle\n"
        process.kill()
    after = everything(database)
    assert [row for row in before["facts"] if row[1] != "白河县-2026"] == after["facts"] and len(after["reports"]) == 3
    with open_database(database, write=True) as connection:
        assert connection.execute("SELECT report_id, facts FROM coverage").fetchall() == [("白河县-2026", 0), ("青石县-2025", 7), ("青石县-2026", 10)]
    write_reports(database, county())
    assert everything(database) == before


def test_the_store_loads_no_spacy_and_no_table_library():
    names = ["columns", "corrections", "database", "export", "files", "reports", "sheets", "workbook"]
    code = f"import sys\nfrom baoshu.store import {', '.join(names)}\nprint(sorted({{'spacy', 'duckdb', 'pyarrow', 'openpyxl', 'pint'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
