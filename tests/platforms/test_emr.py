"""The EMR files, offline: every step names what exists, gives its job its own options, asks for GPUs where needed."""

from __future__ import annotations

import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import jobs.command
from jobs.registry import COMMANDS, PIPELINE
from jobs.settings import Settings

EMR = Path(__file__).parents[2] / "conf" / "emr"
ASKING = ("label", "refine")
SCRIPTS = sorted(EMR.glob("*.sh"))
# Made by build_archive.sh, or the user's own.
BUILT = {"environment.tar.gz", "tierlake.zip"}


def read(name: str) -> Any:
    return json.loads((EMR / name).read_text(encoding="utf-8"))


def step_parts(step: dict[str, Any]) -> tuple[dict[str, str], dict[str, str], str, list[str]]:
    """Split a step into its options, its Spark settings, the script and the script's arguments."""
    options: dict[str, str] = {}
    conf: dict[str, str] = {}
    arguments = list(step["Args"])
    while arguments[0].startswith("--"):
        name, value = arguments.pop(0), arguments.pop(0)
        if name == "--conf":
            key, _, setting = value.partition("=")
            assert key not in conf
            conf[key] = setting
        else:
            assert name not in options
            options[name] = value
    return options, conf, arguments[0], arguments[1:]


def job_parts(job: dict[str, Any]) -> tuple[dict[str, str], str, list[str]]:
    submit = job["jobDriver"]["sparkSubmit"]
    words = shlex.split(submit["sparkSubmitParameters"])
    assert words[::2] == ["--conf"] * (len(words) // 2)
    conf = dict(word.split("=", 1) for word in words[1::2])
    assert len(conf) == len(words) // 2
    return conf, submit["entryPoint"], submit["entryPointArguments"]


STEPS = {step["Name"].removeprefix("tierlake "): step for step in read("ec2-steps.json")}
SERVERLESS = {job["name"].removeprefix("tierlake-"): job for job in read("serverless-jobs.json")}


def settings_of(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Run the entry file as spark-submit does, with everything in place but the run itself."""
    seen = []
    monkeypatch.setattr(
        jobs.command, "execute", lambda job, settings, quiet, rebuild: seen.append((job.name, settings))
    )
    monkeypatch.setattr(sys, "argv", ["entry.py", *arguments])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(EMR / "entry.py"), run_name="__main__")
    assert ended.value.code == 0
    ((name, settings),) = seen
    assert name == arguments[0]
    return settings  # type: ignore[no-any-return]


def test_steps_are_the_pipeline_in_order() -> None:
    assert list(STEPS) == [command.name for command in PIPELINE]


def test_serverless_has_the_cpu_jobs_alone() -> None:
    assert list(SERVERLESS) == [command.name for command in PIPELINE if command.name not in ASKING]
    assert "gpu" not in (EMR / "serverless-jobs.json").read_text(encoding="utf-8").lower()
    assert "EMR Serverless has no GPUs" in (EMR / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", list(STEPS))
def test_step(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options, conf, script, arguments = step_parts(STEPS[name])
    assert STEPS[name]["Type"] == "Spark"
    assert options["--deploy-mode"] == "cluster"
    assert_uploaded(script, options["--py-files"])
    interpreter = conf["spark.yarn.appMasterEnv.PYSPARK_PYTHON"]
    # The driver tells executors which interpreter to start, so both must find it at the same place.
    assert conf["spark.executorEnv.PYSPARK_PYTHON"] == interpreter
    settings = settings_of(arguments, monkeypatch)
    check_settings(name, settings)
    if name in ASKING:
        assert interpreter.startswith("/mnt/tierlake/environment/")
        assert "--archives" not in options
        assert conf["spark.task.cpus"] == conf["spark.executor.cores"]
        assert conf["spark.executor.resource.gpu.amount"] == "1"
        assert conf["spark.task.resource.gpu.amount"] == str(settings.engine.tensor_parallel_size)
        assert conf["spark.executor.resource.gpu.discoveryScript"] == "/mnt/tierlake/get_gpus.sh"
        assert conf["spark.executor.instances"] == str(settings.engine.tasks)
        assert conf["spark.dynamicAllocation.enabled"] == "false"
        assert conf["spark.speculation"] == "false"
        assert conf["spark.python.worker.reuse"] == "true"
        assert "spark.executor.pyspark.memory" not in conf
        assert settings.engine.model == "/mnt/tierlake/model"
    else:
        archive, _, folder = options["--archives"].partition("#")
        assert_uploaded(archive)
        assert interpreter == f"./{folder}/bin/python"
        assert not any("gpu" in key for key in conf)


@pytest.mark.parametrize("name", list(SERVERLESS))
def test_serverless_job(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    conf, script, arguments = job_parts(SERVERLESS[name])
    archive, _, folder = conf["spark.archives"].partition("#")
    assert_uploaded(script, archive, conf["spark.submit.pyFiles"])
    for key in (
        "spark.emr-serverless.driverEnv.PYSPARK_DRIVER_PYTHON",
        "spark.emr-serverless.driverEnv.PYSPARK_PYTHON",
        "spark.executorEnv.PYSPARK_PYTHON",
    ):
        assert conf[key] == f"./{folder}/bin/python"
    # A worker has 1 to 16 cores and 2 to 120 GB.
    assert 1 <= int(conf["spark.executor.cores"]) <= 16
    assert 2 <= int(conf["spark.executor.memory"].removesuffix("g")) <= 108
    check_settings(name, settings_of(arguments, monkeypatch))


@pytest.mark.parametrize("name", list(SERVERLESS))
def test_both_ways_give_a_job_the_same_options(name: str) -> None:
    assert job_parts(SERVERLESS[name])[2] == step_parts(STEPS[name])[3]


def assert_uploaded(*uris: str) -> None:
    """What a step reads from S3 lies in this folder or comes out of build_archive.sh."""
    built = (EMR / "build_archive.sh").read_text(encoding="utf-8")
    for uri in uris:
        prefix, _, name = uri.rpartition("/")
        assert prefix == "s3://YOUR-BUCKET/tierlake"
        assert name in built
        assert name in BUILT or (EMR / name).is_file()


def check_settings(name: str, settings: Settings) -> None:
    assert settings.lake.path == "s3://YOUR-BUCKET/tierlake/lake"
    assert settings.lake.schema_name is None
    assert settings.spark.master is None
    assert not settings.spark.nlp
    # The model has to be in a registry that later steps reach.
    assert settings.mlflow.enabled
    assert settings.mlflow.tracking_uri
    assert bool(settings.ingest.paths) == (name == "ingest")
    assert bool(settings.decontaminate.benchmarks) == (name == "decontaminate")
    assert bool(settings.parse.tokenizer) == (name in ("parse", "refine"))
    assert bool(settings.report.path) == (name == "report")


def classifications(configurations: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    return {entry["Classification"]: entry["Properties"] for entry in configurations}


def test_cluster() -> None:
    cluster = read("ec2-cluster.json")
    groups = {group["InstanceRole"]: group for group in cluster["Instances"]["InstanceGroups"]}
    everywhere = classifications(cluster["Configurations"])
    assert everywhere["delta-defaults"] == {"delta.enabled": "true"}
    assert "AWSGlueDataCatalogHiveClientFactory" in everywhere["spark-hive-site"]["hive.metastore.client.factory.class"]
    assert everywhere["yarn-site"] == {"yarn.resource-types": "yarn.io/gpu"}
    assert everywhere["capacity-scheduler"]["yarn.scheduler.capacity.resource-calculator"].endswith(
        "DominantResourceCalculator"
    )
    # A NodeManager without a GPU does not start with the plugin.
    assert "Configurations" not in groups["CORE"]
    assert "Configurations" not in groups["MASTER"]
    gpu = classifications(groups["TASK"]["Configurations"])
    assert gpu["yarn-site"]["yarn.nodemanager.resource-plugins"] == "yarn.io/gpu"
    (container,) = [e for e in groups["TASK"]["Configurations"] if e["Classification"] == "container-executor"]
    isolation = classifications(container["Configurations"])
    assert isolation["gpu"] == {"module.enabled": "true"}
    bootstrap = (EMR / "bootstrap.sh").read_text(encoding="utf-8")
    assert f"{isolation['cgroups']['root']}/devices" in bootstrap
    mounted = gpu["yarn-site"]["yarn.nodemanager.linux-container-executor.cgroups.mount-path"]
    assert mounted == isolation["cgroups"]["root"]
    (action,) = cluster["BootstrapActions"]
    assert_uploaded(action["ScriptBootstrapAction"]["Path"])
    assert everywhere["spark-defaults"]["spark.executor.resource.gpu.discoveryScript"] == "/mnt/tierlake/get_gpus.sh"


def test_cluster_has_the_gpus_that_steps_ask_for() -> None:
    groups = {group["InstanceRole"]: group for group in read("ec2-cluster.json")["Instances"]["InstanceGroups"]}
    for name in ASKING:
        conf = step_parts(STEPS[name])[1]
        assert int(conf["spark.executor.instances"]) == groups["TASK"]["InstanceCount"]


def test_entry_runs_every_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        monkeypatch.setattr(sys, "argv", ["entry.py", command.name, "--help"])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(EMR / "entry.py"), run_name="__main__")
        assert ended.value.code == 0
        assert "Usage" in capsys.readouterr().out


def test_entry_hands_on_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["entry.py", "ingst"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(EMR / "entry.py"), run_name="__main__")
    assert ended.value.code == 2


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_script_is_shell(script: Path) -> None:
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(script)], capture_output=True, check=False).returncode == 0
    assert "set -euo pipefail" in script.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["bootstrap.sh", "build_archive.sh"])
def test_script_says_how_to_use_it(name: str) -> None:
    done = subprocess.run(["bash", str(EMR / name)], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "usage" in done.stderr


def discovered(tmp_path: Path, nvidia_smi: str | None) -> dict[str, Any]:
    # A path of its own, so that a GPU of the machine that runs the tests is not seen.
    folder = tmp_path / "bin"
    folder.mkdir()
    bash = shutil.which("bash")
    assert bash is not None
    (folder / "env").symlink_to(shutil.which("env") or "/usr/bin/env")
    (folder / "bash").symlink_to(bash)
    if nvidia_smi is not None:
        fake = folder / "nvidia-smi"
        fake.write_text(f"#!{bash}\n{nvidia_smi}\n", encoding="utf-8")
        fake.chmod(0o755)
    done = subprocess.run(
        [str(EMR / "get_gpus.sh")], env={"PATH": str(folder)}, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("nvidia_smi", "addresses"),
    [
        (None, []),
        ('[[ "$*" == *index* ]] && printf "0\\n"', ["0"]),
        ('printf "0\\n1\\n2\\n3\\n"', ["0", "1", "2", "3"]),
        ('echo "No devices were found"; exit 6', []),
        ("exit 9", []),
    ],
    ids=["no driver", "one", "four", "none found", "broken driver"],
)
def test_gpu_discovery(tmp_path: Path, nvidia_smi: str | None, addresses: list[str]) -> None:
    assert discovered(tmp_path, nvidia_smi) == {"name": "gpu", "addresses": addresses}


def test_no_secret_and_no_place_of_somebody() -> None:
    forbidden = re.compile(r"\bAKIA[0-9A-Z]{16}|password|secret|\b\d{12}\b|arn:aws", re.IGNORECASE)
    for path in sorted(EMR.iterdir()):
        text = path.read_text(encoding="utf-8")
        assert not forbidden.search(text), path.name
        assert set(re.findall(r"s3://([^/\s\"']+)", text)) <= {"YOUR-BUCKET"}, path.name
