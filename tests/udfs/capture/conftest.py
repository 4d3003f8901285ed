"""Lets the tests here import `warc_builder`, which lies beside them."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
