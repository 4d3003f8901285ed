"""Jobs on a real cluster: a standalone master and two workers on loopback, submitted to as EMR's steps are.

The interpreter of the cluster has everything but Tierlake, so driver and executors can only have it from the wheel.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from jobs.lake.jars import fetched
from jobs.lake.java import find_java
from jobs.lake.session import installed_lane
from tests.delta_files import read_table
from tests.whole_way import SHORT_LIFE, SMALL_QUERIES

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(1800)]

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
WORKERS = ("one", "two")
SUBMITTED = ("ingest", "parse", "filter")
# On few cores a concurrent collector costs more than it brings.
JAVA_OPTIONS = f"{SHORT_LIFE} -XX:+UseSerialGC"


@dataclass(frozen=True)
class Cluster:
    master: str
    environment: dict[str, str]
    spark_class: Path
    work: Path


def environment_without_tierlake(folder: Path) -> Path:
    """Make a virtual environment with the packages of this one, Tierlake's editable install left out."""
    purelib = Path(sysconfig.get_path("purelib"))
    site = folder / purelib.relative_to(sys.prefix)
    site.mkdir(parents=True)
    for entry in purelib.iterdir():
        # An editable install also leaves the files of conf/ in a folder named like the package.
        if "tierlake" not in entry.name and entry.name not in ("jobs", "udfs"):
            (site / entry.name).symlink_to(entry)
    (folder / "bin").mkdir()
    python = folder / "bin" / "python"
    base = Path(os.path.realpath(sys.executable))
    python.symlink_to(base)
    (folder / "pyvenv.cfg").write_text(
        f"home = {base.parent}\ninclude-system-site-packages = false\n", encoding="utf-8"
    )
    return python


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def daemon(command: list[str], environment: dict[str, str], log: Path, ready: str) -> Iterator[None]:
    """Run a process of the cluster until the block ends; it and what it has started are ended then."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT, cwd=log.parent, start_new_session=True
        )
    try:
        deadline = time.monotonic() + 120
        while ready not in log.read_text(encoding="utf-8", errors="replace"):
            assert process.poll() is None, log.read_text(encoding="utf-8", errors="replace")
            assert time.monotonic() < deadline, f"'{ready}' is not in {log}"
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    import pyspark

    work = tmp_path_factory.mktemp("cluster")
    python = environment_without_tierlake(work / "environment")
    home = Path(pyspark.__file__).parent
    (work / "conf").mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(work),
        "JAVA_HOME": str(find_java()),
        "SPARK_HOME": str(home),
        "SPARK_CONF_DIR": str(work / "conf"),
        "SPARK_LOCAL_DIRS": str(work / "local"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": JAVA_OPTIONS,
        "PYSPARK_PYTHON": str(python),
        "PYSPARK_DRIVER_PYTHON": str(python),
    }
    spark_class = home / "bin" / "spark-class"
    port = free_port()
    master = f"spark://127.0.0.1:{port}"
    deploy = "org.apache.spark.deploy"
    with ExitStack() as running:
        command = [str(spark_class), f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", str(port)]
        running.enter_context(
            daemon([*command, "--webui-port", "0"], environment, work / "master.log", "I have been elected leader")
        )
        for name in WORKERS:
            command = [str(spark_class), f"{deploy}.worker.Worker", "--host", "127.0.0.1", "--webui-port", "0"]
            command += ["--cores", "1", "--memory", "1g", "--work-dir", str(work / name), master]
            log = work / f"worker-{name}.log"
            running.enter_context(daemon(command, environment, log, "Successfully registered with master"))
        yield Cluster(master, environment, spark_class, work)


@pytest.fixture(scope="module")
def packages(cluster: Cluster) -> Path:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(cluster.work / "dist")]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True, timeout=300)
    (wheel,) = (cluster.work / "dist").glob("*.whl")
    # PySpark puts .zip, .egg and .jar files on the path of executors, not .whl.
    return wheel.rename(cluster.work / "tierlake.zip")


def submit(cluster: Cluster, packages: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    conf = {
        **SMALL_QUERIES,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": JAVA_OPTIONS,
        "spark.executor.extraJavaOptions": JAVA_OPTIONS,
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.databricks.delta.snapshotPartitions": "2",
    }
    jars = fetched(installed_lane(), nlp=False)
    assert jars, "no jars; run make setup"
    command = [str(cluster.spark_class.with_name("spark-submit")), "--master", cluster.master]
    command += ["--driver-memory", "768m", "--executor-memory", "768m", "--executor-cores", "1"]
    command += ["--py-files", str(packages), "--jars", ",".join(jars)]
    command += [part for key, value in conf.items() for part in ("--conf", f"{key}={value}")]
    command += [str(ROOT / "conf" / "emr" / "entry.py"), *arguments]
    elsewhere = cluster.work / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    return subprocess.run(
        command, env=cluster.environment, cwd=elsewhere, capture_output=True, text=True, timeout=600, check=False
    )


@pytest.fixture(scope="module")
def lake(cluster: Cluster, packages: Path) -> Path:
    """A lake that ingest, parse and filter have filled, each an application of its own."""
    path = cluster.work / "lake"
    common = ["--lake", str(path), "--quiet", "--set", "spark.master=null", "--set", "spark.nlp=false"]
    common += ["--set", "mlflow.enabled=false", "--set", "parse.tokenizer=words"]
    inputs = ["--input", str(DATA / "demo.warc.gz"), "--input", str(DATA / "formats" / "documents.jsonl")]
    for job in SUBMITTED:
        done = submit(cluster, packages, job, *common, *(inputs if job == "ingest" else []))
        assert done.returncode == 0, f"{job}: {done.stderr[-6000:]}"
    return path


def test_tierlake_is_not_installed_on_the_cluster(cluster: Cluster) -> None:
    for package in ("jobs", "udfs"):
        command = [cluster.environment["PYSPARK_PYTHON"], "-c", f"import pyspark, pyarrow; import {package}"]
        done = subprocess.run(
            command, env=cluster.environment, cwd=cluster.work, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 1
        assert f"No module named '{package}'" in done.stderr


def test_tables_are_filled_and_consistent(lake: Path) -> None:
    captured = {row["doc_id"] for row in read_table(lake / "l0_documents")}
    quarantined = [row for row in read_table(lake / "l0_quarantine") if row["stage"] == "parse"]
    parsed = {row["doc_id"] for row in read_table(lake / "l1_parsed")}
    verdicts = read_table(lake / "l1_verdicts")
    assert {row["source"] for row in read_table(lake / "l1_parsed")} == {"demo.warc.gz", "documents.jsonl"}
    assert len(captured) == len(parsed) + len(quarantined)
    assert parsed < captured
    assert {row["stage"] for row in verdicts} == {"filter"}
    assert len(verdicts) == len(parsed)
    assert {row["doc_id"] for row in verdicts} == parsed
    kept = [row for row in verdicts if row["keep"]]
    rejected = [row for row in verdicts if row["reason"] is not None]
    assert len(kept) + len(rejected) == len(parsed)
    assert kept
    assert rejected


def test_ledger_agrees(lake: Path) -> None:
    runs = {row["job"]: row for row in read_table(lake / "runs")}
    assert set(runs) == set(SUBMITTED)
    verdicts = read_table(lake / "l1_verdicts")
    for run in runs.values():
        assert run["status"] == "succeeded"
        assert run["rows_in"] == run["rows_kept"] + run["rows_rejected"]
        assert run["cpu_seconds"] > 0
    assert runs["filter"]["rows_kept"] == sum(row["keep"] for row in verdicts)
    assert runs["ingest"]["rows_kept"] == len(read_table(lake / "l0_documents"))


def test_every_worker_ran_an_executor_of_every_job(cluster: Cluster, lake: Path) -> None:
    for name in WORKERS:
        logs = sorted((cluster.work / name).glob("app-*/*/stderr"))
        assert len({log.parent.parent for log in logs}) == len(SUBMITTED)
        assert any("Finished task" in log.read_text(encoding="utf-8", errors="replace") for log in logs)


def test_a_job_that_fails_fails_the_submission(cluster: Cluster, packages: Path) -> None:
    done = submit(cluster, packages, "ingest", "--set", "spark.master=null", "--input", "no-such-file.warc")
    assert done.returncode == 1
    # spark-submit sends both streams of a driver in Python to its standard output.
    assert "INPUT_NO_SUCH_PATH" in done.stdout
