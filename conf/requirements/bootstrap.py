"""Sets a machine up: virtual environment, packages, jars, embedded model. Needs Python 3.11 or 3.12, nothing else.

Every step is remembered by a hash of what it depends on, so a second call does none of it again.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "conf" / "requirements"
NEEDED_GIB = {"a": 12, "b": 3}


def fail(code: str, message: str) -> None:
    """Stop with one line that says what to do."""
    sys.exit(f"{code}: {message}")


def check_python() -> None:
    """Refuse a Python that cannot work, before anything is made."""
    if sys.version_info[:2] not in ((3, 11), (3, 12)):
        found = ".".join(map(str, sys.version_info[:3]))
        fail("SETUP_PYTHON", f"tierlake needs Python 3.11 or 3.12, this is {found}; call make with PYTHON=python3.11")


def check_disk(lane: str) -> None:
    """Refuse a disk that cannot take a lane's packages; once they are there, what is free is the user's."""
    free = shutil.disk_usage(ROOT).free / 2**30
    if free < NEEDED_GIB[lane]:
        fail(
            "SETUP_DISK_FULL",
            f"{free:.1f} GiB are free here, the packages need about {NEEDED_GIB[lane]} GiB; make room",
        )


def digest(*files: Path) -> str:
    """Hash files and the interpreter's version."""
    state = hashlib.sha256(sys.version.encode())
    for file in files:
        state.update(file.read_bytes())
    return state.hexdigest()[:16]


class Steps:
    """Runs the steps that are not done yet.

    Parameters
    ----------
    environment : Path
        The virtual environment; its folder ``.tierlake`` remembers what is done, and keeps the logs.
    """

    def __init__(self, environment: Path) -> None:
        self.environment = environment
        self.python = environment / "bin" / "python"
        self.memory = environment / ".tierlake"

    def is_done(self, name: str, key: str) -> bool:
        """Tell whether a step was done with this key."""
        return (self.memory / f"{name}-{key}").exists()

    def run(self, name: str, key: str, says: str, *commands: list[str]) -> None:
        """Run commands unless the step was done with the same key."""
        if self.is_done(name, key):
            return
        self.memory.mkdir(parents=True, exist_ok=True)
        print(f"setup: {says}", flush=True)
        started = time.monotonic()
        log = self.memory / f"{name}.log"
        with log.open("wb") as sink:
            for command in commands:
                status = subprocess.run(
                    command, cwd=ROOT, stdout=sink, stderr=subprocess.STDOUT, check=False
                ).returncode
                if status != 0:
                    fail(*explain(name, log))
        (self.memory / f"{name}-{key}").touch()
        print(f"setup: done in {time.monotonic() - started:.0f} s", flush=True)


def explain(name: str, log: Path) -> tuple[str, str]:
    """Say in one line why a step failed, by its log."""
    text = log.read_text(encoding="utf-8", errors="replace")
    lowered = text.lower()
    where = f"the whole log is {log.relative_to(ROOT)}"
    if "no space left" in lowered or "disk full" in lowered:
        return "SETUP_DISK_FULL", f"the disk is full; make room and run it again; {where}"
    network = (
        "failed to resolve", "name resolution", "dns error", "connection refused", "connection error", "timed out",
        "error sending request", "unresolved dependency", "unreachable", "failed to fetch",
    )  # fmt: skip
    if any(sign in lowered for sign in network):
        return "SETUP_NO_NETWORK", f"a package could not be fetched; check the network or your package mirror; {where}"
    last = next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no output")
    return "SETUP_FAILED", f"{name}: {last[:300]}; {where}"


def make_environment(environment: Path) -> Steps:
    """Make a virtual environment that has uv, where it is missing."""
    steps = Steps(environment)
    has_pip = next(environment.glob("lib/python3*/site-packages/pip"), None)
    if not (steps.python.exists() and has_pip):
        print(f"setup: making {environment.name}", flush=True)
        made = subprocess.run(
            [sys.executable, "-m", "venv", str(environment)], capture_output=True, text=True, check=False
        )
        if made.returncode != 0:
            fail("SETUP_FAILED", f"no virtual environment: {(made.stderr or made.stdout).strip().splitlines()[-1]}")
    pip = [str(steps.python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes"]
    uv = REQUIREMENTS / "uv.txt"
    steps.run("uv", digest(uv), "installing uv, a few seconds", [*pip, "-r", str(uv)])
    return steps


def set_up_peers(environment: Path) -> None:
    """Install what the benchmarks compare with."""
    if shutil.which("cargo") is None:
        fail("SETUP_NO_RUST", "one peer is built from source; install Rust (cargo), or measure without the peers")
    steps = make_environment(environment)
    lock = REQUIREMENTS / "peers.txt"
    install = [str(environment / "bin" / "uv"), "pip", "install", "--python", str(steps.python), "--no-deps"]
    steps.run(
        "peers",
        digest(lock),
        "installing the peers of the benchmarks, one of them from source: about two minutes",
        [*install, "--require-hashes", "-r", str(lock)],
    )


def set_up(lane: str, environment: Path) -> None:
    """Do what is missing for one lane."""
    check_python()
    lock, model = (REQUIREMENTS / name for name in (f"lane-{lane}.txt", "model.txt"))
    packages = (f"packages-{lane}", digest(lock, model))
    if not Steps(environment).is_done(*packages):
        check_disk(lane)
    steps = make_environment(environment)
    install = [str(environment / "bin" / "uv"), "pip", "install", "--python", str(steps.python), "--no-deps"]
    steps.run(
        *packages,
        "installing packages, about 7 GB on disk: 2 to 6 minutes the first time",
        [*install, "--require-hashes", "-r", str(lock), "-r", str(model)],
    )
    steps.run(
        "project",
        digest(ROOT / "pyproject.toml"),
        "installing tierlake in place, a few seconds",
        [*install, "--no-build-isolation", "--editable", str(ROOT)],
    )
    jars = digest(ROOT / "jobs" / "lake" / "jars.py")
    steps.run(
        f"jars-{lane}",
        f"{jars}-{hashlib.sha256(os.environ.get('TIERLAKE_CACHE', '').encode()).hexdigest()[:8]}",
        "fetching the jars of Delta and Spark NLP, 90 to 150 MB: about half a minute",
        [str(steps.python), "-m", "jobs.lake.fetch_jars"],
    )
    java = f"{os.environ.get('JAVA_HOME')} {shutil.which('java')}"
    steps.run(
        f"classes-{lane}",
        f"{digest(lock, ROOT / 'jobs' / 'class_archive.py')}-{hashlib.sha256(java.encode()).hexdigest()[:8]}",
        "archiving the classes of Spark, 180 MB, so that sessions start sooner: about a minute",
        [str(steps.python), "-m", "jobs.class_archive"],
    )
    steps.run(
        "model",
        digest(model),
        "converting the embedded language model, 540 MB: about half a minute",
        [str(steps.python), "-m", "udfs.engine.embedded"],
    )


def main() -> None:
    """Set up one lane from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lane", choices=("a", "b"), default="a", help="a: Spark 3.5, b: Spark 4.1")
    parser.add_argument("--peers", action="store_true", help="what the benchmarks compare with, and nothing else")
    chosen = parser.parse_args()
    if chosen.peers:
        set_up_peers(ROOT / ".venv-peers")
    else:
        set_up(chosen.lane, ROOT / (".venv" if chosen.lane == "a" else ".venv-b"))


if __name__ == "__main__":
    main()
