"""The index of benchmark items that decontaminate and refine search; built once a machine for the same files."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np

from jobs.settings import DecontaminateSettings
from udfs.capture.files import list_files
from udfs.capture.lines import read_lines
from udfs.capture.storage import open_file
from udfs.dedup.benchmark_items import read_items
from udfs.dedup.contamination import ContaminationIndex, LeakRule, build_index
from udfs.errors import InputError
from udfs.resources import cache_root

_HASHED_AT_ONCE = 1 << 20
# A hundred thousand items take 130 MB.
_KEPT_INDEXES = 3


class BenchmarkIndex(NamedTuple):
    """An index as it travels to tasks.

    Attributes
    ----------
    data : bytes
        As :meth:`ContaminationIndex.to_bytes` writes it.
    items : int
        How many items the benchmark files hold.
    undetectable : int
        How many of them are too short or too generic to be found.
    version : str
        What verdicts say they were judged by: the number of the items and a hash of them.
    """

    data: bytes
    items: int
    undetectable: int
    version: str


def benchmark_index(settings: DecontaminateSettings) -> BenchmarkIndex:
    """Return the index of the benchmark files, from the cache where the same files were indexed before.

    What the cache cannot read is built again; where it cannot be written, nothing is kept.

    Raises
    ------
    InputError
        ``BENCHMARK_NO_ITEMS`` and what else is wrong with the files.
    """
    paths = [file.path for file in list_files(settings.benchmarks)]
    rule = LeakRule(ngram_words=settings.ngram)
    folder = cache_root() / "benchmarks"
    key = _key(paths, rule)
    for cached in folder.glob(f"{key}-*.npz"):
        with suppress(OSError, InputError):
            data = cached.read_bytes()
            return _described(ContaminationIndex.from_bytes(data), data, cached.stem.removeprefix(f"{key}-"))
    items = [item for path in paths for item in read_items(read_lines(path))]
    index = build_index(items, rule)
    digest = hashlib.sha256(repr(sorted(tuple(item) for item in items)).encode()).hexdigest()[:12]
    data = index.to_bytes()
    with suppress(OSError):
        _keep(folder, f"{key}-{digest}.npz", data)
    return _described(index, data, digest)


def _described(index: ContaminationIndex, data: bytes, digest: str) -> BenchmarkIndex:
    items = len(index.items)
    return BenchmarkIndex(data, items, len(index.undetectable()), f"{items} items@{digest}")


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


def _keep(folder: Path, name: str, data: bytes) -> None:
    """Write a file in one step, and let go of the oldest ones."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".", delete=False) as file:
        try:
            file.write(data)
        except OSError:
            os.unlink(file.name)
            raise
    os.replace(file.name, folder / name)
    for old in sorted(folder.glob("*.npz"), key=lambda path: path.stat().st_mtime_ns)[:-_KEPT_INDEXES]:
        old.unlink()
