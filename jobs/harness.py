"""What every job gets: a run id, its increments, a ledger row, an MLflow run, a progress line, errors on one line."""

from __future__ import annotations

import json
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import jobs
from jobs.lake.progress import Batch, Progress
from jobs.lake.store import Lake
from jobs.lake.tables import RUNS
from jobs.progress_line import ProgressLine
from jobs.settings import Settings
from jobs.tracking import Tracker
from udfs.errors import TierlakeError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True)
class Source:
    """A table that a job reads increment by increment.

    Attributes
    ----------
    table : str
        Its versions are what the job's progress counts.
    after : str, optional
        Job that goes through the same table before this one: this one never overtakes it.
    """

    table: str
    after: str | None = None


@dataclass
class Outcome:
    """What a job run did; ``result`` says it in words where it is no matter of rows."""

    rows_in: int = 0
    rows_kept: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    metrics: dict[str, float] = field(default_factory=dict)
    tokens_in: int = 0
    tokens_out: int = 0
    gpu_seconds: float = 0.0
    inputs: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, int] = field(default_factory=dict)
    result: str = ""

    @property
    def rows_rejected(self) -> int:
        """Candidates that were not admitted, all reasons together."""
        return sum(self.reasons.values())

    def add(self, other: Outcome) -> None:
        """Add what another batch of the same run did."""
        self.rows_in += other.rows_in
        self.rows_kept += other.rows_kept
        self.reasons.update(other.reasons)
        for name, amount in other.metrics.items():
            self.metrics[name] = self.metrics.get(name, 0.0) + amount
        self.tokens_in += other.tokens_in
        self.tokens_out += other.tokens_out
        self.gpu_seconds += other.gpu_seconds
        self.inputs.update(other.inputs)
        self.outputs.update(other.outputs)


@dataclass(frozen=True)
class Job:
    """A job: what it reads, what it writes, and the function that does it.

    Attributes
    ----------
    name : str
        As on the command line.
    run : callable
        Takes a `Context`, returns an `Outcome`.
    sources : tuple of Source
        Tables read by increments.
    writes : dict of str to str
        Tables written, each with the SQL condition of the job's own rows in it.
    settings : tuple of str
        Sections of the settings that decide about its rows.
    check : callable
        Raises a named error for settings that cannot work; called before Spark starts.
    spark_nlp : bool
        Whether its session needs Spark NLP.
    """

    name: str
    run: Callable[[Context], Outcome]
    sources: tuple[Source, ...]
    writes: dict[str, str]
    settings: tuple[str, ...]
    check: Callable[[Settings], None] = lambda settings: None
    spark_nlp: bool = False


class Context:
    """What a job function works with.

    Attributes
    ----------
    spark, lake, settings, progress : SparkSession, Lake, Settings, Progress
    line : ProgressLine
        Where the job says what it is at.
    """

    def __init__(
        self, spark: SparkSession, lake: Lake, settings: Settings, progress: Progress, line: ProgressLine
    ) -> None:
        self.spark = spark
        self.lake = lake
        self.settings = settings
        self.progress = progress
        self.line = line

    def batches(self, job: Job) -> Iterator[Batch]:
        """Yield a batch for each source with something new; each is finished when the next one is asked for."""
        settings_hash = self.settings.section_hash(job.settings)
        for source in job.sources:
            limit = self._limit(source)
            increment = self.progress.begin(job.name, source.table, limit, settings_hash)
            # A resumed increment may end before the limit: what came since is a batch of its own.
            while increment is not None:
                self.lake.ensure(job.writes)
                yield Batch(self.lake, increment)
                self.progress.finish(increment, settings_hash)
                increment = self.progress.begin(job.name, source.table, limit, settings_hash)

    def _limit(self, source: Source) -> int:
        if source.after is None:
            return self.lake.version(source.table)
        finished = self.progress.finished(source.after, source.table)
        return -1 if finished is None else finished

    def process(self, job: Job, work: Callable[[Batch], Outcome]) -> Outcome:
        """Run ``work`` on every batch of a job and return what all of them did."""
        outcome = Outcome()
        for batch in self.batches(job):
            try:
                done = work(batch)
            finally:
                batch.release()
            increment = batch.increment
            first = 0 if increment.start is None else increment.start + 1
            done.inputs[increment.source] = f"{first}-{increment.end}"
            done.outputs.update(batch.outputs)
            outcome.add(done)
        return outcome


