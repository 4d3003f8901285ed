"""What people see while jobs run: a live line on a terminal, a line a stage elsewhere, a table at the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from jobs.harness import Outcome

_POLL_SECONDS = 0.5
_QUIET_SECONDS = 30.0


class ProgressLine:
    """Reports on jobs to the console; ``quiet`` leaves only summaries."""

    def __init__(self, quiet: bool = False) -> None:
        self.console = Console(stderr=True, highlight=False, soft_wrap=True)
        self.quiet = quiet
        self._rows: list[tuple[str, Outcome, float]] = []
        self._note = ""

    def say(self, text: str) -> None:
        """Tell what the job is at; shown beside its tasks."""
        self._note = text

    @contextmanager
    def job(self, name: str, spark: SparkSession) -> Iterator[None]:
        """Show that a job is at work until the block ends."""
        self._note = ""
        if self.quiet:
            yield
            return
        stop = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(name, spark, stop), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            stop.set()
            watcher.join()

    def _watch(self, name: str, spark: SparkSession, stop: threading.Event) -> None:
        started = time.monotonic()
        if not self.console.is_terminal:
            while not stop.wait(_QUIET_SECONDS):
                self.console.print(
                    f"{name}: {self._tasks(spark)} {self._note} {time.monotonic() - started:.0f} s".rstrip()
                )
            return
        with self.console.status(name) as status:
            while not stop.wait(_POLL_SECONDS):
                elapsed = time.monotonic() - started
                status.update(f"[bold]{name}[/bold] {self._tasks(spark)} {self._note} {elapsed:.0f} s")

    @staticmethod
    def _tasks(spark: SparkSession) -> str:
        try:
            tracker = spark.sparkContext.statusTracker()
            stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        except Exception:
            return ""
        known = [stage for stage in stages if stage is not None]
        if not known:
            return "planning"
        return f"{sum(stage.numCompletedTasks for stage in known)}/{sum(stage.numTasks for stage in known)} tasks"

    def summary(self, name: str, outcome: Outcome, seconds: float, error: str | None) -> None:
        """Print a job's closing line and keep it for the closing table."""
        if error is not None:
            self.console.print(f"[red]{name} failed after {seconds:.1f} s[/red]: ", end="")
            self.console.print(error, markup=False)
            return
        self._rows.append((name, outcome, seconds))
        counts = f"{outcome.rows_in} in, {outcome.rows_kept} kept, {outcome.rows_rejected} rejected"
        self.console.print(f"[green]{name}[/green]: ", end="")
        self.console.print(
            f"{outcome.result or (counts if outcome.rows_in else 'nothing new')}, {seconds:.1f} s", markup=False
        )

    def closing_table(self, title: str) -> Table:
        """Return the table of all jobs since the start: how many came, stayed and left, and why."""
        table = Table(title=title, title_justify="left")
        columns: list[tuple[str, Any]] = [
            ("job", "left"),
            ("in", "right"),
            ("kept", "right"),
            ("rejected", "right"),
            ("why", "left"),
            ("seconds", "right"),
        ]
        for header, justify in columns:
            table.add_column(header, justify=justify, overflow="fold")
        for name, outcome, seconds in self._rows:
            why = outcome.result or ", ".join(f"{reason} {count}" for reason, count in outcome.reasons.most_common(6))
            if len(outcome.reasons) > 6:
                why += f", {len(outcome.reasons) - 6} more"
            table.add_row(
                name, str(outcome.rows_in), str(outcome.rows_kept), str(outcome.rows_rejected), why, f"{seconds:.1f}"
            )
        return table
