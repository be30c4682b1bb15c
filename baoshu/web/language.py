"""The words of the pages in Chinese and English, from one table."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files

LANGUAGES = ("zh", "en")


@cache
def strings() -> dict[str, tuple[str, ...]]:
    """Return for each key the texts in the order of ``LANGUAGES``."""
    lines = files("baoshu.web").joinpath("strings.tsv").read_text(encoding="utf-8").splitlines()
    return {key: tuple(texts) for key, *texts in (line.split("\t") for line in lines if line and not line.startswith("#"))}


def translator(language: str) -> Callable[..., str]:
    """Return a function from a key, with values for its placeholders, to the text; a key that is not there is a KeyError."""
    number = LANGUAGES.index(language)

    def text(key: str, **values: object) -> str:
        found = strings()[key][number]
        return found.format(**values) if values else found

    return text


def choose_language(asked: str | None, kept: str | None, accepted: str) -> str:
    """Return the language asked for, else the one kept, else English for browsers that want it before Chinese, else Chinese."""
    for one in (asked, kept):
        if one in LANGUAGES:
            return one
    wanted = [part.split(";")[0].strip().lower()[:2] for part in accepted.split(",")]
    return next((one for one in wanted if one in LANGUAGES), "zh")
