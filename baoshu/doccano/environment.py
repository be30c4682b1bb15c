"""Python environments beside ours: doccano's server and its client need packages that exclude each other's and our own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from baoshu.errors import ServerError
from baoshu.files import sha256

Say = Callable[[str], None]
_HERE = Path(__file__).resolve().parent
_FOLDERS = (_HERE.parents[1] / "scripts", _HERE / "scripts")  # a clone, the wheel
SERVER_PYTHON = "3.11"  # pandas 1.5 of doccano 1.8.4 has wheels up to here


def silent(message: str) -> None:
    """Say nothing."""


def shipped(name: str) -> Path:
    """Return the path of a script or lock that ships with baoshu.

    :raises ServerError: when it is missing.
    """
    for folder in _FOLDERS:
        if (folder / name).is_file():
            return folder / name
    raise ServerError(name, "not found beside the package", f"it in {_FOLDERS[0]}", "Install baoshu again.")


def install(folder: Path, lock: Path, say: Say = silent) -> Path:
    """Install a hashed lock into an environment of its own; one that fits the lock already is left alone.

    :returns: Its Python interpreter.
    :raises ServerError: without uv or Python 3.11, or when a package cannot be fetched.
    """
    python = folder / "bin" / "python"
    stamp = folder / ".installed"
    fingerprint = sha256(lock.read_text(encoding="utf-8"))
    if python.exists() and stamp.is_file() and stamp.read_text() == fingerprint:
        return python
    say(f"installing {lock.name} into {folder}, once")
    uv = _find_uv()
    stamp.unlink(missing_ok=True)
    if not python.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        _uv(uv, lock, "venv", "--quiet", "--allow-existing", "--no-project", "--python", SERVER_PYTHON, str(folder))
    _uv(uv, lock, "pip", "sync", "--quiet", "--require-hashes", "--python", str(python), str(lock))
    stamp.write_text(fingerprint)
    return python


def _find_uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        raise ServerError("doccano", "uv is not installed", "uv, which installs doccano apart from baoshu", "pip install uv")
    return found


def _uv(uv: str, lock: Path, *arguments: str) -> None:
    environment = {"UV_SYSTEM_CERTS": "1", **os.environ}
    environment.pop("VIRTUAL_ENV", None)
    done = subprocess.run([uv, *arguments], capture_output=True, text=True, env=environment)
    if done.returncode:
        reason = " ".join((done.stderr or done.stdout).split())[-600:]
        hint = f"doccano needs Python {SERVER_PYTHON} and, the first time, a package index. Without them: docker compose up (docs/annotation.md)."
        raise ServerError(lock.name, f"uv {' '.join(arguments[:2])} failed ({reason})", "an environment of its own", hint)
