"""What the REST endpoints and the pages share: text → report → facts, through one queue, within limits."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from spacy.language import Language
from spacy.tokens import Doc

from baoshu.divisions import find_division, level_of
from baoshu.errors import ModelError, ReportError, RequestError
from baoshu.facts.extract import chunk_contexts, document_facts, model_name
from baoshu.reports.chunk import is_glossary, split_report
from baoshu.types import Chunk, Fact, Report
from baoshu.web.model_queue import ModelQueue
from baoshu.web.reading import ReportReader

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """Largest body, longest text and longest time of one request."""

    max_bytes: int = 20_000_000
    max_characters: int = 400_000
    seconds: float = 120.0
    body_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A report as the pipeline reads it: its chunks, the facts, and the spans of each chunk. *Offsets:* of spans: in the chunk's text."""

    report: Report
    chunks: list[Chunk]
    facts: list[Fact]
    spans: list[list[tuple[int, int, str]]]


class TimeLimitError(RequestError):
    """A request that took longer than the server allows."""


class TooLongError(RequestError):
    """A text above the limit."""


class Service:
    """Reads texts and files with one pipeline for many requests at once."""

    def __init__(self, nlp: Language | None, limits: Limits) -> None:
        self.limits = limits
        self.model = model_name(nlp) if nlp is not None else None
        self._queue = ModelQueue(nlp) if nlp is not None else None
        self._reader = ReportReader()

    async def read_text(self, text: str) -> Doc:
        """Return the document of one text, within the limits.

        :raises RequestError: when it is empty, too long, or takes too long.
        """
        self._check(text)
        return (await self._within_time(self._model().read([text])))[0]

    async def read_report(self, data: bytes, name: str, about: dict[str, Any]) -> Reading:
        """Return what the pipeline reads in a report file.

        :param name: The file's name; its suffix says what kind it is.
        :param about: ``year``, ``reported_year`` and ``place`` where the sender knows better than the text.
        :raises ReportError: when the file cannot be read. :raises RequestError: when it is too long, or takes too long.
        """
        return await self._within_time(self._read_report(data, name, about))

    def close(self) -> None:
        """End the worker thread and the reading process."""
        if self._queue is not None:
            self._queue.close()
        self._reader.close()

    async def _read_report(self, data: bytes, name: str, about: dict[str, Any]) -> Reading:
        queue = self._model()
        digest = hashlib.sha256(data).hexdigest()[:12]
        report = _told(await self._reader.read(data, name, f"upload-{digest}"), about)
        self._check(report.text)
        chunks = list(split_report(report))
        wanted = [number for number, chunk in enumerate(chunks) if not is_glossary(chunk)]
        docs = dict(zip(wanted, await queue.read([chunks[number].text for number in wanted]), strict=True))
        return await asyncio.to_thread(_reading, report, chunks, docs, self.model or "")

    def _model(self) -> ModelQueue:
        if self._queue is None:
            raise ModelError("model", "the server runs without a pipeline", "baoshu serve --model DIR", "Train one with: make run")
        return self._queue

    def _check(self, text: str) -> None:
        if not text.strip():
            raise RequestError("text", "empty", "the text of a report or paragraph")
        if len(text) > self.limits.max_characters:
            raise TooLongError("text", f"{len(text):,} characters", f"at most {self.limits.max_characters:,}", "Use: baoshu extract")
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise RequestError("text", "half a surrogate pair", "Unicode text")

    async def _within_time(self, work: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await work
        except TimeoutError as error:
            raise TimeLimitError("request", f"took longer than {self.limits.seconds:g} seconds", "a shorter text", "Use: baoshu extract") from error


def _told(report: Report, about: dict[str, Any]) -> Report:
    """Return the report with what its sender says of it."""
    if place := about.get("place"):
        division = find_division(place)
        report = replace(report, place=place, adcode=division.adcode if division else None, level=level_of(place))
    if (year := about.get("year")) is not None:
        if not 1949 <= year <= 2100:
            raise ReportError("year", str(year), "a year from 1949 to 2100")
        report = replace(report, year=year, reported_year=year - 1)
    if (reported_year := about.get("reported_year")) is not None:
        report = replace(report, reported_year=reported_year)
    return report


def _reading(report: Report, chunks: list[Chunk], docs: dict[int, Doc], model: str) -> Reading:
    contexts = chunk_contexts(report, chunks, model)
    facts = [fact for number, doc in docs.items() for fact in document_facts(doc, contexts[number])]
    spans = [[(ent.start_char, ent.end_char, ent.label_) for ent in docs[n].ents] if n in docs else [] for n in range(len(chunks))]
    return Reading(report, chunks, facts, spans)
