"""One Spark session for the whole run, small and real: Delta, and Spark NLP where the lane has it."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as hypothesis_settings

# The same examples everywhere, so that a change is judged by itself; HYPOTHESIS_PROFILE=search looks for new ones. No
# deadline: a machine that is busy fails no property.
hypothesis_settings.register_profile("same", derandomize=True, deadline=None)
hypothesis_settings.register_profile("search", max_examples=1000, deadline=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
os.environ.setdefault("TZ", "UTC")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("DO_NOT_TRACK", "true")

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from tests.whole_way import WholeWay


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> SparkSession:
    """Start the session that jobs get too; no test stops it."""
    from jobs.lake.session import build_session
    from jobs.settings import load_settings
    from tests.whole_way import SMALL_QUERIES

    local = tmp_path_factory.mktemp("spark")
    folders = {"spark.sql.warehouse.dir": f"{local}/warehouse", "spark.local.dir": f"{local}/local"}
    conf = json.dumps({**SMALL_QUERIES, **folders})
    settings = load_settings(assignments=["spark.shuffle_partitions=2", f"spark.conf={conf}"])
    return build_session(settings, "tests", spark_nlp=True)


@pytest.fixture(scope="session")
def whole_way(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> WholeWay:
    """Take the demo's pages through every tier once; tests read what came of it and copy what they change."""
    from tests.whole_way import go_the_whole_way

    return go_the_whole_way(spark, tmp_path_factory.mktemp("whole-way"))
