"""Which jars a session of each Spark lane needs, and where ``make setup`` leaves them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from udfs.resources import cache_root

DELTA = {"a": "io.delta:delta-spark_2.12:3.3.3", "b": "io.delta:delta-spark_4.1_2.13:4.4.0"}
SPARK_NLP = {"a": "com.johnsnowlabs.nlp:spark-nlp_2.12:5.5.3"}

# What Spark NLP declares and its rule-based annotators never load; the first three cannot be had at all.
# aws-java-sdk-s3 stays: TokenizerModel fails without it.
EXCLUDED = (
    "com.johnsnowlabs.nlp:tensorflow-cpu_2.12",
    "com.johnsnowlabs.nlp:jsl-llamacpp-cpu_2.12",
    "com.johnsnowlabs.nlp:jsl-openvino-cpu_2.12",
    "com.google.cloud:google-cloud-storage",
    "com.azure:azure-identity",
    "com.azure:azure-storage-blob",
    "com.microsoft.onnxruntime:onnxruntime",
    "org.apache.spark:spark-core_2.12",
    "org.apache.spark:spark-mllib_2.12",
)


def packages(lane: str, nlp: bool) -> list[str]:
    """Return the Maven coordinates of a lane; Spark NLP only where its lane has it."""
    return [DELTA[lane], *([SPARK_NLP[lane]] if nlp and lane in SPARK_NLP else [])]


def ivy_folder(lane: str) -> Path:
    """Return the folder Ivy resolves into; apart for each lane, so that their jars never mix."""
    return cache_root() / f"ivy-{lane}"


def marker(lane: str) -> Path:
    """Return the file that says the lane's jars are complete; its name changes with the coordinates."""
    listing = "\n".join([*packages(lane, nlp=True), *EXCLUDED])
    return ivy_folder(lane) / f"complete-{hashlib.sha256(listing.encode()).hexdigest()[:12]}"


def fetched(lane: str, nlp: bool) -> list[str]:
    """Return the paths of the lane's jars, empty until ``make setup`` has fetched them all."""
    if not marker(lane).exists():
        return []
    jars = sorted((ivy_folder(lane) / "jars").glob("*.jar"))
    if not nlp:
        jars = [jar for jar in jars if jar.name.startswith(("io.delta_", "org.antlr_")) or lane not in SPARK_NLP]
    return [str(jar) for jar in jars]
