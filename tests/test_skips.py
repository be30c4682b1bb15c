"""A full run (BAOSHU_NO_SKIPS=1) fails where an ordinary one skips."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import pytest
def test_runs(): pass
@pytest.mark.skip(reason="no Chromium")
def test_needs_chromium(): pass
@pytest.mark.docker
@pytest.mark.skip(reason="no Docker")
def test_needs_docker(): pass
@pytest.mark.postgres
def test_needs_postgres(): pytest.skip("no server")
@pytest.mark.trf
@pytest.mark.skip(reason="no torch")
def test_needs_torch(): pass
@pytest.mark.skip(reason="../shared is not here")
def test_needs_shared(): pass
@pytest.mark.xfail
def test_expected_to_fail(): assert False
"""


@pytest.mark.parametrize(
    "no_skips, counts",
    [("", "1 passed, 6 skipped, 1 xfailed"), ("1", "1 passed, 4 skipped, 1 xfailed, 2 errors")],
)
def test_a_full_run_skips_only_what_needs_docker_postgres_torch_or_files_beside_the_repository(tmp_path, no_skips, counts):
    shutil.copy(Path(__file__).with_name("conftest.py"), tmp_path)
    (tmp_path / "test_some.py").write_text(TESTS)
    (tmp_path / "test_module.py").write_text('import pytest\npytest.importorskip("no_such_module")\n')
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--strict-markers", "--continue-on-collection-errors"],
        cwd=tmp_path, env=os.environ | {"BAOSHU_NO_SKIPS": no_skips}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1].startswith(counts), done.stdout
    assert bool(no_skips) == ("no Chromium (BAOSHU_NO_SKIPS=1: a full run skips nothing)" in done.stdout)
    assert done.returncode == int(bool(no_skips))
