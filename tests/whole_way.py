"""The whole way on small input, kept after every job, and ways to compare lakes. Used by several test modules."""

from __future__ import annotations

import importlib
import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.harness import Context, Outcome, run_job
from jobs.lake.progress import Progress
from jobs.lake.store import Lake
from jobs.lake.tables import TABLES
from jobs.progress_line import ProgressLine
from jobs.registry import PIPELINE
from jobs.settings import Settings, load_settings
from tests.delta_files import read_table

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

DATA = Path(__file__).parent / "data"
PAGES = DATA / "demo.warc.gz"
BENCHMARKS = sorted(str(path) for path in (DATA / "benchmarks").glob("*.jsonl"))

#: Writing code for a query costs more than running it over a hundred rows.
SMALL_QUERIES = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
}

#: A session that does little ends before the second compiler's code pays for itself.
SHORT_LIFE = "-XX:TieredStopAtLevel=1"

# What a run leaves besides documents: when it ran, and how.
_BOOKKEEPING = {"runs", "progress", "l0_files"}


def small_settings(lake: Path, *assignments: str, inputs: tuple[str, ...] = (f"pages={PAGES}",)) -> Settings:
    """Return settings that take every job through in little time: a scripted engine, tokens as words, MLflow off."""
    return load_settings(
        assignments=[
            f"lake.path={lake}",
            f"ingest.paths={list(inputs)!r}",
            f"spark.conf={json.dumps(SMALL_QUERIES)}",
            f"decontaminate.benchmarks={BENCHMARKS!r}",
            "ingest.tasks=2",
            "mlflow.enabled=false",
            "parse.tokenizer=words",
            "engine.kind=scripted",
            "engine.model=script",
            "engine.wave_requests=120",
            "label.share=1.0",
            "label.limit=60",
            "train.min_auc=0.0",
            "train.min_labels=10",
            "organize.yake=false",
            "refine.limits={edit: 20, qa: 6, textbook: 6}",
            *assignments,
        ]
    )


def light_environment(folder: Path) -> dict[str, str]:
    """Return environment variables for a process of its own whose Spark session is to spare the cores.

    Parameters
    ----------
    folder : Path
        Where Spark's defaults are written; created. A process that is killed leaves its temporary files here, 150 MB of
        them, and not on the machine.
    """
    folder.mkdir()
    lines = [f"{name} {value}" for name, value in SMALL_QUERIES.items()]
    (folder / "spark-defaults.conf").write_text("\n".join(lines), encoding="utf-8")
    return {**os.environ, "SPARK_CONF_DIR": str(folder), "JDK_JAVA_OPTIONS": f"{SHORT_LIFE} -Djava.io.tmpdir={folder}"}


def open_context(spark: SparkSession, settings: Settings) -> Context:
    """Open a lake in a session that is there already."""
    lake = Lake(spark, settings.lake)
    return Context(spark, lake, settings, Progress(lake), ProgressLine(quiet=True))


def run(spark: SparkSession, settings: Settings, *names: str) -> list[Outcome]:
    """Run jobs one after the other, as ``tierlake pipeline`` would."""
    context = open_context(spark, settings)
    outcomes = []
    for name in names:
        job = next(importlib.import_module(command.module).JOB for command in PIPELINE if command.name == name)
        job.check(settings)
        outcomes.append(run_job(context, job))
    return outcomes


@dataclass
class WholeWay:
    """A lake after every job: ``before[job]`` is a copy of it from before that job ran."""

    lake: Path
    before: dict[str, Path] = field(default_factory=dict)

    def settings(self, *assignments: str) -> Settings:
        return small_settings(self.lake, *assignments)

    def copy_before(self, job: str, target: Path) -> Path:
        shutil.copytree(self.before[job], target)
        return target


def go_the_whole_way(spark: SparkSession, folder: Path) -> WholeWay:
    """Run every job of the pipeline, keeping a copy of the lake before each."""
    way = WholeWay(folder / "lake")
    way.lake.mkdir(parents=True)
    context = open_context(spark, way.settings())
    for command in PIPELINE:
        way.before[command.name] = folder / f"before-{command.name}"
        shutil.copytree(way.lake, way.before[command.name])
        run_job(context, importlib.import_module(command.module).JOB)
    return way


def contents(lake: Path, names: tuple[str, ...] | None = None) -> dict[str, list[str]]:
    """Return the rows of every table that holds documents or what was made of them, in a form that compares."""
    compared = names or tuple(name for name in TABLES if name not in _BOOKKEEPING)
    return {name: sorted(map(_shown, read_table(lake / name))) for name in compared}


def _shown(row: dict[str, Any]) -> str:
    # Where a lake stands is no part of a document.
    where = {"file": Path(row["file"]).name} if row.get("file") else {}
    return json.dumps({**row, **where}, sort_keys=True, default=repr)
