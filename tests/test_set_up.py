"""What stops a set-up is said in one line: a wrong Python, a full disk, no network, a broken package."""

from __future__ import annotations

import runpy
import shutil
import sys
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

BOOTSTRAP = Path(__file__).parents[1] / "conf" / "requirements" / "bootstrap.py"
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def script() -> dict[str, Any]:
    return runpy.run_path(str(BOOTSTRAP), run_name="bootstrap")


def failing_step(script: dict[str, Any], folder: Path, says: str) -> str:
    """Run a step whose command prints something and fails; return the line that ends the set-up."""
    # The log is named relative to the project.
    script["explain"].__globals__["ROOT"] = folder
    steps = script["Steps"](folder / ".venv")
    command = [sys.executable, "-c", f"import sys; print({says!r}); sys.exit(2)"]
    with pytest.raises(SystemExit) as stopped:
        steps.run("packages", "key", "installing", command)
    return str(stopped.value)


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 13, 0)])
def test_another_python(script: dict[str, Any], version: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(SystemExit, match=r"^SETUP_PYTHON: .*3\.11 or 3\.12.*PYTHON=python3\.11$"):
        script["check_python"]()


def test_a_disk_too_small(script: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, 2**30))
    with pytest.raises(SystemExit, match=r"^SETUP_DISK_FULL: 1\.0 GiB are free here, .* 12 GiB; make room$"):
        script["set_up"]("a", tmp_path / ".venv")
    assert not (tmp_path / ".venv").exists()


def test_a_full_disk_does_not_stop_what_is_set_up(
    script: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, 2**30))
    done: list[str] = []
    steps = script["Steps"]
    monkeypatch.setitem(script["set_up"].__globals__, "make_environment", steps)
    monkeypatch.setattr(steps, "is_done", lambda self, name, key: True)
    monkeypatch.setattr(steps, "run", lambda self, name, *rest: done.append(name))
    script["set_up"]("a", tmp_path / ".venv")
    assert done == ["packages-a", "project", "jars-a", "classes-a", "model"]


@pytest.mark.parametrize(
    ("says", "code"),
    [
        ("error: No space left on device (os error 28)", "SETUP_DISK_FULL"),
        ("error: Failed to fetch: dns error: failed to lookup address", "SETUP_NO_NETWORK"),
        ("error: hash mismatch for some-package", "SETUP_FAILED"),
    ],
)
def test_a_step_that_fails(script: dict[str, Any], tmp_path: Path, says: str, code: str) -> None:
    line = failing_step(script, tmp_path, says)
    assert line.startswith(f"{code}: ")
    assert "\n" not in line
    assert ".venv/.tierlake/packages.log" in line
    assert (tmp_path / ".venv/.tierlake/packages.log").read_text(encoding="utf-8").strip() == says


def test_a_step_is_done_once(script: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    steps = script["Steps"](tmp_path / ".venv")
    count = [sys.executable, "-c", "open('count', 'a').write('.')"]
    script["Steps"].run.__globals__["ROOT"] = tmp_path
    for _ in range(2):
        steps.run("packages", "key", "installing", count)
    assert (tmp_path / "count").read_text(encoding="utf-8") == "."
    assert capsys.readouterr().out.count("setup: installing") == 1
