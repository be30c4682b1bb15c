"""Processes: results in order, one lost item for one that dies or takes too long, nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from baoshu.batch.processes import Isolated, Lost, map_in_processes

ROOT = Path(__file__).resolve().parents[2]


def behave(item):
    match item:
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "leave":
            os._exit(0)
        case "sleep":
            time.sleep(60)
        case int():
            time.sleep(0.02 * (item % 3))
    return item, os.getpid()


@pytest.mark.parametrize("jobs", [1, 3])
def test_results_come_in_the_order_of_the_items(jobs):
    results = list(map_in_processes(behave, iter(range(40)), jobs=jobs))
    assert [(item, result[0]) for item, result in results] == [(n, n) for n in range(40)]
    processes = {result[1] for _, result in results}
    assert len(processes) == jobs and os.getpid() not in processes


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_item_that_ends_its_process_loses_nothing_but_itself(jobs):
    items = [0, "die", 1, 2, "leave", "die", 3]
    results = list(map_in_processes(behave, items, jobs=jobs))
    assert [item for item, _ in results] == items
    assert [result if isinstance(result, Lost) else result[0] for _, result in results] == [0, Lost(), 1, 2, Lost(), Lost(), 3]


def test_an_item_that_takes_too_long_is_ended_and_the_rest_goes_on():
    begin = time.monotonic()
    results = list(map_in_processes(behave, [1, "sleep", 2, "sleep", 3], jobs=2, timeout=1))
    assert [result if isinstance(result, Lost) else result[0] for _, result in results] == [1, Lost(1), 2, Lost(1), 3]
    assert time.monotonic() - begin < 20


def test_items_are_taken_no_further_ahead_than_sixteen_a_process():
    taken = []
    results = map_in_processes(behave, (taken.append(n) or n for n in range(1000)), jobs=2)
    for _ in range(5):
        next(results)
        time.sleep(0.05)
    assert len(taken) <= 5 + 32
    results.close()


def test_without_items_there_is_no_result():
    assert list(map_in_processes(behave, [], jobs=2)) == []


def test_an_error_of_the_items_ends_the_processes():
    def items():
        yield 1
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        list(map_in_processes(behave, items(), jobs=2))


def test_the_processes_end_when_the_one_that_started_them_is_killed():
    code = "from tests.batch.test_processes import *; import itertools\nfor _, r in map_in_processes(behave, itertools.count(), jobs=2): print(r[1], flush=True)"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    workers = {int(process.stdout.readline()) for _ in range(8)}
    process.kill()
    process.wait()
    process.stdout.close()
    deadline = time.monotonic() + 20
    while (alive := [pid for pid in workers if _is_running(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(workers) == 2 and not alive


def _is_running(pid):
    status = Path(f"/proc/{pid}/stat")
    if not Path("/proc/self/stat").is_file():
        pytest.skip("no /proc on this machine")
    return status.is_file() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_an_isolated_function_answers_dies_and_answers_again():
    call = Isolated(behave, timeout=30)
    first, second = call(1), call(2)
    assert (first[0], second[0]) == (1, 2) and first[1] == second[1] != os.getpid()
    assert call("die") == Lost()
    assert call(3)[0] == 3
    assert Isolated(behave, timeout=1)("sleep") == Lost(1)
