"""Many requests, one pipeline: their texts are read together in one worker thread."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.tokens import Doc

from baoshu.errors import BusyError


@dataclass(slots=True, eq=False)
class _Job:
    texts: Sequence[str]
    docs: list[Doc] = field(default_factory=list)
    future: Future[list[Doc]] = field(default_factory=Future)


class ModelQueue:
    """Reads texts for many callers at once; batches form from what waits while the pipeline works, nobody waits for a batch to fill.

    Every waiting request has its turn in each batch, so that a long report does not hold up a short text.

    :param nlp: The pipeline; its fact component is left out, since facts need the report around them.
    :param batch_texts: Texts read at once.
    :param max_characters: What may wait; a request above it is refused with :class:`BusyError`.
    """

    def __init__(self, nlp: Language, *, batch_texts: int = 32, max_characters: int = 2_000_000) -> None:
        self._nlp = nlp
        self._skipped = [name for name in nlp.pipe_names if nlp.get_pipe_meta(name).factory == "baoshu_facts"]
        self._batch_texts = batch_texts
        self._max_characters = max_characters
        self._jobs: deque[_Job] = deque()
        self._wake = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="baoshu-model", daemon=True)
        self._thread.start()

    async def read(self, texts: Sequence[str]) -> list[Doc]:
        """Return the documents of ``texts``, in order. A cancelled call is dropped from the queue.

        :raises BusyError: when too much waits already.
        """
        if not texts:
            return []
        job = _Job(texts)
        with self._wake:
            waiting = sum(len(text) for one in self._jobs for text in one.texts[len(one.docs) :])
            if self._closed or (self._jobs and waiting + sum(map(len, texts)) > self._max_characters):
                raise BusyError("queue", f"{waiting:,} characters wait already", f"at most {self._max_characters:,}", "Try again in a few seconds.")
            self._jobs.append(job)
            self._wake.notify()
        return await asyncio.wrap_future(job.future)

    def close(self) -> None:
        """Let the worker end after its batch; what waits is cancelled."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        self._thread.join()

    def _work(self) -> None:
        with self._nlp.select_pipes(disable=self._skipped):
            while self._read_batch():
                pass

    def _read_batch(self) -> bool:
        """Wait for jobs and read a batch of them; False when the queue is closed."""
        with self._wake:
            while not self._jobs and not self._closed:
                self._wake.wait()
            if self._closed:
                for job in self._jobs:
                    job.future.cancel()
                return False
            batch = self._next_batch()
        self._read(batch)
        for job in dict.fromkeys(job for job, _ in batch):
            if len(job.docs) == len(job.texts) and job.future.set_running_or_notify_cancel():
                job.future.set_result(job.docs)
        with self._wake:
            self._jobs = deque(job for job in self._jobs if not job.future.done())
            self._jobs.rotate(-1)
        return True

    def _next_batch(self) -> list[tuple[_Job, str]]:
        """Take texts from the waiting jobs in turn."""
        share = max(1, self._batch_texts // len(self._jobs))
        batch: list[tuple[_Job, str]] = []
        for job in self._jobs:
            done = len(job.docs)
            batch += [(job, text) for text in job.texts[done : done + share]]
            if len(batch) >= self._batch_texts:
                break
        return batch

    def _read(self, batch: list[tuple[_Job, str]]) -> None:
        """Read a batch; when it fails, each text alone, so that one bad text fails one request."""
        try:
            docs = list(self._nlp.pipe(text for _, text in batch))
        except Exception as error:
            if len(batch) > 1:
                for one in batch:
                    self._read([one])
            elif not (future := batch[0][0].future).done() and future.set_running_or_notify_cancel():
                future.set_exception(error)
            return
        for (job, _), doc in zip(batch, docs, strict=True):
            job.docs.append(doc)
