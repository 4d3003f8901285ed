"""Exclusive file locks between processes of one machine."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from pathlib import Path

_POLL_S = 0.2


class FileLock:
    """An advisory lock that the kernel drops when the holding process ends, even by SIGKILL.

    Parameters
    ----------
    path : Path
        The lock file; created with its folder where absent, never deleted (deleting it would let two holders in).
        Holds the process id of the last holder.

    Examples
    --------
    >>> import tempfile
    >>> lock = FileLock(Path(tempfile.mkdtemp()) / "gpu-0.lock")
    >>> lock.acquire(timeout_s=0.0)
    True
    >>> FileLock(lock.path).acquire(timeout_s=0.0)
    False
    >>> lock.release()
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self, timeout_s: float) -> bool:
        """Take the lock, waiting up to `timeout_s` seconds; return whether it was taken."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = self._open()
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    return False
                time.sleep(_POLL_S)
                continue
            # Another user's lock file can be locked but not written.
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, 0)
                os.write(descriptor, str(os.getpid()).encode())
            self._descriptor = descriptor
            return True

    def _open(self) -> int:
        with contextlib.suppress(FileNotFoundError, PermissionError):
            return os.open(self.path, os.O_RDWR)
        # Kernels refuse O_CREAT on another user's file in a shared folder, so it is the last resort.
        try:
            return os.open(self.path, os.O_RDONLY)
        except FileNotFoundError:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
            with contextlib.suppress(OSError):
                os.fchmod(descriptor, 0o666)
            return descriptor

    def holder(self) -> str:
        """Return the process id of the last holder as text, ``"unknown"`` where none is recorded."""
        with contextlib.suppress(OSError):
            return self.path.read_text(encoding="ascii").strip() or "unknown"
        return "unknown"

    def release(self) -> None:
        """Give the lock back; does nothing where it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
