"""Archives the classes of Spark and Delta as Java maps them into memory: a session starts some two seconds sooner.

Java calls it class data sharing. What to archive is found out by running the jobs to L1 once, on these sources.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from jobs.lake.java import class_archive, find_java
from jobs.lake.session import build_session, session_conf
from jobs.pipeline import run_pipeline, selected
from jobs.settings import load_settings
from udfs.errors import TierlakeError

_JAVA_OPTIONS = "spark.driver.extraJavaOptions"


def main() -> int:
    """Make the archive for the installed lane and the Java that is found; returns the exit status.

    Without one sessions start all the same, so a Java that makes none is no failure.
    """
    try:
        home = find_java()
        with tempfile.TemporaryDirectory() as folder:
            problem = _archive(home, *_classes_in_use(Path(folder), home))
    except TierlakeError as error:
        print(error, file=sys.stderr)
        return 1
    if problem:
        print(f"no archive of classes, sessions start slower: {problem}", file=sys.stderr)
    return 0


def _classes_in_use(folder: Path, home: Path) -> tuple[str, Path]:
    """Run the jobs twice, the second time with something new, while Java writes down what it loads."""
    listing, sources = folder / "classes.txt", Path(__file__).parent
    assignments = [f"lake.path={folder / 'lake'}", "ingest.source=sources", "mlflow.enabled=false"]
    options = session_conf(load_settings(), spark_nlp=False, java=home)[_JAVA_OPTIONS]
    conf = {_JAVA_OPTIONS: f'{options} "-XX:DumpLoadedClassList={listing}"'}
    assignments.append(f"spark.conf={json.dumps(conf)}")
    for inputs in (sources / "lake", sources):
        settings = load_settings(assignments=[*assignments, f"ingest.paths={json.dumps([str(inputs)])}"])
        run_pipeline(settings, selected("decontaminate", []), quiet=True)
    spark = build_session(settings, "class archive")
    java: Any = spark.sparkContext._jvm
    class_path = java.java.lang.System.getProperty("java.class.path")
    spark.stop()
    return class_path, listing


def _archive(home: Path, class_path: str, listing: Path) -> str:
    """Let Java write the archive; returns what it says where it does not."""
    archive = class_archive(home)
    archive.parent.mkdir(parents=True, exist_ok=True)
    draft = archive.with_name(f"{archive.name}-{os.getpid()}")
    options = ["-Xshare:dump", f"-XX:SharedClassListFile={listing}", f"-XX:SharedArchiveFile={draft}"]
    dump = [str(home / "bin" / "java"), *options, "-Xlog:cds=error", "-cp", class_path]
    made = subprocess.run(dump, capture_output=True, text=True, check=False)
    if made.returncode == 0 and draft.exists():
        draft.replace(archive)
        return ""
    draft.unlink(missing_ok=True)
    return (made.stdout + made.stderr).strip()[-300:] or "Java says nothing"


if __name__ == "__main__":
    sys.exit(main())
