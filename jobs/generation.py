"""Asking language models: what was answered before is not asked again, the rest goes out in waves kept at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import Window
from pyspark.sql import functions as F

from jobs.harness import Context, Outcome
from jobs.lake.tables import LLM_CALLS
from jobs.settings import EngineSettings
from udfs.engine.canonical import messages_to_json
from udfs.engine.generation import generate
from udfs.engine.protocol import EngineConfig, Sampling, embedded_config, is_transient, request_key
from udfs.errors import EngineError
from udfs.ids import stable_id

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# Columns a request has; `messages` and `sampling` are JSON as `udfs.engine.generation` takes them.
REQUEST_FIELDS = [
    (name, pa.string())
    for name in ("request_id", "job", "prompt_id", "prompt_version", "model", "messages", "sampling")
]
_ANSWER_DDL = (
    "request_id STRING, output STRING, finish_reason STRING, error STRING, prompt_tokens INT, output_tokens INT"
)
_GPU_TYPES = ("bfloat16", "float16")


def engine_config(settings: EngineSettings) -> EngineConfig:
    """Return the engine of the settings.

    Raises
    ------
    SettingsError
        ``CONF_ENGINE`` for settings that do not fit together.
    """
    dtype = settings.dtype
    if settings.kind == "vllm" and settings.model == "embedded":
        return embedded_config(
            depth=settings.depth,
            max_model_len=settings.max_model_len,
            **({"dtype": dtype} if dtype != "auto" else {}),
        )
    return EngineConfig(
        kind=settings.kind,
        model=settings.model,
        revision=settings.revision or "",
        max_model_len=settings.max_model_len,
        depth=settings.depth,
        dtype=dtype,
        gpu_memory_utilization=settings.gpu_memory_utilization,
        tensor_parallel_size=settings.tensor_parallel_size,
        base_url=settings.base_url or "",
        api_key_env=settings.api_key_env or "",
    )


def check_engine(settings: EngineSettings) -> None:
    """Refuse a model that is not there, before Spark starts.

    Raises
    ------
    EngineError
        ``ENGINE_NO_MODEL`` for a folder that does not exist or an embedded model that cannot be made.
    """
    engine_config(settings)
    if settings.kind != "vllm":
        return
    if settings.model == "embedded":
        from udfs.engine.embedded import embedded_model_path

        embedded_model_path()
    elif settings.model.startswith(("/", ".", "~")) and not Path(settings.model).expanduser().is_dir():
        raise EngineError(
            "ENGINE_NO_MODEL",
            f"engine.model {settings.model} is no folder; name one with config.json and weights, or a hub name",
        )


def model_name(config: EngineConfig) -> str:
    """Return model and revision as one text, as the tables name it."""
    return f"{config.model}@{config.revision}" if config.revision else config.model


def request_row(
    job: str,
    config: EngineConfig,
    messages: tuple[tuple[str, str], ...],
    prompt_id: str,
    prompt_version: str,
    sampling: Sampling,
) -> dict[str, str]:
    """Return what is asked as a row of ``REQUEST_FIELDS``; its id names everything the answer depends on."""
    asked = messages_to_json(messages)
    return {
        "request_id": request_key(stable_id(asked), prompt_id, prompt_version, config, sampling),
        "job": job,
        "prompt_id": prompt_id,
        "prompt_version": prompt_version,
        "model": model_name(config),
        "messages": asked,
        "sampling": sampling.to_json(),
    }


@dataclass(frozen=True)
class Ask:
    """The kernel that answers; holds the engine's settings, so that it can be sent to executors."""

    config: EngineConfig

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
        yield from generate(iter(batches), self.config)


