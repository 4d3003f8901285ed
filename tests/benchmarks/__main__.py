"""``make bench``: runs every benchmark of this folder in turn; each skips with a message what it cannot measure."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

failed = []
for script in sorted(Path(__file__).parent.glob("bench_*.py")):
    print(f"== {script.stem}", flush=True)
    if subprocess.run([sys.executable, "-m", f"tests.benchmarks.{script.stem}"], check=False).returncode != 0:
        failed.append(script.stem)
sys.exit(f"failed: {', '.join(failed)}" if failed else 0)
