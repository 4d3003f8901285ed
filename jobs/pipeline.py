"""``tierlake pipeline``: every job in order, in one session, with a closing table."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from jobs.command import (
    BenchmarkOption,
    ConfOption,
    EnvironmentOption,
    InputOption,
    LakeOption,
    QuietOption,
    SetOption,
    invoke,
    open_context,
    resolve_settings,
)
from jobs.harness import Job, run_job
from jobs.registry import PIPELINE
from jobs.settings import Settings
from udfs.errors import InputError


def selected(until: str | None, skip: Sequence[str]) -> list[Job]:
    """Return the jobs of the pipeline up to and with ``until``, without those skipped.

    Raises
    ------
    InputError
        ``INPUT_NO_SUCH_JOB``.
    """
    names = [command.name for command in PIPELINE]
    for name in [*([until] if until else []), *skip]:
        if name not in names:
            raise InputError("INPUT_NO_SUCH_JOB", f"the pipeline has no job '{name}'; it has: {', '.join(names)}")
    last = names.index(until) if until else len(names) - 1
    return [importlib.import_module(command.module).JOB for command in PIPELINE[: last + 1] if command.name not in skip]


def run_pipeline(settings: Settings, jobs: Sequence[Job], quiet: bool = False) -> None:
    """Check every job's settings, then run the jobs in one session; the first that fails ends the run."""
    if not settings.ingest.paths:
        jobs = [job for job in jobs if job.name != "ingest"]
    for job in jobs:
        job.check(settings)
    context = open_context(settings, "pipeline", quiet, jobs)
    try:
        for job in jobs:
            run_job(context, job, others_follow=job is not jobs[-1])
    finally:
        Console(width=None if sys.stdout.isatty() else 160).print(
            context.line.closing_table(str(context.lake.location))
        )


def command(
    input_: InputOption = None,
    benchmarks: BenchmarkOption = None,
    lake: LakeOption = None,
    env: EnvironmentOption = "local",
    conf: ConfOption = None,
    set_: SetOption = None,
    quiet: QuietOption = False,
    until: Annotated[str | None, typer.Option("--until", help="Last job to run.")] = None,
    skip: Annotated[list[str] | None, typer.Option("--skip", help="Job to leave out; may be repeated.")] = None,
) -> None:
    """Take documents through every tier, L0 to L4; without --input, only what is in L0 already."""
    settings = resolve_settings(lake, env, conf, set_, input_, benchmarks)
    run_pipeline(settings, selected(until, skip or []), quiet)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return invoke(command, "tierlake pipeline", argv)


if __name__ == "__main__":
    sys.exit(main())
