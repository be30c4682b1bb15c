"""``baoshu doctor``: what is installed, found and missing."""

from __future__ import annotations

import json
import platform
import shutil
import sys
from importlib import metadata
from importlib.util import find_spec
from typing import Any

import typer

from baoshu import __version__
from baoshu.errors import BaoshuError

_REQUIRED = (
    "spacy", "spacy-pkuseg", "rjieba", "scikit-learn", "scipy", "joblib", "typer", "rich", "numpy", "pyarrow", "duckdb", "openpyxl", "charset-normalizer", "pypdfium2",
    "selectolax", "defusedxml", "pint", "threadpoolctl", "jinja2",
)  # fmt: skip
_EXTRAS = {
    "bench": ("sklearn_crfsuite", "jieba"), "ray": ("ray",), "web": ("fastapi", "uvicorn", "python_multipart"), "trf": ("torch", "spacy_transformers"),
}  # fmt: skip


def doctor_cli(as_json: bool = typer.Option(False, "--json", help="Print JSON.")) -> None:
    """Show what is installed, which model and labels would be used, and what is missing; exit 1 when something needed is.

    Example: baoshu doctor"""
    found: dict[str, Any] = {"baoshu": __version__, "python": platform.python_version(), "platform": platform.platform()}
    problems: list[str] = []
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        problems.append(f"Python {found['python']}; 3.11 to 3.13 are tested")
    for name in _REQUIRED:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
            problems.append(f"{name} is not installed; run: make setup")
    for extra, modules in _EXTRAS.items():
        missing = [module for module in modules if find_spec(module) is None]
        found[f"extra {extra}"] = "installed" if not missing else f"missing {', '.join(missing)} (optional)"
    found["chromium"] = shutil.which("chromium") or "missing (optional: browser tests)"
    for name, look in (("model", _model), ("labels", _labels)):
        found[name], problem = look()
        problems += [problem] if problem else []
    if as_json:
        typer.echo(json.dumps(found | {"problems": problems}, ensure_ascii=False, indent=2))
    else:
        for name, value in found.items():
            typer.echo(f"{name:<20} {value if value is not None else 'missing'}")
        for problem in problems:
            typer.echo(f"problem: {problem}")
    if problems:
        raise typer.Exit(1)


def _model() -> tuple[str, str | None]:
    from baoshu.facts.extract import model_name
    from baoshu.model import find_model, load_model

    try:
        found = find_model()
        nlp = load_model(found)
    except BaoshuError as error:
        return "missing", str(error)
    return f"{found} ({model_name(nlp)}: {', '.join(nlp.pipe_names)})", None


def _labels() -> tuple[str, str | None]:
    from baoshu.scheme import current_scheme, scheme_file

    try:
        return f"{scheme_file()} ({', '.join(current_scheme().labels)})", None
    except BaoshuError as error:
        return str(scheme_file()), str(error)
