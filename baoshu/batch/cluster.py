"""The engine ``ray``: the same worker as Ray Data actors, on this machine or a cluster."""

from __future__ import annotations

import logging
import os
import pickle
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from baoshu.batch.local import lost_outcome
from baoshu.batch.processes import Isolated
from baoshu.batch.work import Outcome, Task, Worker
from baoshu.errors import MissingExtra
from baoshu.model import model_files

_BATCH = 4
_MOST_BLOCKS = 2_000


def run_ray(
    worker: Worker, tasks: Iterable[Task], *, jobs: int = 1, timeout: float | None = None, address: str | None = None
) -> Iterator[Outcome]:  # fmt: skip
    """Yield the outcome of each task in order.

    Ray starts a process that ended anew and gives it its tasks again: a part that was written is written over by the same one.
    The pipeline travels to the nodes; they need baoshu itself, and parts in a place that all of them reach.

    :param jobs: Actors, each with one CPU.
    :param address: Cluster; by default ``$RAY_ADDRESS``, else one on this machine.
    :raises MissingExtra: when Ray is not installed.
    """
    try:
        import ray
        from ray.data import ActorPoolStrategy, DataContext
    except ImportError as error:
        raise MissingExtra("--engine ray", "Ray is not installed", "--engine local", 'Install it with: pip install "baoshu[ray]"') from error
    worker.load()  # what is wrong with it shows here, not on every node
    rows = [{"task": pickle.dumps(task)} for task in tasks]
    if not rows:
        return
    started = not ray.is_initialized()
    if started:
        quiet = {"log_to_driver": False, "logging_level": "error"}
        remote = address or os.environ.get("RAY_ADDRESS")
        ray.init(address=address, **quiet) if remote else ray.init(num_cpus=jobs + 1, include_dashboard=False, **quiet)
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context = DataContext.get_current()
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    try:
        model = ray.put({name: path.read_bytes() for name, path in model_files(worker.model).items()})
        blocks = min(-(-len(rows) // _BATCH), max(_MOST_BLOCKS, 20 * jobs))
        outcomes = ray.data.from_items(rows, override_num_blocks=blocks).map_batches(
            _Actor, fn_constructor_args=(model, worker, timeout),
            batch_size=_BATCH, compute=ActorPoolStrategy(size=jobs), num_cpus=1,
        )  # fmt: skip
        for row in outcomes.iter_rows():
            yield pickle.loads(row["outcome"])
    finally:
        if started:
            ray.shutdown()


class _Actor:
    """A worker on a node, with the pipeline that the driver sent, in a process below Ray's own.

    So a report that ends its process is a failure, and not a reason for Ray to try it for ever.
    """

    def __init__(self, model: Any, worker: Worker, timeout: float | None) -> None:
        import ray

        self._folder = tempfile.TemporaryDirectory(prefix="baoshu-")
        for name, content in ray.get(model).items():
            path = Path(self._folder.name, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        worker.model = self._folder.name
        self._work: Isolated[Task, Outcome] = Isolated(worker, timeout=timeout, start=worker.load)

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Return the pickled outcomes of pickled tasks."""
        return {"outcome": [pickle.dumps(self._outcome(pickle.loads(task))) for task in batch["task"]]}

    def _outcome(self, task: Task) -> Outcome:
        result = self._work(task)
        return result if isinstance(result, Outcome) else lost_outcome(task, result)
