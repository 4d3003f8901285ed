"""File locks between processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from udfs.engine.locks import FileLock

HOLD = (
    "import sys; from pathlib import Path; from udfs.engine.locks import FileLock; lock = FileLock(Path(sys.argv[1]))\n"
)
HOLD += "print(lock.acquire(0.0), flush=True); sys.stdin.read()"


def holder(path: Path) -> subprocess.Popen[str]:
    """Start a process that takes the lock and waits."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path)}
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert child.stdout is not None
    assert child.stdout.readline().strip() == "True"
    return child


def test_another_process_waits_until_the_holder_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "x.lock"
    child = holder(path)
    lock = FileLock(path)
    try:
        assert not lock.acquire(timeout_s=0.3)
        assert lock.holder() == str(child.pid)
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert lock.acquire(timeout_s=5.0)
        assert lock.holder() == str(os.getpid())
    finally:
        child.kill()
        child.communicate()
        lock.release()


def test_release_lets_the_next_in_and_may_be_repeated(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "x.lock"), FileLock(tmp_path / "x.lock")
    assert first.acquire(0.0)
    assert not second.acquire(0.0)
    first.release()
    first.release()
    assert second.acquire(0.0)
    second.release()


def test_holder_of_no_file_is_unknown(tmp_path: Path) -> None:
    assert FileLock(tmp_path / "none.lock").holder() == "unknown"
