"""Where Spark's Python workers come from: the process that Spark forks them off, made ready once for all of them.

``spark.python.daemon.module`` names it for local sessions. Spark starts it as ``python -m jobs.workers``, and each
worker is a fork: what is imported and built here is paid for once and lies in memory once.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import re
import runpy
import sys
from pathlib import PurePath

# Where the kernels of every document's way to L1 live, and what Spark brings their batches with.
_MODULES = ("jobs.ingest", "jobs.parse", "jobs.filter", "jobs.dedup", "jobs.decontaminate", "pandas", "pyarrow")

_SPARKS_OWN_ARCHIVE = re.compile(r"spark-core_.*\.jar|pyspark\.zip|py4j-.*\.zip")


def forget_archives() -> None:
    """Take Spark's own archives out of the places where modules are looked for, if PySpark is installed beside them.

    Spark puts them there for machines that have no other PySpark. A worker forgets with each task what it knows of
    these places, and Python reads the list of an archive's files again: of Spark's jar that takes longer than to parse
    a page.
    """
    before = sys.path[:]
    sys.path[:] = [entry for entry in before if not _SPARKS_OWN_ARCHIVE.fullmatch(PurePath(entry).name)]
    if importlib.util.find_spec("pyspark") is None:
        sys.path[:] = before
        return
    for entry in set(before).difference(sys.path):
        sys.path_importer_cache.pop(entry, None)


def make_ready() -> None:
    """Import the kernels and build the tables that each worker would build at its first document."""
    # Nothing of it is ever garbage: to look for some on the way takes a tenth of a second.
    gc.disable()
    for name in _MODULES:
        importlib.import_module(name)
    from udfs.dedup.tokens import split
    from udfs.text.simplify import simplify_text
    from udfs.text.words import words

    words("a", "en")
    # A second at most, and 60 MB that every worker would have for itself.
    words("中", "zh")
    simplify_text("ä")
    split("ä")
    # A collection in a worker would touch all that stands, and the worker would get a copy of its own.
    gc.enable()
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    forget_archives()
    make_ready()
    runpy.run_module("pyspark.daemon", run_name="__main__", alter_sys=True)
