"""Measure what extraction costs and how it grows, and what large archives would take: docs/scale.json and the figures in docs/scale.md.

Run from the root: ``python scripts/scale.py`` (about 20 minutes on 2 cores; ``--quick``: 5). Every figure comes from a process of its
own that is timed from outside, or that times itself after the pipeline is warm.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from bench.memory import peak_rss

from baoshu.files import write_json, write_text
from baoshu.model import find_model, model_version
from baoshu.reports.read import Source, find_sources, read_report

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- figures: written by scripts/scale.py -->", "<!-- end of figures -->"


def main() -> None:
    """Measure and write the JSON file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, default=ROOT / "corpus/annotated/texts", help="folder of reports")
    parser.add_argument("--model", help="pipeline; by default the one that baoshu finds")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/scale.json")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 100], help="how many times the texts are read")
    parser.add_argument("--memory", type=int, nargs="+", default=[100, 5000], help="numbers of reports at which the peak of memory is read")
    parser.add_argument("--quick", action="store_true", help="1 and 3 times the texts, memory at 100 and 500 reports")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--reports", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--jobs", type=int, default=1, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.model = find_model(arguments.model)
    if arguments.quick:
        arguments.sizes, arguments.memory = [1, 3], [100, 500]
    if arguments.step:
        print(json.dumps(STEPS[arguments.step](arguments)))
        return
    result = measure(arguments)
    write_json(arguments.out, result)
    page = arguments.out.with_suffix(".md")
    if page.is_file():
        before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
        write_text(page, f"{before}{BEGIN}\n{figures(result)}{END}{rest.partition(END)[2]}")
    print(json.dumps(result["per_million_characters"] | result["targets"], indent=2))


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """Run all steps, each in a process of its own."""
    characters = [len(read_report(source.path).text) for source in find_sources([arguments.texts])[0]]
    reports, total = len(characters), sum(characters)
    stages = step(arguments, "stages")
    sizes: list[dict[str, Any]] = []
    two: dict[str, Any] = {}
    for times in arguments.sizes:
        run = step(arguments, "extract", reports=times * reports)
        sizes.append({"times": times, "reports": times * reports, "characters": times * total} | run)
        two = step(arguments, "extract", reports=times * reports, jobs=2) if times <= 10 else two
    compared = next(size for size in reversed(sizes) if size["times"] <= 10)
    memory = [{"reports": number} | step(arguments, "extract", reports=number) for number in arguments.memory]
    starts = [step(arguments, "start") for _ in range(3)]
    seconds, cpu = (1e6 * compared[name] / compared["characters"] for name in ("seconds", "cpu_seconds"))
    bare = stages["bare_pipe_per_million_characters"]
    peaks = [row["peak_rss_bytes"] for row in memory]
    return {
        "command": " ".join(["python scripts/scale.py", *sys.argv[1:]]), "machine": f"{os.cpu_count()} CPUs, {platform.system()} {platform.machine()}",
        "python": platform.python_version(), "model": model_version(arguments.model)[:12], "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "reports": reports, "characters": total, "stages": stages, "sizes": sizes, "two_processes": two, "memory": memory, "starts": starts,
        "per_million_characters": {"seconds": seconds, "cpu_seconds": cpu},
        "targets": {
            "extract_to_bare_pipe": bare["seconds"] / seconds,
            "extract_to_bare_pipe_by_cpu": bare["cpu_seconds"] / cpu,
            "two_processes_to_one": compared["seconds"] / two["seconds"] if two else None,
            "start_to_first_fact_seconds": min(one["seconds"] for one in starts),
            "start_to_first_fact_cpu_seconds": min(one["cpu_seconds"] for one in starts),
            "memory_last_to_first": peaks[-1] / peaks[0],
        },
        "archives": [
            archive("13,000 reports of 17,000 characters", 13_000 * 17_000, seconds, arguments),
            archive("10 million pages of 800 characters", 10_000_000 * 800, seconds, arguments),
        ],
    }  # fmt: skip


def figures(result: dict[str, Any]) -> str:
    """Return the figures as Markdown."""
    targets, cost = result["targets"], result["per_million_characters"]
    rows = [
        f"`{result['command']}` on {result['machine']}, Python {result['python']}, {result['reports']} reports of {result['characters']:,} characters;"
        f" load of the machine at the end {result['load']:.1f}.", "",
        "| what | figure |", "|---|---|",
        f"| one million characters, one process | {cost['seconds']:.1f} s ({cost['cpu_seconds']:.1f} s of CPU) |",
        f"| whole `extract` to bare `nlp.pipe` (characters a second; by CPU time) "
        f"| {targets['extract_to_bare_pipe']:.2f}; {targets['extract_to_bare_pipe_by_cpu']:.2f} |",
        f"| two processes to one | {targets['two_processes_to_one']:.2f} |",
        f"| start-up to first fact | {targets['start_to_first_fact_seconds']:.1f} s ({targets['start_to_first_fact_cpu_seconds']:.1f} s of CPU) |",
        f"| peak memory, {result['memory'][-1]['reports']:,} reports to {result['memory'][0]['reports']:,} | {targets['memory_last_to_first']:.2f} |",
        "", "| size | reports | characters | seconds | s a million |", "|---|---|---|---|---|",
        *(f"| {s['times']}× | {s['reports']:,} | {s['characters']:,} | {s['seconds']:.1f} | {1e6 * s['seconds'] / s['characters']:.1f} |" for s in result["sizes"]),
        "", "| stage | share of CPU time |", "|---|---|",
        *(f"| {name} | {share:.1%} |" for name, share in result["stages"]["shares"].items()),
        "", "| archive | arithmetic |", "|---|---|",
        *(f"| {row['archive']} | {row['arithmetic']} |" for row in result["archives"]),
    ]  # fmt: skip
    return "\n".join(rows) + "\n"


