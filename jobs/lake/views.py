"""The tables and the views of ``conf/sql`` under their plain names, for ad-hoc SQL."""

from __future__ import annotations

from jobs.lake.store import Lake
from jobs.lake.tables import TABLES
from udfs.resources import conf_names, conf_text


def register(lake: Lake) -> list[str]:
    """Make every table and view of the lake known to the session; returns the names.

    Tables nobody wrote yet are there and empty.
    """
    names = list(TABLES)
    for name in names:
        lake.read(name).createOrReplaceTempView(name)
    for name in conf_names("sql", ".sql"):
        lake.spark.sql(conf_text(f"sql/{name}.sql")).createOrReplaceTempView(name)
        names.append(name)
    return names
