"""Work on hostile documents in child processes, each document within an allowance of CPU time and memory.

A document that loops, eats memory or crashes a native library ends a child and nothing else: the child's fate is the
document's result, and a new child goes on with the next one.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import struct
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

_LENGTH = struct.Struct("!I")
_CHUNK = 1 << 20
# CPU time is what counts; a child that waits without using any (a lock held at the fork) is ended all the same.
_LEAST_WAIT_SECONDS = 60.0
_WAIT_FACTOR = 20.0


@dataclass(frozen=True)
class Allowance:
    """What one document may use.

    Attributes
    ----------
    cpu_seconds : float
        CPU time.
    memory_bytes : int
        Address space beside what the process has when it begins.
    """

    cpu_seconds: float
    memory_bytes: int


@dataclass(frozen=True)
class Overrun:
    """A document that ended its process.

    Attributes
    ----------
    reason : str
        ``time_allowance``, ``memory_allowance`` or ``crash``.
    detail : str
        The allowance, or the signal.
    """

    reason: str
    detail: str


def within(allowance: Allowance, count: int, work: Callable[[int], Any]) -> Iterator[Any]:
    """Call ``work`` for every index in child processes; yield each result, in order.

    A child is forked, so it sees everything that the caller has in memory, and what ``work`` needs should be loaded
    before. It stays for as many indexes as it survives.

    Parameters
    ----------
    allowance : Allowance
        Of each call.
    count : int
        Indexes are 0 to ``count - 1``.
    work : callable
        Returns what JSON can hold.

    Yields
    ------
    object or Overrun
        What ``work`` returned, as JSON gives it back.

    Raises
    ------
    RuntimeError
        With the traceback of an exception in ``work``, memory errors excepted.

    Examples
    --------
    >>> list(within(Allowance(10, 1 << 30), 3, lambda index: index * index))
    [0, 1, 4]
    >>> list(within(Allowance(10, 1 << 30), 2, lambda index: index or os._exit(1)))
    [Overrun(reason='crash', detail='the process ended'), 1]
    """
    position = 0
    while position < count:
        child = _Child(allowance, range(position, count), work)
        try:
            for message in child.messages():
                position += 1
                yield _unpacked(message, allowance)
        finally:
            fate = child.end()
        if position < count:
            position += 1
            yield fate


class _Child:
    """A process at work on some indexes, seen from its parent."""

    def __init__(self, allowance: Allowance, indexes: range, work: Callable[[int], Any]) -> None:
        self._allowance = allowance
        self._patience = max(_LEAST_WAIT_SECONDS, _WAIT_FACTOR * allowance.cpu_seconds)
        self._silent = False
        self._reading, writing = os.pipe()
        # What waits in these buffers would be written by both processes.
        sys.stdout.flush()
        sys.stderr.flush()
        self._pid = os.fork()
        if self._pid == 0:
            _serve(writing, allowance, indexes, work)
        os.close(writing)
        self._poll = select.poll()
        self._poll.register(self._reading, select.POLLIN)

    def messages(self) -> Iterator[bytes]:
        """Yield what it sends until it has ended, or has kept silent for too long."""
        while header := self._read(_LENGTH.size):
            message = self._read(_LENGTH.unpack(header)[0])
            if message is None:
                return
            yield message

    def _read(self, size: int) -> bytes | None:
        found = bytearray()
        while len(found) < size:
            self._silent = not self._poll.poll(1000 * self._patience)
            chunk = b"" if self._silent else os.read(self._reading, min(_CHUNK, size - len(found)))
            if not chunk:
                return None
            found += chunk
        return bytes(found)

    def end(self) -> Overrun:
        """End it where it has not ended; returns what became of the document it was at."""
        os.close(self._reading)
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        status = os.waitpid(self._pid, 0)[1]
        ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        if self._silent or ended_by == signal.SIGPROF:
            return Overrun("time_allowance", f"{self._allowance.cpu_seconds:g} s")
        return Overrun("crash", signal.Signals(ended_by).name if ended_by else "the process ended")


def _serve(writing: int, allowance: Allowance, indexes: range, work: Callable[[int], Any]) -> NoReturn:
    # Nothing of the parent's may run here: no exit handlers, no flushing, no exception that leaves this function.
    try:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        for index in indexes:
            _limit_memory(allowance.memory_bytes)
            signal.setitimer(signal.ITIMER_PROF, allowance.cpu_seconds)
            _send(writing, _result(work, index))
    finally:
        os._exit(0)


def _limit_memory(size: int) -> None:
    try:
        with open("/proc/self/statm", encoding="ascii") as pages:
            used = int(pages.read().split()[0]) * resource.getpagesize()
    except FileNotFoundError:
        # Linux alone tells, and holds a process to the limit.
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = used + size
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _result(work: Callable[[int], Any], index: int) -> bytes:
    try:
        return json.dumps({"result": work(index)}).encode()
    except MemoryError:
        return b'{"memory": true}'
    except Exception:
        return json.dumps({"error": traceback.format_exc()}).encode()


def _send(writing: int, message: bytes) -> None:
    left = memoryview(_LENGTH.pack(len(message)) + message)
    while left:
        left = left[os.write(writing, left) :]


def _unpacked(message: bytes, allowance: Allowance) -> Any:
    content = json.loads(message)
    if "memory" in content:
        return Overrun("memory_allowance", f"{allowance.memory_bytes} bytes")
    if "error" in content:
        raise RuntimeError(content["error"])
    return content["result"]
