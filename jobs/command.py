"""A job's command line: the same options for every job, errors on one line, exit status 0 or 1 (2 for wrong usage)."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from jobs.harness import Context, Job, rebuild, run_job
from jobs.lake.progress import Progress
from jobs.lake.session import build_session
from jobs.lake.store import Lake
from jobs.progress_line import ProgressLine
from jobs.registry import PIPELINE
from jobs.settings import Settings, load_settings
from jobs.thresholds import rethreshold
from udfs.errors import TierlakeError

LakeOption = Annotated[
    str | None, typer.Option("--lake", help="Folder or URI of the lake, or catalog:SCHEMA for one in a catalog.")
]
EnvironmentOption = Annotated[str, typer.Option("--env", help="Settings beside the defaults: local, databricks, emr.")]
ConfOption = Annotated[list[Path] | None, typer.Option("--conf", help="A YAML file of settings; may be repeated.")]
SetOption = Annotated[list[str] | None, typer.Option("--set", help="section.key=value; may be repeated.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="No progress line.")]
RebuildOption = Annotated[
    bool, typer.Option("--rebuild", help="Delete what this job and those after it have written, and judge all again.")
]
RethresholdOption = Annotated[
    bool,
    typer.Option(
        "--rethreshold", help="Apply moved thresholds to the stored values, and let the jobs after it judge all again."
    ),
]
InputOption = Annotated[
    list[str] | None, typer.Option("--input", help="File, folder, glob or URI to read; may be repeated.")
]
BenchmarkOption = Annotated[
    list[str] | None, typer.Option("--benchmarks", help="JSONL file of benchmark items; may be repeated.")
]

# What one job alone has, by the parameter of its command.
_OWN_OPTIONS = {"ingest": "input_", "decontaminate": "benchmarks", "filter": "rethreshold_"}


def resolve_settings(
    lake: str | None,
    environment: str,
    conf: list[Path] | None,
    assignments: list[str] | None,
    inputs: list[str] | None = None,
    benchmarks: list[str] | None = None,
) -> Settings:
    """Return the settings of a command line."""
    extra = list(assignments or [])
    if lake is not None:
        schema = lake.removeprefix("catalog:")
        extra.append(f"lake.schema={schema}" if schema != lake else f"lake.path={lake}")
        if schema == lake:
            extra.append("lake.schema=null")
    if inputs:
        extra.append(f"ingest.paths={list(inputs)!r}")
    if benchmarks:
        extra.append(f"decontaminate.benchmarks={list(benchmarks)!r}")
    return load_settings(environment, conf or [], extra)


def open_context(settings: Settings, name: str, quiet: bool = False, jobs: Sequence[Job] = ()) -> Context:
    """Start a session that can run the given jobs, and open the lake."""
    spark = build_session(settings, f"tierlake {name}", any(job.spark_nlp for job in jobs))
    lake = Lake(spark, settings.lake)
    return Context(spark, lake, settings, Progress(lake), ProgressLine(quiet))


def jobs_from(name: str) -> list[Job]:
    """Return the named job and those after it in the pipeline."""
    names = [command.name for command in PIPELINE]
    return [importlib.import_module(command.module).JOB for command in PIPELINE[names.index(name) :]]


def run_command(job: Job, argv: Sequence[str] | None = None) -> int:
    """Run a job from a command line; returns the exit status."""

    def command(
        input_: InputOption = None,
        benchmarks: BenchmarkOption = None,
        rethreshold_: RethresholdOption = False,
        lake: LakeOption = None,
        env: EnvironmentOption = "local",
        conf: ConfOption = None,
        set_: SetOption = None,
        quiet: QuietOption = False,
        rebuild_: RebuildOption = False,
    ) -> None:
        settings = resolve_settings(lake, env, conf, set_, input_, benchmarks)
        execute(job, settings, quiet, rebuild if rebuild_ else rethreshold if rethreshold_ else None)

    others = {option for name, option in _OWN_OPTIONS.items() if name != job.name}
    signature = inspect.signature(command, eval_str=True)
    shown = [parameter for name, parameter in signature.parameters.items() if name not in others]
    command.__signature__ = signature.replace(parameters=shown)  # type: ignore[attr-defined]
    return invoke(command, f"tierlake {job.name}", argv)


def execute(
    job: Job, settings: Settings, quiet: bool, before: Callable[[Context, list[Job]], None] | None = None
) -> None:
    """Run one job with given settings, after what is done to it and the jobs after it first, such as `rebuild`."""
    job.check(settings)
    context = open_context(settings, job.name, quiet, [job])
    if before is not None:
        before(context, jobs_from(job.name))
    run_job(context, job)


def invoke(function: Callable[..., None], name: str, argv: Sequence[str] | None) -> int:
    """Run a function as a command; named errors become one line on standard error and status 1.

    Without ``argv`` the process is the command's own, and a status other than 0 ends it: a Databricks wheel task calls
    ``main()`` and does not look at what it returns.
    """
    status = _invoke(function, name, argv)
    if argv is None and status:
        raise SystemExit(status)
    return status


def _invoke(function: Callable[..., None], name: str, argv: Sequence[str] | None) -> int:
    application = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    application.command()(function)
    command = typer.main.get_command(application)
    try:
        status = command.main(args=list(argv) if argv is not None else None, prog_name=name, standalone_mode=False)
    except TierlakeError as error:
        print(error, file=sys.stderr)
        return 1
    except typer.Abort:
        return 130
    except Exception as error:
        if hasattr(error, "format_message"):
            print(f"{name}: {error.format_message()}", file=sys.stderr)
            return 2
        raise
    return int(status or 0)
