"""MLflow: one run a job run, with its parameters, counts and costs. Only the driver speaks to it."""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse

from jobs.settings import Settings
from udfs.errors import SettingsError

if TYPE_CHECKING:
    from jobs.harness import Outcome

# MLflow refuses longer parameter values.
_PARAMETER_LIMIT = 500
_NOT_A_NAME = re.compile(r"[^\w\-./ ]")


def local_store(settings: Settings) -> Path | None:
    """Return the folder of the MLflow store inside a local path-based lake, None where the platform has one."""
    lake = settings.lake
    if settings.mlflow.tracking_uri or lake.schema_name or "MLFLOW_TRACKING_URI" in os.environ:
        return None
    parsed = urlparse(lake.path)
    if parsed.scheme not in ("", "file"):
        return None
    return Path(parsed.path).resolve() / "_mlflow"


def check_registry(settings: Settings) -> None:
    """Refuse settings that leave MLflow nowhere to write: its default is a file in the working directory.

    Raises
    ------
    SettingsError
        ``CONF_NO_TRACKING``.
    """
    known = settings.mlflow.tracking_uri or local_store(settings) or os.environ.get("MLFLOW_TRACKING_URI")
    if not known and "DATABRICKS_RUNTIME_VERSION" not in os.environ:
        raise SettingsError(
            "CONF_NO_TRACKING", f"no MLflow store for the lake {settings.lake.path}; set mlflow.tracking_uri"
        )


def connect(settings: Settings) -> Any:
    """Return the ``mlflow`` module, pointed at the tracking store and experiment of the settings."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("DO_NOT_TRACK", "true")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    logging.getLogger("alembic").setLevel(logging.ERROR)
    import mlflow

    logging.getLogger("mlflow").setLevel(logging.ERROR)
    artifacts = None
    if settings.mlflow.tracking_uri:
        mlflow.set_tracking_uri(settings.mlflow.tracking_uri)
    elif (folder := local_store(settings)) is not None:
        folder.mkdir(parents=True, exist_ok=True)
        mlflow.set_tracking_uri(f"sqlite:///{folder / 'mlflow.db'}")
        artifacts = (folder / "artifacts").as_uri()
    name = settings.mlflow.experiment
    if mlflow.get_experiment_by_name(name) is None:
        mlflow.create_experiment(name, artifact_location=artifacts)
    mlflow.set_experiment(name)
    return mlflow


class Tracker:
    """Logs one job run.

    Parameters
    ----------
    settings : Settings
        ``mlflow.enabled`` false makes every call do nothing.
    job, code_version : str
        Become tags.
    """

    def __init__(self, settings: Settings, job: str, code_version: str) -> None:
        self._settings = settings
        self._job = job
        self._code_version = code_version

    def log(self, outcome: Outcome, error: str | None, seconds: float, cpu_seconds: float, money: float) -> str | None:
        """Write the run; returns its id, None where MLflow is off."""
        if not self._settings.mlflow.enabled:
            return None
        mlflow = connect(self._settings)
        parameters = {
            _NOT_A_NAME.sub("_", name): value[:_PARAMETER_LIMIT] for name, value in self._settings.flat().items()
        }
        metrics = {
            "rows/in": outcome.rows_in,
            "rows/kept": outcome.rows_kept,
            "rows/rejected": outcome.rows_rejected,
            "tokens/in": outcome.tokens_in,
            "tokens/out": outcome.tokens_out,
            "cost/cpu_seconds": cpu_seconds,
            "cost/gpu_seconds": outcome.gpu_seconds,
            "cost/money": money,
            "seconds": seconds,
            **{f"drop/{reason}": count for reason, count in outcome.reasons.items()},
            **outcome.metrics,
        }
        tags = {
            "job": self._job,
            "code_version": self._code_version,
            "lake": self._settings.lake.schema_name or self._settings.lake.path,
            "inputs": ", ".join(f"{table} {versions}" for table, versions in outcome.inputs.items()),
            "outputs": ", ".join(f"{table} {version}" for table, version in outcome.outputs.items()),
            **({"error": error} if error else {}),
        }
        with mlflow.start_run(run_name=self._job, tags=tags) as run:
            mlflow.log_params(parameters)
            mlflow.log_metrics({_NOT_A_NAME.sub("_", name): float(amount) for name, amount in metrics.items()})
            if error:
                mlflow.end_run("FAILED")
            return str(run.info.run_id)
