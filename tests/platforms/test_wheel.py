"""The wheel holds the packages and their files of ``conf/``, and works zipped, as ``--py-files`` brings it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from udfs.resources import conf_names

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_contents(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    modules = {
        path.relative_to(ROOT).as_posix() for package in ("jobs", "udfs") for path in (ROOT / package).rglob("*.py")
    }
    assert modules <= names
    settings = {f"udfs/conf/{name}.yaml" for name in conf_names(".", ".yaml")}
    assert {"udfs/conf/tierlake.yaml", "udfs/conf/databricks.yaml", "udfs/conf/emr.yaml"} <= settings <= names
    for folder, suffix in (("rules", ".yaml"), ("prompts", ".yaml"), ("gates", ".yaml"), ("sql", ".sql")):
        inside = conf_names(folder, suffix)
        assert inside
        assert {f"udfs/conf/{folder}/{name}{suffix}" for name in inside} <= names
    tops = {name.split("/")[0] for name in names}
    assert tops == {"jobs", "udfs", wheel.name.removesuffix("-py3-none-any.whl") + ".dist-info"}
    assert not [name for name in names if "test" in name.split("/")[-1] or name.endswith((".pyc", ".pdf", ".gz"))]


def test_metadata_leaves_spark_to_the_platform(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (metadata,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    required = [
        line.removeprefix("Requires-Dist: ")
        for line in archive.read(metadata).decode().splitlines()
        if line.startswith("Requires-Dist: ") and "extra ==" not in line
    ]
    assert required
    assert not [line for line in required if line.startswith(("pyspark", "delta", "vllm", "torch"))]
    (listed,) = [name for name in archive.namelist() if name.endswith(".dist-info/entry_points.txt")]
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    written = dict(line.split(" = ") for line in archive.read(listed).decode().splitlines() if " = " in line)
    assert written == scripts


PROGRAM = """
import sys
wheel = sys.argv[1]
sys.path[:] = [wheel] + [entry for entry in sys.path if entry != sys.argv[2]]
import jobs, udfs
assert jobs.__file__.startswith(wheel + "/") and udfs.__file__.startswith(wheel + "/"), (jobs.__file__, udfs.__file__)
from jobs.settings import load_settings
assert load_settings("databricks").lake.schema_name == "main.tierlake"
assert load_settings("emr").spark.master is None
from udfs.errors import SettingsError
try:
    load_settings("nowhere")
except SettingsError as error:
    assert "databricks, emr, local" in str(error), error
from udfs.resources import conf_names, conf_text, conf_yaml
for folder, suffix in (("rules", ".yaml"), ("prompts", ".yaml"), ("gates", ".yaml"), ("sql", ".sql")):
    names = conf_names(folder, suffix)
    assert names, folder
    for name in names:
        assert conf_text(f"{folder}/{name}{suffix}").strip()
from udfs.rules import load_rule_set
assert load_rule_set("gopher_quality").rules
assert conf_yaml("prompts/" + conf_names("prompts", ".yaml")[0] + ".yaml")["id"]
from jobs.cli import usage
assert "decontaminate" in usage()
print("zipped", len(conf_names("rules", ".yaml")))
"""


@pytest.mark.parametrize("name", ["tierlake.zip", None], ids=["as zip", "as wheel"])
def test_zipped(wheel: Path, tmp_path: Path, name: str | None) -> None:
    archive = tmp_path / (name or wheel.name)
    archive.write_bytes(wheel.read_bytes())
    command = [sys.executable, "-I", "-c", PROGRAM, str(archive), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"zipped {len(conf_names('rules', '.yaml'))}"
