"""``baoshu serve`` as a process, and what it refuses."""

import json
import signal
import subprocess
import sys
import urllib.request

import pytest
from typer.testing import CliRunner

from baoshu.cli.main import app


@pytest.mark.parametrize("arguments", [("--host", "0.0.0.0"), ("--host", "192.168.1.2", "--token", ""), ("--port", "70000")])
def test_an_address_others_can_reach_needs_a_token(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BAOSHU_TOKEN", raising=False)
    done = CliRunner().invoke(app, ["serve", "--no-model", *arguments])
    assert done.exit_code == 2, done.output


def test_it_serves_until_it_is_interrupted(database, tmp_path):
    command = [sys.executable, "-m", "baoshu", "serve", str(database), "--no-model", "--port", "0", "--feedback", str(tmp_path / "f.jsonl")]
    # a shell that starts the tests in the background makes its children ignore SIGINT
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)) as process:
        try:
            address = process.stderr.readline().split("/ (")[0]
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{address}/healthz") as answer:
                assert json.load(answer)["status"] == "ok"
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, err) == (130, "interrupted; no file is half-written\n")


def test_a_taken_port_is_said_to_be(database):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "baoshu", "serve", str(database), "--no-model", "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 3 and f"127.0.0.1:{port}: Address already in use" in done.stderr
