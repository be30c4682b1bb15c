"""baoshu (报数) turns Chinese government work reports into facts that can be summed and compared.

The names below are loaded when they are first used: importing the package loads no spaCy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from baoshu.api import extract_facts
    from baoshu.errors import BaoshuError
    from baoshu.model import load_model
    from baoshu.reports.read import read_report
    from baoshu.types import Fact, Report

__version__ = "0.1.0"
__all__ = ["BaoshuError", "Fact", "Report", "extract_facts", "load_model", "read_report"]

_HOMES = {
    "BaoshuError": "baoshu.errors",
    "Fact": "baoshu.types",
    "Report": "baoshu.types",
    "extract_facts": "baoshu.api",
    "load_model": "baoshu.model",
    "read_report": "baoshu.reports.read",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
