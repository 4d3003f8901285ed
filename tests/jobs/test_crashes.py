"""Killed at any point and run again, a job's tables equal those of an undisturbed run, row for row."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from jobs.lake.store import Commit, Lake
from tests.whole_way import WholeWay, contents, light_environment, run, small_settings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

pytestmark = pytest.mark.spark

_START_SECONDS = 240.0
_POLL_SECONDS = 0.02


class Crash(BaseException):
    """Ends a job as a kill would: nothing of ours catches it."""


def after(whole_way: WholeWay, job: str) -> Path:
    """The lake as it was when the job had run undisturbed: what the next job began with."""
    names = list(whole_way.before)
    return whole_way.before[names[names.index(job) + 1]]


@pytest.mark.parametrize(
    ("job", "table"),
    [
        # The table whose commit, once it has landed, is the moment of the kill; the job has more to write then.
        ("ingest", "l0_documents"),
        ("filter", "progress"),
        ("dedup", "l1_duplicates"),
        ("label", "llm_calls"),
        ("refine", "l3_verdicts"),
    ],
)
def test_sigkill_in_the_middle(spark: SparkSession, whole_way: WholeWay, tmp_path: Path, job: str, table: str) -> None:
    lake = whole_way.copy_before(job, tmp_path / "lake")
    settings = small_settings(lake)
    own = tmp_path / "settings.yaml"
    own.write_text(yaml.safe_dump(settings.model_dump(mode="json", by_alias=True)), encoding="utf-8")
    commits = set((lake / table / "_delta_log").glob("*.json"))
    command = [sys.executable, "-m", f"jobs.{job}", "--conf", str(own), "--quiet"]
    environment = light_environment(tmp_path / "spark-conf")
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, env=environment)
    # A table that does not exist yet is created by its first commit; rows come with the next.
    wanted = 1 if commits else 2
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if len(set((lake / table / "_delta_log").glob("*.json")) - commits) >= wanted:
            break
        time.sleep(_POLL_SECONDS)
    assert process.poll() is None, (tmp_path / "log").read_text(errors="replace")[-2000:]
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert contents(lake) != contents(after(whole_way, job)), "the kill came too late to test anything"
    run(spark, settings, job)
    assert contents(lake) == contents(after(whole_way, job))


@pytest.mark.parametrize("job", ["parse", "decontaminate", "select"])
def test_a_crash_after_any_commit(
    spark: SparkSession, whole_way: WholeWay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, job: str
) -> None:
    """Crash once after the first commit of rows, run on and crash after the second, and so on to the end."""
    lake = whole_way.copy_before(job, tmp_path / "lake")
    settings = small_settings(lake)
    append = Lake.append
    remaining = [0]

    def crashing(self: Lake, name: str, rows: DataFrame, transaction: tuple[str, int] | None = None) -> Commit:
        commit = append(self, name, rows, transaction)
        if name not in {"runs"} and not commit.skipped:
            remaining[0] -= 1
            if remaining[0] == 0:
                raise Crash(name)
        return commit

    monkeypatch.setattr(Lake, "append", crashing)
    crashes = 0
    for _ in range(40):
        # Two commits a life: that of the last crash is skipped or repeated, one more is reached.
        remaining[0] = 2
        try:
            run(spark, settings, job)
        except Crash:
            crashes += 1
        else:
            break
    assert crashes >= 1
    assert contents(lake) == contents(after(whole_way, job))