def answer(
    context: Context, requests: DataFrame, outcome: Outcome, stage: Callable[[DataFrame], DataFrame]
) -> DataFrame:
    """Return the calls that answer the requests, asking what is not in ``llm_calls`` yet.

    Requests are cut into waves by the order of their ids, so a wave holds the same requests in the same order whether
    or not an earlier attempt was interrupted. Failed requests that another attempt may mend are not kept.

    Parameters
    ----------
    requests : DataFrame
        Columns of ``REQUEST_FIELDS``; equal ids are asked once.
    outcome : Outcome
        Tokens, GPU seconds and errors are added to it.
    stage : callable
        Keeps a frame for the rest of the batch.

    Raises
    ------
    EngineError
        ``ENGINE_TOO_MANY_ERRORS`` where a wave has more errors than ``engine.max_error_rate``.
    """
    settings, lake = context.settings.engine, context.lake
    lake.ensure([LLM_CALLS.name])
    unique = requests.dropDuplicates(["request_id"])
    order = Window.orderBy("request_id")
    numbered = stage(
        unique.withColumn("wave", F.floor((F.row_number().over(order) - 1) / settings.wave_requests).cast("INT"))
    )
    ids = stage(numbered.select("request_id", "wave"))
    waves = {
        row["wave"]: row["requests"]
        for row in ids.join(lake.read(LLM_CALLS.name).select("request_id"), "request_id", "left_anti")
        .groupBy("wave")
        .agg(F.count("*").alias("requests"))
        .collect()
    }
    for wave in sorted(waves):
        context.line.say(f"{waves[wave]} requests, wave {wave + 1} of {max(waves) + 1}")
        _ask_wave(context, numbered.where(F.col("wave") == wave).drop("wave"), outcome)
    return lake.read(LLM_CALLS.name).join(ids.select("request_id"), "request_id", "left_semi")


def _ask_wave(context: Context, requests: DataFrame, outcome: Outcome) -> None:
    settings, lake = context.settings.engine, context.lake
    known = lake.read(LLM_CALLS.name).select("request_id")
    missing = requests.join(known, "request_id", "left_anti")
    prompts = (
        missing.select("request_id", "messages", "sampling")
        .repartition(settings.tasks, "request_id")
        .sortWithinPartitions("request_id")
    )
    started = time.monotonic()
    with _engine_workers(context.spark):
        answers = prompts.mapInArrow(Ask(engine_config(settings)), _ANSWER_DDL).persist()
        try:
            totals = answers.groupBy("error").agg(
                F.count("*").alias("rows"),
                F.sum("prompt_tokens").alias("read"),
                F.sum("output_tokens").alias("written"),
            )
            errors = {row["error"]: row for row in totals.collect()}
            if settings.dtype in _GPU_TYPES:
                outcome.gpu_seconds += (time.monotonic() - started) * settings.tasks * settings.tensor_parallel_size
            lasting = [error for error in errors if error is not None and not is_transient(error)]
            calls = answers.where(F.col("error").isNull() | F.col("error").isin(lasting)).join(
                missing.drop("messages"), "request_id"
            )
            lake.append(LLM_CALLS.name, calls)
        finally:
            answers.unpersist()
    asked = sum(row["rows"] for row in errors.values())
    failed = {error: row["rows"] for error, row in errors.items() if error is not None}
    outcome.tokens_in += sum(row["read"] for row in errors.values())
    outcome.tokens_out += sum(row["written"] for row in errors.values())
    outcome.metrics["llm/requests"] = outcome.metrics.get("llm/requests", 0.0) + asked
    outcome.metrics["llm/errors"] = outcome.metrics.get("llm/errors", 0.0) + sum(failed.values())
    if asked and sum(failed.values()) > settings.max_error_rate * asked:
        worst = max(failed, key=lambda error: failed[error])
        raise EngineError(
            "ENGINE_TOO_MANY_ERRORS",
            f"{sum(failed.values())} of {asked} requests failed, most with: {worst}; answers are kept, "
            "mend the cause or raise engine.max_error_rate and run again",
        )


@contextmanager
def _engine_workers(spark: SparkSession) -> Iterator[None]:
    """Give stages that hold an engine Python workers of their own.

    Spark pools idle workers by their environment and takes the one that has waited longest, so on one machine an
    engine's stages would wander over the workers of the stages before, and each would load the model. A variable of
    their own keeps them apart.
    """
    try:
        environment = spark.sparkContext.environment
    except Exception:  # Spark Connect has no context; the platform places the workers
        yield
        return
    environment["TIERLAKE_WORKERS"] = "engine"
    try:
        yield
    finally:
        environment.pop("TIERLAKE_WORKERS", None)
