"""What ``spark-submit`` starts: ``entry.py JOB [options]``, as ``tierlake JOB [options]`` elsewhere.

The packages come from the wheel given by ``--py-files``.
"""

import sys

from jobs.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
