"""Build the baoshu wheel and the wheel of a trained pipeline side by side, without network."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import typer


def package(
    model: Path = typer.Argument(Path("training/model-best"), help="Trained pipeline."),
    out: Path = typer.Argument(Path("dist"), help="Folder for the two wheels."),
) -> None:
    """Write ``baoshu-*.whl`` and ``zh_baoshu-*.whl`` to a folder.

    Install both with: pip install --find-links dist zh_baoshu

    Example: python scripts/package.py training/model-best dist"""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder)
        _run("-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), ".")
        _run("-m", "spacy", "package", str(model), folder, "--build", "none", "--force")
        source = next(built.glob("zh_baoshu-*/setup.py")).parent
        _run("-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(source))
        wheels = sorted(built.glob("*.whl"))
        for old in out.glob("*.whl"):
            old.unlink()
        for wheel in wheels:
            shutil.move(wheel, out / wheel.name)
            typer.echo(f"{out / wheel.name}")


def _run(*arguments: str) -> None:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stdout[-2000:] + done.stderr[-2000:])
        raise typer.Exit(done.returncode)


if __name__ == "__main__":
    typer.run(package)
