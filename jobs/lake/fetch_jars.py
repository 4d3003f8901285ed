"""Fetches the jars of the installed Spark lane once, so that sessions start without resolving anything."""

from __future__ import annotations

import os
import shutil
import sys

from jobs.lake import jars
from jobs.lake.session import build_session, installed_lane
from jobs.settings import load_settings
from udfs.errors import TierlakeError


def main() -> int:
    """Fetch what is missing; returns the exit status."""
    lane = installed_lane()
    if jars.marker(lane).exists():
        return 0
    # A half-filled Ivy folder breaks later resolutions, so a fetch begins with an empty one.
    shutil.rmtree(jars.ivy_folder(lane), ignore_errors=True)
    os.environ.pop("SPARK_HOME", None)
    try:
        build_session(load_settings(), "fetch jars", spark_nlp=True).stop()
    except TierlakeError as error:
        print(error, file=sys.stderr)
        return 1
    jars.marker(lane).touch()
    return 0


if __name__ == "__main__":
    sys.exit(main())