def archive(name: str, characters: int, seconds: float, arguments: argparse.Namespace) -> dict[str, Any]:
    """Extrapolate: characters / 1,000,000 × seconds a million = hours of one process."""
    hours = characters / 1e6 * seconds / 3600
    return {
        "archive": name, "characters": characters, "hours_of_one_process": hours,
        "arithmetic": f"{characters:,} / 1,000,000 × {seconds:.2f} s / 3,600 = {hours:,.1f} h; on 2 processes / 1.7, on 100 / 100",
    }  # fmt: skip


def step(arguments: argparse.Namespace, name: str, *, reports: int = 0, jobs: int = 1) -> dict[str, Any]:
    """Run one step in a process of its own; returns what it prints."""
    command = [sys.executable, __file__, "--step", name, "--texts", arguments.texts, "--model", arguments.model, "--reports", reports, "--jobs", jobs]
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    print(f"{name} reports={reports or 'all'} jobs={jobs} …", file=sys.stderr, flush=True)
    begin = time.perf_counter()
    done = subprocess.run(
        [*map(str, command)], stdout=subprocess.PIPE, text=True, check=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found | ({"seconds": time.perf_counter() - begin} if name == "start" else {})


def extract(arguments: argparse.Namespace) -> dict[str, Any]:
    """Extract ``reports`` reports into a data set, the texts as often as needed; the pipeline is loaded before the clock starts."""
    from baoshu.batch.local import run_local
    from baoshu.batch.parts import Parts
    from baoshu.batch.work import Task, Worker

    sources = find_sources([arguments.texts])[0]
    tasks = (Task(Source(sources[n % len(sources)].path, f"{n}-{sources[n % len(sources)].report_id}")) for n in range(arguments.reports))
    with tempfile.TemporaryDirectory() as folder:
        worker = Worker(arguments.model, Parts(folder), version="scale")
        worker.load()
        begin, cpu = time.perf_counter(), _cpu()
        peak = facts = 0
        for outcome in run_local(worker, tasks, jobs=arguments.jobs):
            facts += outcome.counts["facts"]
            peak = max(peak, _children_peak())
        seconds = time.perf_counter() - begin
    return {"seconds": seconds, "cpu_seconds": _cpu() - cpu, "facts": facts, "peak_rss_bytes": peak_rss() + peak}


def stages(arguments: argparse.Namespace) -> dict[str, Any]:
    """Time each stage on all texts, after one report has warmed everything."""
    from baoshu.batch.parts import Parts
    from baoshu.facts.extract import chunk_contexts, document_facts, fact_row, model_name, report_facts
    from baoshu.model import load_model
    from baoshu.reports.chunk import is_glossary, split_report

    nlp = load_model(arguments.model)
    sources = find_sources([arguments.texts])[0]
    list(report_facts(nlp, [read_report(sources[0].path)]))
    seconds: dict[str, float] = {}

    def timed(name: str, work: Callable[[], T]) -> T:
        begin = time.process_time()
        result = work()
        seconds[name] = time.process_time() - begin
        return result

    reports = timed("read", lambda: [read_report(source.path) for source in sources])
    chunks = timed("chunk", lambda: [split_report(report) for report in reports])
    contexts = timed("context", lambda: [chunk_contexts(report, part, model_name(nlp)) for report, part in zip(reports, chunks, strict=True)])
    wanted = [[(c.text, k) for c, k in zip(a, b, strict=True) if not is_glossary(c)] for a, b in zip(chunks, contexts, strict=True)]
    with nlp.select_pipes(disable=[name for name in nlp.pipe_names if nlp.get_pipe_meta(name).factory == "baoshu_facts"]):
        docs = timed("model", lambda: [list(nlp.pipe(part, as_tuples=True)) for part in wanted])
    facts = timed("facts", lambda: [[fact for doc, context in part for fact in document_facts(doc, context)] for part in docs])
    with tempfile.TemporaryDirectory() as folder:
        parts = Parts(folder)
        timed("write", lambda: [parts.write(r, [fact_row(f) for f in found], "0" * 16) for r, found in zip(reports, facts, strict=True)])
    total = sum(seconds.values())
    texts: Sequence[str] = [text for part in wanted for text, _ in part]
    characters = sum(map(len, texts))
    begin, cpu = time.perf_counter(), time.process_time()
    for _ in nlp.pipe(texts):
        pass
    bare = {"seconds": 1e6 * (time.perf_counter() - begin) / characters, "cpu_seconds": 1e6 * (time.process_time() - cpu) / characters}
    return {"cpu_seconds": seconds, "shares": {name: value / total for name, value in seconds.items()}, "bare_pipe_per_million_characters": bare}


def start(arguments: argparse.Namespace) -> dict[str, Any]:
    """Read the first report: the time of the whole process counts."""
    from baoshu.batch.local import run_local
    from baoshu.batch.work import Task, Worker

    source = find_sources([arguments.texts])[0][0]
    (outcome,) = run_local(Worker(arguments.model), [Task(source)])
    return {"facts": len(outcome.rows), "cpu_seconds": _cpu()}


def _cpu() -> float:
    import resource

    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _children_peak() -> int:
    """Return the sum of the peak resident bytes of the worker processes; shared pages count in each. 0 where there is no /proc."""
    import multiprocessing

    total = 0
    for process in multiprocessing.active_children():
        status = Path(f"/proc/{process.pid}/status")
        if status.is_file():
            peak = next((line for line in status.read_text().splitlines() if line.startswith("VmHWM:")), None)
            total += int(peak.split()[1]) * 1024 if peak else 0
    return total


STEPS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {"extract": extract, "stages": stages, "start": start}

if __name__ == "__main__":
    main()
