"""What a job has processed: version ranges of its sources, begun and finished.

The range of a run is written down before its work begins. A run that dies is resumed with exactly that range, so the
transaction ids of its writes are the same, and Delta skips those that had reached their table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobs.lake.session import kept_bytes, kept_rows
from jobs.lake.store import Commit, Lake
from jobs.lake.tables import PROGRESS
from udfs.errors import LakeError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


# Bytes of rows that Spark would send to all tasks by itself, did it know of their size.
_SMALL = 10 * 2**20


@dataclass(frozen=True)
class Increment:
    """Versions of a source that one run of a job processes: after ``start`` (None: everything) up to ``end``."""

    job: str
    source: str
    epoch: int
    sequence: int
    start: int | None
    end: int


class Batch:
    """The rows of an increment and the writes made from them.

    Parameters
    ----------
    lake : Lake
        Where to read and write.
    increment : Increment
        What to read; it also makes the transaction ids.
    """

    def __init__(self, lake: Lake, increment: Increment) -> None:
        self.lake = lake
        self.increment = increment
        self.outputs: dict[str, int] = {}
        self._kept_before = set(kept_rows(lake.spark))

    def rows(self) -> DataFrame:
        """Return the rows that the increment added to its source."""
        return self.lake.inserted(self.increment.source, self.increment.start, self.increment.end)

    def append(self, table: str, rows: DataFrame, part: str = "") -> Commit:
        """Append once: a second try of the same batch and part changes nothing."""
        unit = "/".join([self.increment.job, self.increment.source, str(self.increment.epoch), table, part])
        commit = self.lake.append(table, rows, (f"tierlake/{unit}", self.increment.end))
        self.outputs[table] = commit.version
        return commit

    def stage(self, rows: DataFrame) -> DataFrame:
        """Compute rows once and keep them beside the executors, where several tables are written from one costly pass.

        A checkpoint rather than a cache: what is built on it has a plan that begins here, and plans of nested caches
        take Spark longer to print than the data takes to compute. An executor that is lost takes its share with it;
        the job fails then and its next run resumes.

        Spark knows nothing of the size of a checkpoint and would sort both sides of each join with it: of a lake's
        tables that is most of what a small increment costs. What is small is sent to all tasks instead.
        """
        before = kept_bytes(self.lake.spark)
        staged = rows.localCheckpoint()
        after = kept_bytes(self.lake.spark)
        if before is None or after is None:
            return staged
        # By number: what was kept before may have gone meanwhile.
        size = sum(held for number, held in after.items() if number not in before)
        return staged.hint("broadcast") if size <= _SMALL else staged

    def release(self) -> None:
        """Let go of all that was staged since the batch began; Spark itself would keep it until Java runs short."""
        for number, rows in kept_rows(self.lake.spark).items():
            if number not in self._kept_before:
                rows.unpersist()


class Progress:
    """The ``progress`` table, read once a process and kept in step with what this process writes.

    That an increment is done may wait for the next commit: should it get lost, the increment is resumed and finds all
    its writes made.
    """

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._waiting: list[list[object]] = []
        self._last: dict[tuple[str, str], dict[str, object]] = {}
        if lake.exists(PROGRESS.name):
            for row in lake.read(PROGRESS.name).orderBy("epoch", "sequence").collect():
                self._last[(row["job"], row["source"])] = row.asDict()

    def finished(self, job: str, source: str) -> int | None:
        """Return the version of a source up to which a job has finished, None where it has never."""
        last = self._last.get((job, source))
        if last is None:
            return None
        return int(str(last["end_version"])) if last["state"] == "finished" else _optional(last["start_version"])

    def begin(self, job: str, source: str, limit: int, settings_hash: str) -> Increment | None:
        """Return what to process next, None where nothing is new; an interrupted range comes first.

        Parameters
        ----------
        limit : int
            Version of the source to go up to.
        settings_hash : str
            Of the sections that decide about the job's rows.

        Raises
        ------
        LakeError
            ``LAKE_SETTINGS_CHANGED`` where the job ran with other settings before: old and new rows would not agree.
        """
        last = self._last.get((job, source))
        epoch, sequence, start = 0, 0, None
        if last is not None:
            epoch, sequence = int(str(last["epoch"])), int(str(last["sequence"])) + 1
            if last["state"] == "started":
                self._same_settings(job, last, settings_hash)
                return Increment(
                    job, source, epoch, sequence - 1, _optional(last["start_version"]), int(str(last["end_version"]))
                )
            if last["state"] == "again":
                raise LakeError("LAKE_UNFINISHED", f"{job} --rethreshold was interrupted; run it again")
            start = _optional(last["end_version"])
        if limit < 0 or (start is not None and limit <= start):
            return None
        if last is not None and start is not None:
            self._same_settings(job, last, settings_hash)
        increment = Increment(job, source, epoch, sequence, start, limit)
        self._write(increment, "started", settings_hash)
        return increment

    def finish(self, increment: Increment, settings_hash: str) -> None:
        """Note that an increment is done; `flush`, or whatever is written next, writes it down."""
        done = Increment(
            increment.job, increment.source, increment.epoch, increment.sequence + 1, increment.start, increment.end
        )
        self._note(done, "finished", settings_hash)

    def flush(self) -> None:
        """Write down what waits."""
        if self._waiting:
            self._lake.note(PROGRESS.name, *self._waiting)
            self._waiting.clear()

    def clear(self, job: str, source: str) -> None:
        """Announce that the job's rows are about to be deleted, so that a crash in between is noticed."""
        last = self._last.get((job, source))
        if last is not None and last["state"] != "clearing":
            self._write(Increment(job, source, int(str(last["epoch"])) + 1, 0, None, -1), "clearing", "")

    def clearing(self, job: str, source: str) -> bool:
        """Return whether a deletion of the job's rows was announced and not finished."""
        last = self._last.get((job, source))
        return last is not None and last["state"] == "clearing"

    def cleared(self, job: str, source: str) -> None:
        """Write down that the job's rows are gone: its next run begins at the first version."""
        last = self._last[(job, source)]
        self._write(Increment(job, source, int(str(last["epoch"])), 1, None, -1), "finished", "")

    def begin_again(self, job: str, source: str) -> bool:
        """Announce that everything a job has finished is judged anew in place; False where it has finished nothing.

        Raises
        ------
        LakeError
            ``LAKE_UNFINISHED`` where a run of the job was interrupted: what it wrote is not complete.
        """
        last = self._last.get((job, source))
        if last is None or last["end_version"] == -1:
            return False
        if last["state"] == "started":
            raise LakeError("LAKE_UNFINISHED", f"a run of {job} was interrupted; run {job} with its settings first")
        if last["state"] != "again":
            self._write(self._next(last), "again", "")
        return True

    def end_again(self, job: str, source: str, settings_hash: str) -> None:
        """Write down that everything was judged anew, with these settings."""
        self._write(self._next(self._last[(job, source)]), "finished", settings_hash)

    @staticmethod
    def _next(last: dict[str, object]) -> Increment:
        epoch, sequence = int(str(last["epoch"])), int(str(last["sequence"])) + 1
        start, end = _optional(last["start_version"]), int(str(last["end_version"]))
        return Increment(str(last["job"]), str(last["source"]), epoch, sequence, start, end)

    def _write(self, increment: Increment, state: str, settings_hash: str) -> None:
        self._note(increment, state, settings_hash)
        self.flush()

    def _note(self, increment: Increment, state: str, settings_hash: str) -> None:
        row = {
            "job": increment.job,
            "source": increment.source,
            "epoch": increment.epoch,
            "sequence": increment.sequence,
            "state": state,
            "start_version": -1 if increment.start is None else increment.start,
            "end_version": increment.end,
            "settings_hash": settings_hash,
        }
        self._waiting.append(list(row.values()))
        self._last[(increment.job, increment.source)] = row

    @staticmethod
    def _same_settings(job: str, last: dict[str, object], settings_hash: str) -> None:
        if last["settings_hash"] not in ("", settings_hash):
            raise LakeError(
                "LAKE_SETTINGS_CHANGED",
                f"{job} ran with other settings before, so old and new rows would not agree; "
                f"restore them, or judge everything again with --rebuild (moved thresholds: filter --rethreshold)",
            )


def _optional(version: object) -> int | None:
    number = int(str(version))
    return None if number < 0 else number
