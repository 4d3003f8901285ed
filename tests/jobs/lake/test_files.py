"""Single files beside the tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jobs.lake.files import read_text, write_text

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.spark


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_file_is_read_as_it_was_written(spark: SparkSession, tmp_path: Path, scheme: str) -> None:
    target = tmp_path / "new folder" / "page.html"
    assert read_text(spark, f"{scheme}{target}") is None
    for text in ("<p>\u5c42 1\n", "<p>2" * 100_000):
        write_text(spark, f"{scheme}{target}", text)
        assert target.read_text(encoding="utf-8") == text
        assert read_text(spark, f"{scheme}{target}") == text
