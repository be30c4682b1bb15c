"""The same server on PostgreSQL: a cluster of its own in a temporary folder, on a socket."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from baoshu.doccano.client import Doccano
from baoshu.doccano.push import push, round_projects
from baoshu.doccano.server import down, up
from baoshu.errors import ServerError

pytestmark = pytest.mark.postgres


@pytest.fixture
def database_url(tmp_path, free_port):
    """Start a PostgreSQL server; root has to lend it another account."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(found) for found in [shutil.which("initdb")] if found]
    if not found:
        pytest.skip("PostgreSQL is not installed")
    as_other = []
    if os.geteuid() == 0:
        if subprocess.run(["id", "postgres"], capture_output=True).returncode or not shutil.which("runuser"):
            pytest.skip("PostgreSQL does not run as root and there is no account postgres")
        as_other = ["runuser", "-u", "postgres", "--"]
    folder, port, programs = Path(f"/tmp/baoshu-postgres-{os.getpid()}"), free_port(), found[-1].parent
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)

    def run(program, *arguments):
        subprocess.run([*as_other, str(programs / program), *arguments], check=True, stdout=subprocess.DEVNULL, cwd=folder)

    try:
        run("initdb", "--pgdata", f"{folder}/data", "--auth", "trust", "--username", "doccano", "--encoding", "UTF8")
        options = f"-h 127.0.0.1 -p {port} -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "start", "--pgdata", f"{folder}/data", "--wait", "--log", f"{folder}/log", "--options", options)
        try:
            yield f"postgres://doccano@127.0.0.1:{port}/postgres?sslmode=disable"
        finally:
            run("pg_ctl", "stop", "--pgdata", f"{folder}/data", "--mode", "immediate")
    finally:
        shutil.rmtree(folder)


def test_a_round_on_postgresql(database_url, make_state, settings, batch_of, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database_url)
    state = make_state()
    up(state)
    try:
        batch = batch_of({"r:1": "😀{M1|税收}{V>M1|3亿元}𠀀", "r:2": "各位代表："})
        with Doccano(state) as server:
            push(server, batch, round="pg", annotators=["li"], overlap=0, **settings)
            found = server.export(round_projects(server, "pg")["li"], confirmed=False)
        assert {one.annotation for one in found} == set(batch.annotations)
        assert not state.path("doccano.sqlite3").exists()
    finally:
        down(state)
    monkeypatch.delenv("DATABASE_URL")
    with pytest.raises(ServerError, match="set up with postgres, not sqlite"):
        up(state)
