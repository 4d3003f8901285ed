"""The quality classifier in the MLflow registry: registered by ``train``, resolved to a version by ``select``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs.settings import Settings
from jobs.tracking import connect
from udfs.quality.linear import LinearModel

CHAMPION = "champion"
_ARRAYS = "model.npz"

# Logged as code beside plain arrays, so that nothing is unpickled to load the model. The type hints become the
# signature that Unity Catalog asks for.
_PYFUNC = '''"""Scores texts with the registered quality classifier: a list of texts in, P(good) of each out."""

from pathlib import Path

import mlflow
from mlflow.pyfunc import PythonModel

from udfs.quality.linear import LinearModel


class QualityModel(PythonModel):
    def load_context(self, context):
        self.model = LinearModel.from_bytes(Path(context.artifacts["arrays"]).read_bytes())

    def predict(self, context, model_input: list[str], params=None) -> list[float]:
        return [float(score) for score in self.model.score(list(model_input))]


mlflow.models.set_model(QualityModel())
'''


@dataclass(frozen=True)
class Champion:
    """The model that selects.

    Attributes
    ----------
    name, version : str
        In the registry; rows carry both.
    threshold : float
        Score from which documents are kept, where the settings name none for their kind.
    labels : int
        Labels it was distilled from, held-out ones included.
    """

    name: str
    version: str
    threshold: float
    labels: int


def register(
    settings: Settings, model: LinearModel, folder: Path, measured: dict[str, float], labels: int, proved: bool
) -> int:
    """Register a model; a proved one becomes champion. Returns its version."""
    mlflow = connect(settings)
    arrays, script = folder / _ARRAYS, folder / "quality_model.py"
    arrays.write_bytes(model.to_bytes())
    script.write_text(_PYFUNC, encoding="utf-8")
    name = settings.mlflow.model_name
    with mlflow.start_run(run_name="train/model", tags={"job": "train"}):
        mlflow.log_metrics({key: value for key, value in measured.items() if value == value})
        logged = mlflow.pyfunc.log_model(
            name="quality",
            python_model=str(script),
            artifacts={"arrays": str(arrays)},
            registered_model_name=name,
            pip_requirements=["tierlake"],
        )
    client = mlflow.MlflowClient()
    version = logged.registered_model_version
    for key, value in {**measured, "labels": labels, "proved": proved}.items():
        client.set_model_version_tag(name, version, key, str(value))
    if proved:
        client.set_registered_model_alias(name, CHAMPION, version)
    return int(version)


def champion(settings: Settings) -> Champion | None:
    """Return the champion, None where no model was proved yet."""
    mlflow = connect(settings)
    name = settings.mlflow.model_name
    try:
        found = mlflow.MlflowClient().get_model_version_by_alias(name, CHAMPION)
    except mlflow.exceptions.MlflowException:
        return None
    return Champion(name, str(found.version), float(found.tags["threshold"]), int(found.tags["labels"]))


def latest_measure(settings: Settings) -> dict[str, Any]:
    """Return the tags of the newest registered version, champion or not; empty where there is none."""
    mlflow = connect(settings)
    versions = mlflow.MlflowClient().search_model_versions(f"name = '{settings.mlflow.model_name}'")
    newest = max(versions, key=lambda version: int(version.version), default=None)
    return {} if newest is None else dict(newest.tags)


def load(settings: Settings, model: Champion) -> LinearModel:
    """Read a registered model's arrays."""
    mlflow = connect(settings)
    folder = mlflow.artifacts.download_artifacts(artifact_uri=f"models:/{model.name}/{model.version}")
    return LinearModel.from_bytes(next(Path(folder).rglob(_ARRAYS)).read_bytes())
