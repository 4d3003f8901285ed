"""The index of benchmark items that decontaminate and refine search; built once a machine for the same files."""

from __future__ import annotations

import hashlib
import mmap
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pyspark import SparkFiles

from jobs.settings import DecontaminateSettings
from udfs.capture.files import list_files
from udfs.capture.lines import read_lines
from udfs.capture.storage import open_file
from udfs.dedup.benchmark_items import read_items
from udfs.dedup.contamination import ContaminationIndex, Leak, LeakRule, build_index
from udfs.errors import InputError
from udfs.resources import cache_root

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_HASHED_AT_ONCE = 1 << 20
# A hundred thousand items take 130 MB.
_KEPT_INDEXES = 3


@dataclass
class BenchmarkIndex:
    """An index as it travels to tasks: the bytes themselves, or the name of a file that Spark brings to executors.

    Workers of one machine share the memory of a file; of bytes each has its own.

    Attributes
    ----------
    items : int
        How many items the benchmark files hold.
    undetectable : int
        How many of them are too short or too generic to be found.
    version : str
        What verdicts say they were judged by: the number of the items and a hash of them.
    data : bytes
        As :meth:`ContaminationIndex.to_bytes` writes it; empty where ``file`` is set.
    file : str
        As ``SparkFiles`` knows it; empty where ``data`` is set.
    """

    items: int
    undetectable: int
    version: str
    data: bytes = b""
    file: str = ""
    _opened: ContaminationIndex | None = field(default=None, repr=False, compare=False)

    def find(self, text: str) -> list[Leak]:
        """Return the leaks of a document, as :meth:`ContaminationIndex.find` does."""
        if self._opened is None:
            named = self.file
            self._opened = _open(SparkFiles.get(named)) if named else ContaminationIndex.from_bytes(self.data)
        return self._opened.find(text)


def benchmark_index(spark: SparkSession | None, settings: DecontaminateSettings) -> BenchmarkIndex:
    """Return the index of the benchmark files, from the cache where the same files were indexed before.

    What the cache cannot read is built again; where it cannot be written, nothing is kept.

    Parameters
    ----------
    spark : SparkSession, optional
        Brings the cached file to its executors; without it the index travels as bytes.
    settings : DecontaminateSettings
        Name the files.

    Raises
    ------
    InputError
        ``BENCHMARK_NO_ITEMS`` and what else is wrong with the files.
    """
    paths = [file.path for file in list_files(settings.benchmarks)]
    rule = LeakRule(ngram_words=settings.ngram)
    folder = cache_root() / "benchmarks"
    key = _key(paths, rule)
    for cached in folder.glob(f"{key}-*.index"):
        with suppress(OSError, ValueError, InputError):
            return _travelling(spark, _open(str(cached)), cached.stem.removeprefix(f"{key}-"), cached)
    items = [item for path in paths for item in read_items(read_lines(path))]
    index = build_index(items, rule)
    digest = hashlib.sha256(repr(sorted(tuple(item) for item in items)).encode()).hexdigest()[:12]
    cached = folder / f"{key}-{digest}.index"
    try:
        _keep(cached, index.to_bytes())
    except OSError:
        return _travelling(spark, index, digest)
    return _travelling(spark, index, digest, cached)


def _travelling(
    spark: SparkSession | None, index: ContaminationIndex, digest: str, file: Path | None = None
) -> BenchmarkIndex:
    items = len(index.items)
    described = BenchmarkIndex(items, len(index.undetectable_items), f"{items} items@{digest}")
    if file is not None and spark is not None:
        # Spark Connect has no SparkContext and no files of this kind.
        with suppress(Exception):
            spark.sparkContext.addFile(str(file))
            return replace(described, file=file.name)
    return replace(described, data=index.to_bytes())


@lru_cache(maxsize=1)
def _open(path: str) -> ContaminationIndex:
    """Open an index that stays in its file; a worker does so once for all its tasks."""
    with open(path, "rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return ContaminationIndex.from_bytes(mapped)


def _key(paths: Sequence[str], rule: LeakRule) -> str:
    """Hash what an index depends on: the files, the rule, and the code that makes it."""
    hashed = hashlib.sha256(f"{rule!r} numpy {np.__version__}".encode())
    for module in sorted((files("udfs") / "dedup").iterdir(), key=lambda entry: entry.name):
        if module.name.endswith(".py"):
            hashed.update(module.read_bytes())
    for path in paths:
        content = hashlib.sha256()
        with open_file(path) as stream:
            while piece := stream.read(_HASHED_AT_ONCE):
                content.update(piece)
        hashed.update(content.digest())
    return hashed.hexdigest()[:24]


def _keep(path: Path, data: bytes) -> None:
    """Write a file in one step, and let go of the oldest ones beside it."""
    folder = path.parent
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".", delete=False) as file:
        try:
            file.write(data)
        except OSError:
            os.unlink(file.name)
            raise
    os.replace(file.name, path)
    for old in sorted(folder.glob("[!.]*"), key=lambda path: path.stat().st_mtime_ns)[:-_KEPT_INDEXES]:
        old.unlink()
