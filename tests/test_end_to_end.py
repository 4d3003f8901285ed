"""One run of the whole pipeline as its command, with a real vLLM engine and the embedded model."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jobs.lake.store import Lake
from jobs.settings import load_settings
from tests.whole_way import BENCHMARKS, PAGES, light_environment

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.spark, pytest.mark.vllm, pytest.mark.sparknlp, pytest.mark.slow]

_LIMITS = [
    "label.share=1.0", "label.limit=12", "train.min_labels=8", "train.min_auc=0.0", "select.keep_share=0.7",
    "refine.limits={edit: 6, qa: 1, textbook: 1}", "refine.max_lines=6",
]  # fmt: skip


def own_conf(folder: Path) -> Path:
    """Copy ``conf/``, as a site would that has prompts of its own: here with shorter lessons, for a CPU's sake."""
    shutil.copytree(Path(__file__).parents[1] / "conf", folder)
    prompt = folder / "prompts" / "refine_textbook.yaml"
    text = prompt.read_text(encoding="utf-8")
    assert "max_tokens: 1200" in text
    prompt.write_text(text.replace("max_tokens: 1200", "max_tokens: 200"), encoding="utf-8")
    return folder


def test_the_pipeline_with_a_real_model(spark: SparkSession, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    command = [sys.executable, "-m", "jobs.pipeline", "--quiet", "--lake", str(lake), "--input", f"pages={PAGES}"]
    command += [argument for path in BENCHMARKS for argument in ("--benchmarks", path)]
    command += [argument for limit in _LIMITS for argument in ("--set", limit)]
    # Other targets share the cores, so waiting threads should not spin.
    environment = light_environment(tmp_path / "spark-conf")
    environment |= {"TIERLAKE_CONF_DIR": str(own_conf(tmp_path / "conf")), "GOMP_SPINCOUNT": "0"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stderr[-3000:]
    opened = Lake(spark, load_settings(assignments=[f"lake.path={lake}"]).lake)
    calls = opened.read("llm_calls").collect()
    assert {row["model"].split("@")[0] for row in calls} == {"embedded"}
    assert {row["job"] for row in calls} == {"label", "refine"}
    assert {row["error"] for row in calls} <= {None, "prompt_too_long"}
    assert all(row["output_tokens"] > 0 for row in calls if row["error"] is None)
    labels = [row["label"] for row in opened.read("l2_labels").collect()]
    assert len(labels) == 12
    assert None not in labels
    for table in ("l2_documents", "l4_claims", "l4_evidence"):
        assert not opened.read(table).isEmpty(), table
    verdicts = opened.read("l3_verdicts").collect()
    assert {row["task"] for row in verdicts} == {"edit", "qa", "textbook"}
    assert opened.read("l3_documents").count() == sum(row["keep"] for row in verdicts)
    assert (lake / "report.html").stat().st_size > 20_000
    assert "organize" in done.stdout
