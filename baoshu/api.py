"""``extract_facts``: a report or a text → facts, in one call."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from baoshu.divisions import find_division, level_of
from baoshu.facts.extract import report_facts
from baoshu.files import sha256
from baoshu.model import find_model, load_model
from baoshu.types import Fact, Report

if TYPE_CHECKING:
    from spacy.language import Language


def extract_facts(
    report: Report | str, *, place: str | None = None, year: int | None = None, nlp: Language | None = None
) -> list[Fact]:  # fmt: skip
    """Return the facts of a report, or of a text that stands for one.

    *Offsets:* in ``report.text``, or in the text itself.

    :param place: The place that the report is from, in place of what the report says.
    :param year: The year the report was delivered, in place of what the report says; it looks back on the year before.
    :param nlp: The pipeline; by default the one that :func:`load_model` finds, loaded once.
    :raises ModelError: when there is no pipeline, or it does not fit this version.
    """
    one = Report("text", report, sha256(report), "text") if isinstance(report, str) else report
    changes: dict[str, Any] = {}
    if place is not None:
        division = find_division(place)
        changes |= {"place": place, "adcode": division.adcode if division else None, "level": level_of(place)}
    if year is not None:
        changes |= {"year": year, "reported_year": year - 1}
    ((_, facts),) = report_facts(nlp if nlp is not None else _found(find_model()), [replace(one, **changes)])
    return facts


@lru_cache(maxsize=1)
def _found(model: str) -> Language:
    return load_model(model)
