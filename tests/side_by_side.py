"""Runs ``make`` targets two at a time, the first ones first: ``python -m tests.side_by_side TARGET ...``.

What a target prints is shown as a whole when it ends; until then a line now and then says where the running ones are.
The exit status is 1 where any target failed.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_AT_ONCE = 2
_POLL_SECONDS = 0.5
_SAY_SECONDS = 60.0
_LOGS = Path(".pytest_cache")


@dataclass
class Target:
    """A target at work."""

    name: str
    process: subprocess.Popen[bytes]
    log: BinaryIO
    started: float

    def output(self) -> str:
        """Return what it has printed so far."""
        return Path(self.log.name).read_text(encoding="utf-8", errors="replace")

    def seconds(self) -> float:
        """Return for how long it has been at work."""
        return time.monotonic() - self.started

    def line(self) -> str:
        """Say where it is: the last line that it has printed."""
        lines = self.output().strip().splitlines()
        return f"{self.name} {self.seconds():.0f} s: {lines[-1].strip()[:60] if lines else 'starting'}"


def start(name: str) -> Target:
    """Start a target."""
    print(f"{name}: starting", flush=True)
    log = (_LOGS / f"{name}.log").open("wb")
    process = subprocess.Popen(["make", "--no-print-directory", name], stdout=log, stderr=subprocess.STDOUT)
    return Target(name, process, log, time.monotonic())


def run(names: list[str]) -> dict[str, tuple[int, float]]:
    """Run every target, also where one fails; returns exit status and seconds of each."""
    waiting, running = list(names), list[Target]()
    results: dict[str, tuple[int, float]] = {}
    said = time.monotonic()
    try:
        while waiting or running:
            while waiting and len(running) < _AT_ONCE:
                running.append(start(waiting.pop(0)))
            time.sleep(_POLL_SECONDS)
            for target in [target for target in running if target.process.poll() is not None]:
                running.remove(target)
                results[target.name] = (target.process.returncode, target.seconds())
                print(f"== {target.name}\n{target.output()}", flush=True)
            if time.monotonic() - said > _SAY_SECONDS:
                print(" | ".join(target.line() for target in running), flush=True)
                said = time.monotonic()
    finally:
        for target in running:
            target.process.terminate()
    return results


def main(names: list[str]) -> int:
    """Run the targets and print a table of them; returns the exit status."""
    _LOGS.mkdir(exist_ok=True)
    results = run(names)
    print("== summary")
    for name, (status, seconds) in results.items():
        print(f"{name:14} {'passed' if status == 0 else 'FAILED':8} {seconds:6.0f} s")
    return int(any(status for status, _ in results.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
