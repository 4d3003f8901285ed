"""The Spark session of a job: the platform's where there is one, else a local one with Delta and Spark NLP."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.lake import jars
from jobs.lake.java import class_archive, find_java, spark_java_home
from jobs.settings import Settings
from udfs.errors import SetupError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

_DELTA_CONF = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
}

# Both lanes behave alike, and results do not depend on where the machine stands.
_COMMON_CONF = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    # Rows that a task holds at once, read or about to be kept on disk. Spark's 4,096 and 10,000 are meant for numbers:
    # of web pages they are hundreds of megabytes.
    "spark.sql.parquet.columnarReaderBatchSize": "256",
    "spark.sql.inMemoryColumnarStorage.batchSize": "256",
}

_LOCAL_CONF = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.databricks.delta.snapshotPartitions": "2",
    "spark.databricks.delta.optimizeWrite.enabled": "false",
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "2",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "256",
    # A page costs milliseconds, not microseconds: small row groups and splits keep all cores at work to the end, and
    # show how far a job is.
    "spark.hadoop.parquet.block.size": str(16 * 2**20),
    "spark.sql.files.maxPartitionBytes": "16m",
    # What jobs stage goes to disk early: else it fills the heap, and memory grows with the documents up to its limit.
    "spark.memory.fraction": "0.2",
    # Documents are worked on in Python, Java moves rows: the code that Spark writes and compiles for each query is a
    # fourth of what a small increment costs, and no gain that shows in a run over thousands of pages.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.python.daemon.module": "jobs.workers",
}

# Few cores: a concurrent collector costs more than it brings. Memory is for Python: Java keeps little more than it
# uses, and what it makes for a row and drops at once needs no third of the heap. Classes come from the session's jars,
# never from data: to verify their byte code takes a tenth of a small increment. There are many of them: to make room
# for them step by step is a collection of everything each time.
_JAVA_OPTIONS = (
    "-XX:+UseSerialGC",
    "-XX:MetaspaceSize=192m",
    "-XX:MaxNewSize=128m",
    "-XX:MinHeapFreeRatio=20",
    "-XX:MaxHeapFreeRatio=40",
    "-XX:+IgnoreUnrecognizedVMOptions",
    "-XX:+UnlockDiagnosticVMOptions",
    "-XX:-BytecodeVerificationRemote",
)

# Java's second compiler costs a small increment a fifth of its CPU time, and a run over thousands of pages gains
# nothing from it: Python does the work.
_QUICK_START = ("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=240m")

# Spark NLP works in Java, three times as fast with the second compiler; it begins ten times later than by default.
_SECOND_COMPILER = (
    "-XX:Tier4InvocationThreshold=50000",
    "-XX:Tier4MinInvocationThreshold=6000",
    "-XX:Tier4CompileThreshold=150000",
    "-XX:Tier4BackEdgeThreshold=400000",
)


def installed_lane() -> str:
    """Return ``a`` for Spark 3.5, ``b`` for Spark 4."""
    import pyspark

    return "a" if pyspark.__version__.startswith("3.") else "b"


def build_session(settings: Settings, application: str, spark_nlp: bool = False) -> SparkSession:
    """Return the active session, or start one by the settings, with Spark NLP where that is asked for and allowed.

    Raises
    ------
    SetupError
        ``SETUP_NO_JAVA``, ``SETUP_NO_PYSPARK`` or ``SETUP_SPARK_FAILED`` with the first line of the cause.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise SetupError("SETUP_NO_PYSPARK", "pyspark is not installed; install the extra tierlake[spark]") from None

    active = SparkSession.getActiveSession()
    if active is None and "DATABRICKS_RUNTIME_VERSION" in os.environ:
        active = SparkSession.builder.getOrCreate()
    if active is not None:
        for name, value in _COMMON_CONF.items():
            active.conf.set(name, value)
        return active

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    builder = SparkSession.builder.appName(application)
    master = settings.spark.master
    java = find_java(settings.spark.java_home) if master else None
    for name, value in session_conf(settings, spark_nlp, java).items():
        builder = builder.config(name, value)
    if master and java:
        builder = builder.master(master)
        os.environ["JAVA_HOME"] = str(spark_java_home(java))
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        # The many threads of Java would each keep what they freed: glibc's default is eight arenas a core.
        os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    try:
        session = builder.getOrCreate()
    except Exception as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise SetupError("SETUP_SPARK_FAILED", f"Spark did not start: {first}; see the lines above") from error
    session.sparkContext.setLogLevel("ERROR")
    _remember_names(session)
    # PySpark 4 logs every failed query as JSON; the error itself is raised and shown once.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    return session


