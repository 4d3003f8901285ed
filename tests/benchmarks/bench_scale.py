"""L0 to L1 over growing numbers of pages: time, CPU and memory, and what one percent more costs afterwards.

Usage: ``python -m tests.benchmarks.bench_scale PAGES.jsonl [pages ...]``, pages as rows with ``html`` and ``url``,
such as the Debian documentation packages hold. Each number of pages (default: 2000, 8000, 32000) makes a lake of its
own by ``tierlake pipeline --until decontaminate`` with the default settings: a driver of 2 GiB. CPU time is that
of the whole machine, what this benchmark takes to look at memory left out: run nothing beside it.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.benchmarks.measuring import DATA

ONE_PERCENT = 100


@dataclass(frozen=True)
class Cost:
    """What a run took: seconds of time, seconds of CPU, peak of proportional memory in bytes."""

    seconds: float
    cpu: float
    memory: int

    def __str__(self) -> str:
        return f"{self.seconds:.0f} s, CPU {self.cpu:.0f} s, at most {self.memory / 2**30:.1f} GiB"


def main(path: str = "", *sizes: str) -> None:
    """Print a line for each number of pages, the last with one percent more."""
    if not path or not Path(path).is_file():
        print("skipped: name a JSONL file of pages (rows with html and url)")
        return
    with open(path, "rb") as file:
        lines = file.readlines()
    random.Random(7).shuffle(lines)
    with tempfile.TemporaryDirectory() as name:
        # What a machine does once: byte code is written, the benchmark files are indexed.
        _run(Path(name), "warm-up", lines[:20])
    for size in map(int, sizes or ("2000", "8000", "32000")):
        later = size // ONE_PERCENT
        if len(lines) < size + later:
            print(f"skipped {size}: {path} has {len(lines)} pages")
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            full = _run(folder, "first", lines[:size])
            print(f"{size} pages: {full}; {1000 * full.cpu / size:.1f} ms of CPU a page", flush=True)
            more = _run(folder, "later", lines[size : size + later])
            print(f"{later} more: {more}; {more.cpu / full.cpu:.3f} of the CPU of all", flush=True)
            nothing = _run(folder, "later", lines[size : size + later])
            print(f"nothing new: {nothing}", flush=True)


def _run(folder: Path, name: str, lines: list[bytes]) -> Cost:
    (folder / f"{name}.jsonl").write_bytes(b"".join(lines))
    command = [sys.executable, "-m", "jobs.pipeline", "--until", "decontaminate", "--lake", str(folder / "lake")]
    command += ["--input", f"pages={folder / f'{name}.jsonl'}"]
    benchmarks = DATA / "decontamination_benchmarks.jsonl.xz"
    command += ["--benchmarks", str(benchmarks)] if benchmarks.is_file() else []
    before, started = _busy(), time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        peak = _Peak(process.pid)
        _, errors = process.communicate()
        cost = Cost(time.monotonic() - started, _busy() - before, peak.stop())
    if process.returncode:
        raise RuntimeError(errors[-2000:])
    return cost


def _busy() -> float:
    machine, own = psutil.cpu_times(), psutil.Process().cpu_times()
    return float(machine.user + machine.nice + machine.system - own.user - own.system)


class _Peak:
    """Watches the memory of a process and all that it starts; what they share is counted once."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._highest = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(2.0):
            held = 0
            try:
                for process in [self._root, *self._root.children(recursive=True)]:
                    held += _held(process)
            except psutil.Error:
                return
            self._highest = max(self._highest, held)

    def stop(self) -> int:
        """Return the most bytes seen at once."""
        self._ended.set()
        self._thread.join()
        return self._highest


def _held(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0


if __name__ == "__main__":
    main(*sys.argv[1:])
