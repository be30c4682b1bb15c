"""The result as JSON and Markdown, with what is needed to judge and repeat it."""

from __future__ import annotations

import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

from baoshu.scheme import current_scheme
from bench.systems import ROOT

LIBRARIES = ("baoshu", "spacy", "thinc", "numpy", "scipy", "scikit-learn", "spacy-pkuseg", "sklearn-crfsuite", "python-crfsuite", "jieba")
LINKING = "entities and links"
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")
_MEGA = 1_000_000


@dataclass(slots=True)
class Result:
    """Everything measured of one system; ``seconds`` holds the passes of each amount of work."""

    key: str
    name: str
    commands: tuple[str, ...]
    training_seconds: float | None
    model_bytes: int
    peak_rss_bytes: int = 0
    scores: dict[str, dict[str, Any]] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def row(self, characters: int) -> dict[str, Any]:
        """Return the row of the JSON file; ``characters`` is what one pass read."""
        speeds = {
            work: {"characters_per_second": round(characters / median(passes), 1), "pass_seconds": [round(s, 4) for s in passes]}
            for work, passes in self.seconds.items()
        }
        return {
            "key": self.key, "name": self.name, "training_seconds": None if self.training_seconds is None else round(self.training_seconds, 1),
            "training_commands": list(self.commands), "model_bytes": self.model_bytes, "peak_rss_bytes": self.peak_rss_bytes,
            "scores": self.scores, "speed": speeds,
        }  # fmt: skip


def to_json(results: Iterable[Result], *, characters: int, data: Mapping[str, Any], quick: Sequence[str] | None) -> dict[str, Any]:
    """Return the whole result.

    :param data: Sizes of what was trained, scored and timed on.
    :param quick: The options of the short training of the quickstart pipeline, None in a full run.
    """
    return {
        **environment(), "quick": quick is not None, "quick_options": list(quick or ()), "data": dict(data),
        "systems": [result.row(characters) for result in results],
    }  # fmt: skip


def environment() -> dict[str, Any]:
    """Return date, commit, command line, machine, versions and threads."""
    from threadpoolctl import threadpool_info  # type: ignore[import-not-found, import-untyped, unused-ignore]

    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _git("rev-parse", "HEAD"),
        "uncommitted_changes": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "command": shlex.join(["python", *sys.argv]),
        "machine": {
            "cpu": _cpu(),
            "cores": os.cpu_count(),
            "memory_bytes": _memory(),
            "platform": f"{platform.system()} {platform.machine()}",
            "load_average": os.getloadavg()[0],
        },
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "threads": {
            "environment": {name: os.environ.get(name) for name in _THREADS},
            "pools": [{key: pool.get(key) for key in ("user_api", "internal_api", "version", "num_threads")} for pool in threadpool_info()],
        },
    }


def to_markdown(result: Mapping[str, Any]) -> str:
    """Return the tables and, above them, how they came about."""
    systems: Sequence[Mapping[str, Any]] = result["systems"]
    speed = result["data"]["speed"]
    parts = ["# Benchmark", _head(result), "## Summary", _summary(systems)]
    for name, size in result["data"]["gold"].items():
        about = f"{size['reports']} reports, {size['chunks']:,} chunks, {size['characters']:,} characters; F1 in %, exact spans."
        parts += [f"## Quality: {name}", about, _quality(systems, name)]
    parts += ["## Speed", f"{speed['texts']:,} texts of {speed['characters']:,} characters in one process; median of {speed['passes']} passes."]
    parts += [_speed(systems), _NOTES]
    return "\n\n".join(parts) + "\n"


_NOTES = """## How to read it

- All systems learn from the same train part; dev only tells a spaCy training which step was best. Training seconds include the start of the programs, for baoshu also its word segmenter.
- A link is right when both spans and both labels are. baoshu links by its own linker; the others by one rule: the METRIC that starts where the value ends, else the nearest METRIC, then PROJECT, to the left in the sentence.
- Speed: the systems take turns in every pass, each pass starts with another. Peak memory is that of a fresh process that loads the model and does all of its work on the same texts; jieba's own dictionary is not part of a model's size.
- In brackets: 95 % interval of F1 when whole reports are drawn again."""


def _head(result: Mapping[str, Any]) -> str:
    machine, threads, train = result["machine"], result["threads"], result["data"]["train"]
    set_threads = ", ".join(f"{name}={value}" for name, value in threads["environment"].items() if value is not None) or "no variable set"
    pools = ", ".join(f"{pool['internal_api']} {pool['num_threads']}" for pool in threads["pools"]) or "none loaded"
    lines = [
        f"`{result['command']}`",
        f"{result['date']}, commit {result['commit'] or 'unknown'}{' with uncommitted changes' if result['uncommitted_changes'] else ''}",
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_bytes'] / 2**30:.1f} GiB, {machine['platform']}, load {machine['load_average']:.1f}",
        f"Python {result['python']}, " + ", ".join(f"{name} {version or 'missing'}" for name, version in result["libraries"].items()),
        f"Threads: {set_threads}; pools: {pools}",
        f"Trained on {train['chunks']:,} chunks, {train['characters']:,} characters",
    ]
    if result["quick"]:
        lines.append(f"**Quick run**: the quickstart pipeline was trained with `{shlex.join(result['quick_options'])}`, so its row is not its best")
    return "\n".join(f"- {line}" for line in lines)


def _summary(systems: Sequence[Mapping[str, Any]]) -> str:
    rows = []
    for system in systems:
        scores, seconds = system["scores"]["test"], system["training_seconds"]
        rows.append([
            system["name"], _percent(scores["ALL"]), _percent(scores["LINK"]), "–" if seconds is None else f"{seconds:,.1f}",
            f"{system['speed'][LINKING]['characters_per_second']:,.0f}", f"{system['peak_rss_bytes'] / _MEGA:,.0f}", f"{system['model_bytes'] / _MEGA:,.2f}",
        ])  # fmt: skip
    return _table(["system", "micro F1", "link F1", "training s", "characters/s", "peak memory MB", "model MB"], rows)


def _quality(systems: Sequence[Mapping[str, Any]], name: str) -> str:
    rows = [
        [system["name"], _percent(scores["ALL"]), *(_percent(scores[label]) for label in current_scheme().labels), _percent(scores["LINK"])]
        for system in systems
        for scores in [system["scores"][name]]
    ]
    return _table(["system", "micro F1", *(f"{label} F1" for label in current_scheme().labels), "link F1"], rows)


def _speed(systems: Sequence[Mapping[str, Any]]) -> str:
    rows = []
    for system in systems:
        for work, speed in system["speed"].items():
            fastest, slowest = min(speed["pass_seconds"]), max(speed["pass_seconds"])
            rows.append([system["name"], work, f"{speed['characters_per_second']:,.0f}", f"{fastest:.2f}–{slowest:.2f}"])
    return _table(["system", "work", "characters/s", "seconds a pass"], rows)


def _percent(score: Mapping[str, Any]) -> str:
    text = f"{100 * score['f']:.1f}"
    return f"{text} [{100 * score['ci95'][0]:.1f}–{100 * score['ci95'][1]:.1f}]" if "ci95" in score else text


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    aligned = ["---" if name in ("system", "work") else "---:" for name in head]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, aligned, *rows))


def _git(*words: str) -> str | None:
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    for line in info.read_text().splitlines() if info.is_file() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