def rebuild(context: Context, following: list[Job]) -> None:
    """Delete what the jobs have written, so that their next run judges everything again.

    Answers of language models stay: they are paid for. A crash in between is mended by the next run.
    """
    for job in following:
        for source in job.sources:
            context.progress.clear(job.name, source.table)
    for job in reversed(following):
        _finish_clearing(context, job)


def _finish_clearing(context: Context, job: Job) -> None:
    pending = [source.table for source in job.sources if context.progress.clearing(job.name, source.table)]
    if not pending:
        return
    for table, condition in job.writes.items():
        context.lake.delete(table, condition)
    for table in pending:
        context.progress.cleared(job.name, table)


def run_job(context: Context, job: Job, others_follow: bool = False) -> Outcome:
    """Run a job and book it: ledger row, MLflow run, a line for people.

    Parameters
    ----------
    others_follow : bool
        Whether more jobs run with this context: that this one is done may be written down with their beginning.

    Raises
    ------
    TierlakeError
        What the job raised; it is in the ledger then.
    """
    settings = context.settings
    started, clock = datetime.now(UTC), time.monotonic()
    tasks_before = task_seconds(context.spark)
    tracker = Tracker(settings, job.name, jobs.__version__)
    outcome, error = Outcome(), None
    with context.line.job(job.name, context.spark):
        try:
            _finish_clearing(context, job)
            outcome = job.run(context)
        except Exception as problem:
            error = problem
        try:
            if error is not None or not others_follow:
                context.progress.flush()
        except Exception as problem:
            error = error or problem
        seconds = time.monotonic() - clock
        cpu_seconds = max(task_seconds(context.spark) - tasks_before - outcome.gpu_seconds, 0.0)
        money = (cpu_seconds * settings.prices.cpu_hour + outcome.gpu_seconds * settings.prices.gpu_hour) / 3600
        message = None if error is None else _one_line(error)
        worked = outcome.rows_in or outcome.result or error
        # The ledger has the runs of a schedule that found nothing; in MLflow they would bury the others.
        mlflow_run_id = tracker.log(outcome, message, seconds, cpu_seconds, money) if worked else None
        row = {
            "run_id": uuid.uuid4().hex,
            "job": job.name,
            "status": "succeeded" if error is None else "failed",
            "started_at": started,
            "seconds": seconds,
            "rows_in": outcome.rows_in,
            "rows_kept": outcome.rows_kept,
            "rows_rejected": outcome.rows_rejected,
            "reasons": dict(outcome.reasons),
            "metrics": {name: float(amount) for name, amount in outcome.metrics.items()},
            "tokens_in": outcome.tokens_in,
            "tokens_out": outcome.tokens_out,
            "cpu_seconds": cpu_seconds,
            "gpu_seconds": outcome.gpu_seconds,
            "money": money,
            "currency": settings.prices.currency,
            "inputs": outcome.inputs,
            "outputs": outcome.outputs,
            "code_version": jobs.__version__,
            "settings_hash": settings.section_hash(type(settings).model_fields),
            "mlflow_run_id": mlflow_run_id,
            "error": message,
            "settings": json.dumps(settings.flat(), sort_keys=True, ensure_ascii=False),
        }
        context.lake.note(RUNS.name, list(row.values()))
    context.line.summary(job.name, outcome, seconds, message)
    if error is not None:
        raise error
    return outcome


def _one_line(error: Exception) -> str:
    if isinstance(error, TierlakeError):
        return str(error)
    text = str(error).strip()
    return f"{type(error).__name__}: {text.splitlines()[0] if text else 'no message'}"[:500]


def task_seconds(spark: SparkSession) -> float:
    """Return the seconds that all tasks of the application have run; 0 where nobody can tell (Spark Connect)."""
    try:
        store = spark.sparkContext._jsc.sc().statusStore()
    except Exception:
        return 0.0
    executors = store.executorList(False)
    return sum(executors.apply(index).totalDuration() for index in range(executors.size())) / 1000
