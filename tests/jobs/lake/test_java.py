"""Which Java starts Spark."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jobs.lake.java import class_archive, find_java, java_version, spark_java_home
from jobs.lake.session import session_conf
from jobs.settings import load_settings
from udfs.errors import SetupError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def java_home(folder: Path, version: str, modules: str) -> Path:
    """Make a Java that prints its version when asked, else its options, one a line."""
    (folder / "bin").mkdir(parents=True)
    (folder / "release").write_text(f'JAVA_VERSION="{version}"\nMODULES="{modules}"\n', encoding="utf-8")
    java = folder / "bin" / "java"
    java.write_text(
        f'#!/bin/sh\n[ "$1" = -version ] && echo \'openjdk version "{version}"\' >&2 || printf \'%s\\n\' "$@"\n'
    )
    java.chmod(0o755)
    return folder


def test_a_java_without_the_vector_module_is_not_asked_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIERLAKE_CACHE", str(tmp_path / "a cache"))
    home = java_home(tmp_path / "a home", "17.0.9", "java.base java.sql")
    started = spark_java_home(home)
    assert started != home
    assert spark_java_home(home) == started
    options = ["-cp", "a b:c", "--add-modules=jdk.incubator.vector", "-Dx=$HOME 'y'", "", "Main"]
    shown = subprocess.run([started / "bin" / "java", *options], capture_output=True, text=True, check=True).stdout
    assert shown.split("\n")[:-1] == ["-cp", "a b:c", "-Dx=$HOME 'y'", "", "Main"]
    monkeypatch.setenv("JAVA_HOME", str(started))
    assert find_java() == started


def test_a_complete_java_is_started_as_it_is(tmp_path: Path) -> None:
    home = java_home(tmp_path / "home", "21.0.1", "java.base jdk.incubator.vector")
    assert spark_java_home(home) == home


def test_an_unsupported_java_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="SETUP_NO_JAVA"):
        find_java(str(java_home(tmp_path / "old", "1.8.0_292", "java.base")))


def test_a_java_tells_its_version_by_its_release_file_or_itself(tmp_path: Path) -> None:
    home = java_home(tmp_path / "home", "11.0.2", "java.base")
    assert java_version(home) == 11
    (home / "release").write_text('IMPLEMENTOR="Someone"\n', encoding="utf-8")
    assert java_version(home) == 11
    (home / "release").unlink()
    assert java_version(home) == 11
    assert java_version(java_home(tmp_path / "old", "1.8.0_292", "java.base")) == 8
    assert java_version(tmp_path / "nothing") is None


def test_archived_classes_are_for_one_java_and_used_where_there_are_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIERLAKE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "an environment"))
    home = java_home(tmp_path / "home", "17.0.9", "java.base")
    archive = class_archive(home)
    assert archive == class_archive(spark_java_home(home)), "the same Java behind a launcher"
    assert archive != class_archive(java_home(tmp_path / "other", "17.0.10", "java.base"))
    option = f"-XX:SharedArchiveFile={archive}"
    assert " " in option, "a folder of the user's may have a space in its name"
    assert option not in session_conf(load_settings(), False, home)["spark.driver.extraJavaOptions"]
    archive.parent.mkdir(parents=True)
    archive.touch()
    assert option in shlex.split(session_conf(load_settings(), False, home)["spark.driver.extraJavaOptions"])


@pytest.mark.spark
def test_a_session_maps_what_make_setup_has_archived(spark: SparkSession) -> None:
    archive = class_archive(find_java())
    assert archive.exists(), "run make setup"
    pid = spark.sparkContext._jvm.java.lang.ProcessHandle.current().pid()
    assert str(archive) in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")
