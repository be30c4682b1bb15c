"""Load one system in this process, predict, print the peak of the resident memory: ``python -m bench.memory KEY MODEL TEXTS.jsonl``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from baoshu.files import read_jsonl
from bench.systems import System


def create(key: str) -> System:
    """Return a system, not loaded, by its key; only its own libraries are imported."""
    if key in ("baoshu", "baoshu-chars", "quickstart"):
        from bench.pipelines import Baoshu, BaoshuCharacters, Quickstart

        pipelines: dict[str, type[System]] = {"baoshu": Baoshu, "baoshu-chars": BaoshuCharacters, "quickstart": Quickstart}
        return pipelines[key]()
    if key == "regex":
        from bench.rules import RegexJieba

        return RegexJieba()
    from bench.crf import CharacterCrf, CharacterCrfPlus

    fields: dict[str, type[System]] = {"crf": CharacterCrf, "crf-plus": CharacterCrfPlus}
    return fields[key]()


def peak_rss() -> int:
    """Return the peak resident bytes of this process.

    Linux counts them anew when a program starts (``VmHWM``); what ``getrusage`` says there can be the parent's.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS


def main() -> None:
    """Measure the system named on the command line, all of its work."""
    key, model, texts = sys.argv[1:]
    system = create(key)
    system.load(Path(model))
    rows = [str(row["text"]) for row in read_jsonl(Path(texts))]
    list(system.timed().values())[-1](rows)
    print(json.dumps({"peak_rss_bytes": peak_rss()}))


if __name__ == "__main__":
    main()
