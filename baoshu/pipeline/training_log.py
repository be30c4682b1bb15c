"""The training log: what spaCy prints while it trains, kept as JSONL too."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from spacy.language import Language
from spacy.util import registry

from baoshu.files import write_jsonl

Step = Callable[[dict[str, Any] | None], None]


@registry.loggers("baoshu.TrainingLog.v1")  # type: ignore[untyped-decorator]
def make_training_log(output_file: str | None = None) -> Callable[..., tuple[Step, Callable[[], None]]]:
    """Make the logger of ``[training.logger]``: spaCy's table, and with ``output_file`` a row for each evaluation, written when training ends."""
    console = registry.loggers.get("spacy.ConsoleLogger.v3")()

    def set_up(nlp: Language, stdout: IO[str] = sys.stdout, stderr: IO[str] = sys.stderr) -> tuple[Step, Callable[[], None]]:
        print_step, end_table = console(nlp, stdout, stderr)
        rows: list[dict[str, Any]] = []

        def step(info: dict[str, Any] | None) -> None:
            print_step(info)
            if info is not None:
                losses = {name: round(float(loss), 4) for name, loss in info["losses"].items()}
                rows.append({"epoch": info["epoch"], "step": info["step"], "losses": losses, "score": round(float(info["score"]), 4)})

        def end() -> None:
            end_table()
            if output_file:
                write_jsonl(Path(output_file), rows)

        return step, end

    return set_up
