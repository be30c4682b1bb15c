"""Load test of ``baoshu serve`` on this machine alone: requests a second and latency with 1, 8 and 32 clients, into docs/load.json."""

from __future__ import annotations

import asyncio
import os
import platform
import subprocess
import sys
import time
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx2
import typer

from baoshu import __version__
from baoshu.files import read_jsonl, write_json

CLIENTS = (1, 8, 32)


def main(
    chunks: Path = typer.Argument(Path("corpus/chunks.jsonl"), help="Texts to send, one a request."),
    out: Path = typer.Option(Path("docs/load.json"), "--out", "-o", help="JSON file of the figures."),
    model: str | None = typer.Option(None, "--model", "-m", help="Pipeline to serve."),
    seconds: float = typer.Option(10.0, help="Time for each number of clients.", min=1, max=60),
) -> None:
    """Start a server on a free port of the loopback address, load it, and write what was measured.

    Example: python scripts/load.py --seconds 10"""
    texts = [row["text"] for row in read_jsonl(chunks)][:2000]
    command = [sys.executable, "-u", "-m", "baoshu", "serve", "--port", "0", *(["--model", model] if model else [])]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        address = _address(server)
        asyncio.run(load(address, texts, clients=4, seconds=2))  # the first requests of a process are slower
        points = []
        for clients in CLIENTS:
            points.append(asyncio.run(load(address, texts, clients=clients, seconds=seconds)))
            typer.echo(
                "{clients:>3} clients  {requests_per_second:>7.1f} requests/s  p50 {p50_ms:>6.1f} ms  p95 {p95_ms:>6.1f} ms".format(**points[-1]),
                err=True,
            )
    finally:
        server.terminate()
        server.wait(timeout=30)
    write_json(out, {
        "date": date.today().isoformat(), "version": __version__, "commit": _commit(), "command": f"python scripts/load.py --seconds {seconds:g}",
        "endpoint": "POST /suggest", "python": platform.python_version(), "cores": os.cpu_count(), "load_average": round(os.getloadavg()[0], 1),
        "points": points,
    })  # fmt: skip


async def load(address: str, texts: list[str], *, clients: int, seconds: float) -> dict[str, Any]:
    """Send texts from ``clients`` connections, each one after the other, for ``seconds``; returns counts, rates and percentiles."""
    waiting = cycle(texts)
    taken: list[float] = []
    characters, failed = 0, 0

    async def client(session: httpx2.AsyncClient, until: float) -> None:
        nonlocal characters, failed
        while time.perf_counter() < until:
            text = next(waiting)
            begin = time.perf_counter()
            answer = await session.post(f"{address}/suggest", json={"text": text})
            taken.append(time.perf_counter() - begin)
            characters += len(text)
            failed += answer.status_code != 200

    begin = time.perf_counter()
    async with httpx2.AsyncClient(timeout=60, trust_env=False, limits=httpx2.Limits(max_connections=clients)) as session:
        await asyncio.gather(*(client(session, begin + seconds) for _ in range(clients)))
    elapsed = time.perf_counter() - begin
    taken.sort()
    return {
        "clients": clients, "requests": len(taken), "failed": failed, "requests_per_second": round(len(taken) / elapsed, 1),
        "characters_per_second": round(characters / elapsed), "p50_ms": _percentile(taken, 0.5), "p95_ms": _percentile(taken, 0.95),
    }  # fmt: skip


def _percentile(taken: list[float], share: float) -> float:
    """Return the nearest-rank percentile of sorted times, in milliseconds."""
    return round(1000 * taken[max(0, -(-int(share * 1000) * len(taken) // 1000) - 1)], 1)


def _address(server: subprocess.Popen[str]) -> str:
    assert server.stderr is not None
    for line in server.stderr:
        if line.startswith("http://"):
            return line.split("/ ")[0]
        typer.echo(line, err=True, nl=False)
    sys.exit("the server did not start")


def _commit() -> str:
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    typer.run(main)
