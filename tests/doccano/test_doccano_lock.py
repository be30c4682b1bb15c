"""The locks of the two environments: hashed, of no index, and what their sources name."""

import re
from pathlib import Path

import pytest

from baoshu.doccano.environment import install
from baoshu.errors import ServerError

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def pins(name):
    return dict(re.findall(r"^([a-z0-9-]+)==([^ \\]+)", (SCRIPTS / name).read_text(), re.M))


@pytest.mark.parametrize("name", ["doccano.lock", "doccano_sync.lock"])
def test_every_package_has_a_hash_and_no_index_is_named(name):
    text = (SCRIPTS / name).read_text()
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.M)[1:]
    assert blocks and all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text and "index" not in text


def test_the_locks_hold_what_is_asked_for():
    assert pins("doccano.lock")["doccano"] == "1.8.4"
    sync = pins("doccano_sync.lock")
    assert (sync["doccano-client"], sync["pydantic"].split(".")[0], sync["urllib3"].split(".")[0]) == ("1.2.8", "1", "1")
    header = re.search(r"dependencies = \[(.*)\]", (SCRIPTS / "doccano_sync.py").read_text()).group(1)
    assert {re.split("[=<]", one)[0] for one in re.findall('"([^"]+)"', header)} <= sync.keys()


def test_an_environment_that_cannot_be_installed_is_an_error_that_says_why(tmp_path):
    lock = tmp_path / "bad.lock"
    lock.write_text("not a requirement\n")
    with pytest.raises(ServerError, match=r"bad.lock: uv [a-z ]+ failed \(.+\).*docker compose up"):
        install(tmp_path / "env", lock)
