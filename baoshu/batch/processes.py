"""A function over many items in processes of their own: in order, with a time limit, whatever an item does to its process."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")
_AHEAD = 16


@dataclass(frozen=True, slots=True)
class Lost:
    """What stands for the result of an item whose process ended (``seconds`` is None) or was ended at the time limit."""

    seconds: float | None = None


def map_in_processes(
    function: Callable[[T], R], items: Iterable[T], *, jobs: int = 1, timeout: float | None = None, start: Callable[[], object] | None = None
) -> Iterator[tuple[T, R | Lost]]:  # fmt: skip
    """Yield ``(item, result)`` in the order of the items.

    Items are taken as they are needed, at most 16 a process ahead of the one that is yielded. A process that ends is replaced.
    The processes end with this one, also when it is killed: each finishes the item it has.

    :param function: Called in the processes; must not raise. Forked processes share what it holds in memory, others get it pickled.
    :param timeout: Seconds that an item may take before its process is killed.
    :param start: Called first in each process; its time counts for no item.
    """
    source, numbers = iter(items), count()
    waiting: dict[int, T] = {}
    results: dict[int, R | Lost] = {}
    given = yielded = 0
    gc.freeze()  # what is loaded so far stays in shared pages
    workers = [_Worker(function, start) for _ in range(jobs)]
    try:
        while True:
            for worker in workers:
                if worker.item is None and given - yielded < _AHEAD * jobs:
                    try:
                        item = next(source)
                    except StopIteration:
                        break
                    given = next(numbers) + 1
                    waiting[given - 1] = item
                    worker.give(given - 1, item)
            while yielded in results:
                yield waiting.pop(yielded), results.pop(yielded)
                yielded += 1
            busy = [worker for worker in workers if worker.item is not None]
            if not busy and not waiting:
                return
            for worker in _ready(busy, timeout):
                number = worker.item
                if not worker.started and worker.greets():
                    continue
                assert number is not None
                results[number] = worker.take(timeout)
                if isinstance(results[number], Lost):
                    workers[workers.index(worker)] = _Worker(function, start)
    finally:
        for worker in workers:
            worker.end()
        gc.unfreeze()


def _ready(busy: list[_Worker[T, R]], timeout: float | None) -> list[_Worker[T, R]]:
    """Wait until a worker has a result, has ended or is out of time."""
    if not busy:
        return []
    ends = [worker.begun + timeout for worker in busy if worker.started] if timeout is not None else []
    ready = wait([worker.connection for worker in busy], max(0.0, min(ends) - time.monotonic()) if ends else None)
    now = time.monotonic()
    late = (timeout is not None and worker.started and now - worker.begun >= timeout for worker in busy)
    return [worker for worker, is_late in zip(busy, late, strict=True) if is_late or worker.connection in ready]


class Isolated(Generic[T, R]):
    """A function that runs in a process of its own, started afresh and not forked, because the calling one has threads.

    :param function: Pickled; must not raise.
    :param timeout: Seconds that a call may take before its process is killed.
    :param start: Called first in the process; its time does not count.
    """

    def __init__(self, function: Callable[[T], R], *, timeout: float | None = None, start: Callable[[], object] | None = None) -> None:
        self._function, self._timeout, self._start = function, timeout, start
        self._worker: _Worker[T, R] | None = None

    def __call__(self, item: T) -> R | Lost:
        """Return the result, or what stands for it."""
        if self._worker is None:
            self._worker = _Worker(self._function, self._start, multiprocessing.get_context("spawn"))
        self._worker.give(0, item)
        if self._worker.started or self._worker.greets():
            self._worker.connection.poll(self._timeout)
        result = self._worker.take(self._timeout)
        if isinstance(result, Lost):
            self._worker = None
        return result


class _Worker(Generic[T, R]):
    """A process that answers one item at a time; ``item`` is the number of the one it has, since ``begun``."""

    def __init__(self, function: Callable[[T], R], start: Callable[[], object] | None, context: Any = multiprocessing) -> None:
        self.item: int | None = None
        self.begun = 0.0
        self.started = False
        self.connection, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(target=_serve, args=(function, start, theirs, self.connection), daemon=True)
        self._process.start()
        theirs.close()

    def give(self, number: int, item: T) -> None:
        """Send an item; a process that has ended shows when its result is taken."""
        self.item, self.begun = number, time.monotonic()
        with suppress(OSError):
            self.connection.send(item)

    def greets(self) -> bool:
        """Wait until the process is ready for its item, which begins now; False when it has ended."""
        try:
            self.connection.recv()
        except (EOFError, OSError):
            return False
        self.started, self.begun = True, time.monotonic()
        return True

    def take(self, timeout: float | None) -> R | Lost:
        """Return the result that is there, or end the process and say why there is none."""
        self.item = None
        try:
            if self.connection.poll():
                return self.connection.recv()  # type: ignore[no-any-return]
            lost = Lost(timeout)
        except (EOFError, OSError):
            lost = Lost()
        self.end()
        return lost

    def end(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.join()
        self.connection.close()


def _serve(function: Callable[[T], R], start: Callable[[], object] | None, connection: Connection, other_end: Connection) -> None:
    """Answer items until the other process is gone; an interrupt from the keyboard is left to that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    other_end.close()
    parent = multiprocessing.parent_process()
    assert parent is not None
    if start is not None:
        start()
    with suppress(OSError):
        connection.send(None)
    while True:
        if connection not in wait([connection, parent.sentinel]):
            return
        try:
            connection.send(function(connection.recv()))
        except (EOFError, OSError):
            return
