"""A command is in the registry, has an entry point in the wheel, and its module has the ``main`` that both name."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from jobs.registry import COMMANDS, PIPELINE

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def scripts() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return dict(project["scripts"])


def test_registry_and_pyproject_agree(scripts: dict[str, str]) -> None:
    assert scripts == {"tierlake": "jobs.cli:main", **{f"tierlake-{c.name}": f"{c.module}:main" for c in COMMANDS}}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_entry_point_takes_no_argument_or_a_list(command) -> None:
    main = importlib.import_module(command.module).main
    parameters = list(inspect.signature(main).parameters.values())
    assert len(parameters) == 1
    assert parameters[0].default is None


@pytest.mark.parametrize("command", PIPELINE, ids=lambda command: command.name)
def test_job_bears_the_name_of_its_command(command) -> None:
    assert importlib.import_module(command.module).JOB.name == command.name


def test_a_failed_entry_point_does_not_return() -> None:
    # A Databricks wheel task loads the function and calls it; what it returns is not looked at.
    program = (
        "import sys; sys.argv = ['tierlake-filter', '--set', 'label.limt=3']\n"
        "from jobs.filter import main\n"
        "main()\n"
        "print('went on')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert "CONF_UNKNOWN_KEY" in done.stderr
    assert "went on" not in done.stdout
    assert done.returncode == 1


def test_a_given_list_of_arguments_returns_the_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert importlib.import_module("jobs.filter").main(["--set", "label.limt=3"]) == 1
    assert "did you mean 'label.limit'" in capsys.readouterr().err
