"""Settings: merged, checked, and refused on one line before Spark starts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from jobs.settings import Settings, load_settings
from udfs.errors import SettingsError
from udfs.resources import conf_text


@pytest.mark.parametrize("environment", ["local", "databricks", "emr"])
def test_every_environment_is_whole(environment: str) -> None:
    assert isinstance(load_settings(environment), Settings)


def test_every_default_has_a_line_of_comment() -> None:
    for line in conf_text("tierlake.yaml").splitlines():
        if re.match(r"  [a-z_]+: ", line):
            assert "#" in line, line


def test_later_sources_win(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("label: {limit: 5, seed: 9}\n")
    settings = load_settings("databricks", [own], ["label.limit=3"])
    assert (settings.label.limit, settings.label.seed, settings.label.share) == (3, 9, 0.01)


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("lable.limit=3", "CONF_UNKNOWN_KEY: no setting 'lable'; did you mean 'label'?"),
        ("dedup.presett=x", "CONF_UNKNOWN_KEY: no setting 'dedup.presett'; did you mean 'dedup.preset'?"),
        ("label.limit=many", "CONF_BAD_VALUE: label.limit: "),
        ("label.share=2", "CONF_BAD_VALUE: label.share: "),
        ("label.limit", "CONF_BAD_VALUE: 'label.limit' is no assignment"),
        ("engine.kind=vlm", "CONF_BAD_VALUE: engine.kind: "),
        ("lake.path=[", "CONF_BAD_FILE: "),
    ],
)
def test_bad_settings_are_one_line(assignment: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(assignments=[assignment])
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_files_that_are_not_there_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="CONF_BAD_FILE: cannot read"):
        load_settings(files=[tmp_path / "absent.yaml"])
    with pytest.raises(SettingsError, match="CONF_NO_ENVIRONMENT"):
        load_settings("mars")


def test_names_of_the_users_own_are_free() -> None:
    settings = load_settings(assignments=["spark.conf={spark.foo: 1}", "filter.rule_sets={prose: {en: [fineweb]}}"])
    assert settings.spark.conf == {"spark.foo": 1}
    assert settings.filter.rule_sets["prose"] == {"en": ["fineweb"]}
    assert settings.filter.rule_sets["code"] == {"*": ["code"]}


def test_the_hash_of_a_section_depends_on_it_alone() -> None:
    base = load_settings()
    assert base.section_hash(["dedup"]) == load_settings(assignments=["label.limit=1"]).section_hash(["dedup"])
    assert base.section_hash(["dedup"]) != load_settings(assignments=["dedup.min_similarity=0.8"]).section_hash(
        ["dedup"]
    )


def test_flat_settings_cover_every_leaf() -> None:
    leaves = load_settings().flat()
    assert leaves["dedup.preset"] == "verified"
    assert {name.split(".")[0] for name in leaves} == set(yaml.safe_load(conf_text("tierlake.yaml")))
