"""Which device an engine gets, and who holds it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from udfs.engine import device as device_module
from udfs.engine.device import Device, DeviceLease, end_orphans, find_device, set_environment
from udfs.engine.protocol import EngineConfig
from udfs.errors import EngineError

CONFIG = EngineConfig(kind="vllm", model="org/model")
PAIR = EngineConfig(kind="vllm", model="org/model", tensor_parallel_size=2)


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every change of the environment undone, and start from none of these variables."""
    names = ("CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS", "HF_HUB_OFFLINE", "VLLM_ENABLE_V1_MULTIPROCESSING")
    more = (
        "VLLM_NO_USAGE_STATS",
        "DO_NOT_TRACK",
        "VLLM_LOGGING_LEVEL",
        "TOKENIZERS_PARALLELISM",
        "OMP_WAIT_POLICY",
        "GOMP_SPINCOUNT",
    )
    for name in (*names, *more, "VLLM_WORKER_MULTIPROC_METHOD", "TIERLAKE_LOCK_DIR"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@pytest.fixture
def gpu_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_module, "_is_cpu_build", lambda: False)


def spark_task(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Stand in for the task context of a Spark executor with these GPUs."""
    resources = {"gpu": SimpleNamespace(name="gpu", addresses=list(addresses))} if addresses else {}
    monkeypatch.setattr(device_module, "_task_context", lambda: SimpleNamespace(resources=lambda: resources))


@pytest.mark.usefixtures("gpu_build")
def test_gpus_of_the_task_come_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_device(CONFIG) == Device("gpu", ("0",))
    assert find_device(PAIR) == Device("gpu", ("0", "1"))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "6,7")
    assert find_device(CONFIG) == Device("gpu", ("6",))
    spark_task(monkeypatch, "3", "5")
    assert find_device(PAIR) == Device("gpu", ("3", "5"))


@pytest.mark.usefixtures("gpu_build")
def test_too_few_gpus_for_tensor_parallelism(monkeypatch: pytest.MonkeyPatch) -> None:
    spark_task(monkeypatch, "3")
    with pytest.raises(EngineError, match=r"ENGINE_TOO_FEW_GPUS.*2 but this task has 1"):
        find_device(PAIR)


def test_vllm_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise device_module.PackageNotFoundError(name)

    monkeypatch.setattr(device_module, "version", absent)
    with pytest.raises(EngineError, match="ENGINE_NOT_INSTALLED"):
        find_device(CONFIG)


def test_environment_of_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    spark_task(monkeypatch, "3")
    set_environment(Device("gpu", ("3",)), local_model=False)
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "3"
    assert os.environ["VLLM_ENABLE_V1_MULTIPROCESSING"] == "0"
    assert os.environ["VLLM_NO_USAGE_STATS"] == os.environ["DO_NOT_TRACK"] == "1"
    assert "HF_HUB_OFFLINE" not in os.environ
    assert "OMP_NUM_THREADS" not in os.environ


def test_environment_of_a_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    cores = str(device_module._thread_count())
    set_environment(Device("cpu"), local_model=True)
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    assert os.environ["OMP_NUM_THREADS"] == cores
    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"
    assert "CUDA_VISIBLE_DEVICES" not in os.environ
    # Outside of Spark one thread is a choice too.
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    set_environment(Device("cpu"), local_model=True)
    assert os.environ["OMP_NUM_THREADS"] == "1"
    # One thread is Spark's default, three are somebody's choice.
    spark_task(monkeypatch)
    for given, used in (("1", cores), ("3", "3")):
        monkeypatch.setenv("OMP_NUM_THREADS", given)
        set_environment(Device("cpu"), local_model=True)
        assert os.environ["OMP_NUM_THREADS"] == used


def test_a_gpu_has_one_holder(tmp_path: Path) -> None:
    first, second = DeviceLease(Device("gpu", ("0", "1")), tmp_path), DeviceLease(Device("gpu", ("1",)), tmp_path)
    first.acquire(0.0)
    with pytest.raises(EngineError, match=rf"ENGINE_GPU_BUSY: process {os.getpid()} has held tierlake-gpu-1 for 0 s"):
        second.acquire(0.0)
    DeviceLease(Device("gpu", ("2",)), tmp_path).acquire(0.0)
    first.release()
    second.acquire(0.0)
    second.release()


def test_a_failed_lease_keeps_nothing(tmp_path: Path) -> None:
    busy = DeviceLease(Device("gpu", ("1",)), tmp_path)
    busy.acquire(0.0)
    with pytest.raises(EngineError, match="ENGINE_GPU_BUSY"):
        DeviceLease(Device("gpu", ("0", "1")), tmp_path).acquire(0.0)
    free = DeviceLease(Device("gpu", ("0",)), tmp_path)
    free.acquire(0.0)
    free.release()
    busy.release()


def test_a_cpu_has_no_lock(tmp_path: Path) -> None:
    DeviceLease(Device("cpu"), tmp_path).acquire(0.0)
    assert list(tmp_path.iterdir()) == []


def test_lock_files_of_odd_addresses_stay_in_their_folder(tmp_path: Path) -> None:
    lease = DeviceLease(Device("gpu", ("../MIG-1/2",)), tmp_path)
    lease.acquire(0.0)
    assert [file.name for file in tmp_path.iterdir()] == ["tierlake-gpu-___MIG-1_2.lock"]
    lease.release()


def sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])


def record(file: Path, owner: list[float], *children: list[float]) -> Path:
    file.write_text(json.dumps({"owner": owner, "children": list(children)}))
    return file


def test_children_of_a_dead_owner_are_ended_and_no_others(tmp_path: Path) -> None:
    orphan, stranger = sleeper(), sleeper()
    try:
        born = psutil.Process(orphan.pid).create_time()
        file = record(tmp_path / "x.children", [2**22 + 1, 1.0], [orphan.pid, born], [stranger.pid, 1.0])
        assert end_orphans(file) == [orphan.pid]
        assert orphan.wait(10) != 0
        assert stranger.poll() is None
        assert not file.exists()
    finally:
        for process in (orphan, stranger):
            process.kill()
            process.wait()


def test_children_of_a_living_owner_stay(tmp_path: Path) -> None:
    child = sleeper()
    try:
        lease = DeviceLease(Device("gpu", ("0",)), tmp_path)
        lease.acquire(0.0)
        lease.record_children()
        file = tmp_path / "tierlake-gpu-0.children"
        assert child.pid in [pid for pid, _ in json.loads(file.read_text())["children"]]
        assert end_orphans(file) == []
        assert child.poll() is None
        lease.release()
    finally:
        child.kill()
        child.wait()


def test_taking_the_gpu_ends_what_its_dead_holder_left(tmp_path: Path) -> None:
    orphan = sleeper()
    try:
        born = psutil.Process(orphan.pid).create_time()
        record(tmp_path / "tierlake-gpu-0.children", [2**22 + 1, 1.0], [orphan.pid, born])
        lease = DeviceLease(Device("gpu", ("0",)), tmp_path)
        lease.acquire(0.0)
        lease.release()
        assert orphan.wait(10) != 0
    finally:
        orphan.kill()
        orphan.wait()


@pytest.mark.parametrize("text", ["", "[]", '{"owner": 1}', "\x00"])
def test_a_damaged_record_is_ignored(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.children"
    file.write_text(text)
    assert end_orphans(file) == []


def test_lock_folder_is_one_for_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert device_module._lock_folder() != tmp_path
    monkeypatch.setenv("TIERLAKE_LOCK_DIR", str(tmp_path))
    assert device_module._lock_folder() == tmp_path
