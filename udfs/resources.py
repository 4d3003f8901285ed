"""Finds the files of ``conf/``: beside the packages in a checkout, inside them in a wheel (also a zipped one)."""

from __future__ import annotations

import os
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from udfs.errors import SettingsError


def conf_root() -> Traversable:
    """Return the folder that holds ``tierlake.yaml``, ``rules/``, ``prompts/`` and ``sql/``.

    ``TIERLAKE_CONF_DIR`` names another one, for a site that keeps its own rule sets and prompts.
    """
    if override := os.environ.get("TIERLAKE_CONF_DIR"):
        return Path(override)
    packaged = files("udfs") / "conf"
    if (packaged / "tierlake.yaml").is_file():
        return packaged
    return Path(__file__).resolve().parent.parent / "conf"


def conf_names(folder: str, suffix: str) -> list[str]:
    """Return the sorted base names, without suffix, of the files in a folder of ``conf/``."""
    # A folder inside a zip has no entry named ".".
    root = conf_root() if folder == "." else conf_root().joinpath(*folder.split("/"))
    return sorted(entry.name.removesuffix(suffix) for entry in root.iterdir() if entry.name.endswith(suffix))


def conf_text(path: str) -> str:
    """Return the text of a file below ``conf/``, such as ``"rules/gopher_quality.yaml"``.

    Raises
    ------
    SettingsError
        ``CONF_NO_FILE`` where there is no such file, with the names that exist beside it.
    """
    node = conf_root().joinpath(*path.split("/"))
    if not node.is_file():
        folder, _, _ = path.rpartition("/")
        beside = ", ".join(conf_names(folder, Path(path).suffix)) if folder else ""
        raise SettingsError("CONF_NO_FILE", f"conf has no {path}; there are: {beside}")
    return node.read_text(encoding="utf-8")


@cache
def conf_yaml(path: str) -> Any:
    """Return a parsed YAML file below ``conf/``; the caller must not change it, it is shared."""
    return yaml.safe_load(conf_text(path))


def cache_root() -> Path:
    """Return the folder for what is made once a machine: jars and the embedded model.

    ``TIERLAKE_CACHE`` names it; else it is ``tierlake`` below ``XDG_CACHE_HOME`` or ``~/.cache``.
    """
    if override := os.environ.get("TIERLAKE_CACHE"):
        return Path(override)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tierlake"
