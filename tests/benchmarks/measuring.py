"""What the benchmarks share: the documents they read and the peers they run beside ours.

Documents are in the folder that the environment variable ``TIERLAKE_DATA`` names (default: ``../shared/data`` beside
the repository). Peers run in an environment of their own, ``.venv-peers``, which ``make bench`` makes.
"""

from __future__ import annotations

import json
import lzma
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
DATA = Path(os.environ.get("TIERLAKE_DATA", ROOT.parent / "shared" / "data"))


def rows_of(name: str) -> list[dict[str, Any]] | None:
    """Return the rows of a set, None with a line of explanation where it is not there."""
    path = DATA / f"{name}.jsonl.xz"
    if not path.is_file():
        print(f"skipped {name}: no {path.name} in {DATA}; set TIERLAKE_DATA to the folder that holds it")
        return None
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def has_peers() -> bool:
    """Return whether the peers are installed; says so where they are not."""
    if not PEERS_PYTHON.exists():
        print("no peers beside ours: `make bench` makes their environment")
    return PEERS_PYTHON.exists()


def run_peer(script: str, arguments: list[str], rows: Iterable[Any]) -> list[Any]:
    """Give rows to a peer's script, one JSON document a line, and return the lines it gives back."""
    command = [str(PEERS_PYTHON), str(Path(__file__).with_name(script)), *arguments]
    given = "".join(json.dumps(row) + "\n" for row in rows)
    done = subprocess.run(command, input=given, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise RuntimeError(f"{script} failed: {done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]