def _remember_names(session: SparkSession) -> None:
    """Look up once what PySpark asks Java for with each column: Java goes through all jars of Spark each time."""
    java = session.sparkContext._jvm
    for name in ("functions", "SparkSession", "SparkSession$", "PythonUtils"):
        setattr(java, name, getattr(java, name))


def rows_of_driver(spark: SparkSession, rows: Sequence[Sequence[object]], schema: StructType | str) -> DataFrame:
    """Return rows that the driver holds as a frame.

    They go to Java as Arrow: what PySpark makes of a list of rows is a task for a Python worker, to copy it.
    """
    import pandas as pd

    # As objects: pandas would make whole numbers with a gap inexact.
    return spark.createDataFrame(pd.DataFrame(rows, dtype=object) if rows else [], schema)


def kept_rows(spark: SparkSession) -> dict[int, Any]:
    """Return what the session keeps of computed rows, by number; nothing where the platform hides its Java from us."""
    kept = _of_java(spark, lambda context: context.getPersistentRDDs(), {})
    return {int(number): kept[number] for number in kept}


def kept_bytes(spark: SparkSession) -> dict[int, int] | None:
    """Return the sizes of what the session keeps, by number; None where the platform hides its Java from us."""
    kept = _of_java(spark, lambda context: context.sc().getRDDStorageInfo(), None)
    return None if kept is None else {int(rows.id()): int(rows.memSize()) + int(rows.diskSize()) for rows in kept}


def _of_java(spark: SparkSession, ask: Callable[[Any], Any], unknown: Any) -> Any:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        return ask(spark.sparkContext._jsc)
    except (AttributeError, PySparkException, Py4JError):
        return unknown


def session_conf(settings: Settings, spark_nlp: bool, java: Path | None) -> dict[str, str]:
    """Return the Spark settings of a session that we start ourselves, with that Java where it is a local one."""
    lane = installed_lane() if settings.spark.lane == "auto" else settings.spark.lane
    spark_nlp = spark_nlp and settings.spark.nlp and lane in jars.SPARK_NLP
    conf = {**_COMMON_CONF, **_DELTA_CONF}
    if spark_nlp:
        conf["spark.serializer"] = "org.apache.spark.serializer.KryoSerializer"
        conf["spark.kryoserializer.buffer.max"] = "512m"
    if settings.spark.master:
        if paths := jars.fetched(lane, spark_nlp):
            conf["spark.jars"] = ",".join(paths)
        else:
            conf["spark.jars.packages"] = ",".join(jars.packages(lane, spark_nlp))
            conf["spark.jars.excludes"] = ",".join(jars.EXCLUDED)
            conf["spark.jars.ivy"] = str(jars.ivy_folder(lane))
        if settings.spark.master.startswith("local"):
            conf |= _LOCAL_CONF
            conf["spark.driver.memory"] = settings.spark.driver_memory
            conf["spark.driver.extraJavaOptions"] = " ".join(_java_options(spark_nlp, java))
    if settings.spark.shuffle_partitions:
        conf["spark.sql.shuffle.partitions"] = str(settings.spark.shuffle_partitions)
        conf["spark.default.parallelism"] = str(settings.spark.shuffle_partitions)
    return conf | {name: str(value) for name, value in settings.spark.conf.items()}


def _java_options(spark_nlp: bool, java: Path | None) -> list[str]:
    options = [*_JAVA_OPTIONS, *(_SECOND_COMPILER if spark_nlp else _QUICK_START)]
    if java is not None and (archive := class_archive(java)).exists():
        # Without a word where it does not fit any more: the session only starts slower then.
        options += [f'"-XX:SharedArchiveFile={archive}"', "-Xshare:auto", "-Xlog:cds=off"]
    system_trust = Path("/etc/ssl/certs/java/cacerts")
    if system_trust.exists():
        options.append(f"-Djavax.net.ssl.trustStore={system_trust}")
    return options
