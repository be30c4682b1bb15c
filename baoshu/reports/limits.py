"""How large a report may be: limits that keep a hostile or broken file from taking the machine.

Each is a setting: ``BAOSHU_MAX_FILE_BYTES=500000000`` in the environment raises that of ``file_bytes``.
"""

from __future__ import annotations

import os

from baoshu.errors import BaoshuError, ReportError

DEFAULTS = {
    "file_bytes": 200_000_000,  # a docx or pdf, with its pictures
    "text_bytes": 20_000_000,  # a txt or html file; a report has 50 to 300 thousand bytes
    "unpacked_bytes": 30_000_000,  # the main document inside a docx
    "nesting": 1_000,  # tags inside tags
    "pages": 2_000,  # of a pdf
}


def limit(name: str) -> int:
    """Return a limit by its name in :data:`DEFAULTS`.

    :raises BaoshuError: when the environment sets it to what is no positive integer.
    """
    setting = _setting(name)
    value = os.environ.get(setting)
    if value is None:
        return DEFAULTS[name]
    if not value.isascii() or not value.isdigit() or not int(value):
        raise BaoshuError(setting, f"{value!r}", "a positive integer")
    return int(value)


def beyond(where: str, name: str, found: str, unit: str) -> ReportError:
    """Return the error of a file beyond a limit."""
    return ReportError(where, found, f"at most {limit(name):,} {unit}", f"Where the file can be trusted, raise {_setting(name)}.")


def _setting(name: str) -> str:
    return f"BAOSHU_MAX_{name.upper()}"
