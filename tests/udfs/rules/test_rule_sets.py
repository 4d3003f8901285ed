"""Reading and checking rule sets."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from udfs.errors import SettingsError
from udfs.resources import conf_yaml
from udfs.rules import check_values, evaluate, load_rule_set, rule_set_names

GOOD = """
name: mine
version: "2"
source: "a paper"
languages: [en]
rules:
  - {reason: short, value: words, reject_when: "<", threshold: 10, source: "here"}
"""


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Write ``rules/mine.yaml`` of a configuration folder of its own."""
    (tmp_path / "rules").mkdir()
    monkeypatch.setenv("TIERLAKE_CONF_DIR", str(tmp_path))

    def write(text: str) -> None:
        (tmp_path / "rules" / "mine.yaml").write_text(text, encoding="utf-8")
        conf_yaml.cache_clear()
        load_rule_set.cache_clear()

    yield write
    conf_yaml.cache_clear()
    load_rule_set.cache_clear()


def test_shipped_sets() -> None:
    expected = {
        "gopher_paper",
        "gopher_quality",
        "gopher_repetition",
        "c4_paper",
        "c4_tfds",
        "c4_datatrove",
        "c4_fineweb",
        "fineweb",
        "fineweb_paper",
        "code",
        "chinese",
        "mathematics",
        "fineweb2_zh",
        "ultra_fineweb_l1",
        "redpajama_v2",
        "url",
        "bad_words",
    }
    assert expected <= set(rule_set_names())


@pytest.mark.parametrize("name", rule_set_names())
def test_every_shipped_set_can_be_computed_and_names_its_sources(name: str) -> None:
    rule_set = check_values(load_rule_set(name))
    assert rule_set.name == name
    assert rule_set.version
    assert rule_set.rules[0].reason == "empty"
    assert all(rule.source for rule in rule_set.rules)


def test_order_and_thresholds_of_gopher() -> None:
    quality = [(r.reason, r.reject_when, r.threshold) for r in load_rule_set("gopher_quality").rules[1:]]
    assert quality == [
        ("gopher_short_doc", "<", 50),
        ("gopher_long_doc", ">", 100_000),
        ("gopher_below_avg_threshold", "<", 3),
        ("gopher_above_avg_threshold", ">", 10),
        ("gopher_too_many_hashes", ">", 0.1),
        ("gopher_too_many_ellipsis", ">", 0.1),
        ("gopher_too_many_bullets", ">", 0.9),
        ("gopher_too_many_end_ellipsis", ">", 0.3),
        ("gopher_below_alpha_threshold", "<", 0.8),
        ("gopher_enough_stop_words", "<", 2),
    ]
    repetition = [(r.reason, r.reject_when, r.threshold) for r in load_rule_set("gopher_repetition").rules[1:]]
    assert repetition == [
        ("dup_para_frac", ">", 0.3),
        ("dup_para_char_frac", ">", 0.2),
        ("dup_line_frac", ">", 0.3),
        ("dup_line_char_frac", ">", 0.2),
        ("top_2_gram", ">", 0.2),
        ("top_3_gram", ">", 0.18),
        ("top_4_gram", ">", 0.16),
        ("duplicated_5_n_grams", ">", 0.15),
        ("duplicated_6_n_grams", ">", 0.14),
        ("duplicated_7_n_grams", ">", 0.13),
        ("duplicated_8_n_grams", ">", 0.12),
        ("duplicated_9_n_grams", ">", 0.11),
        ("duplicated_10_n_grams", ">", 0.1),
    ]


def test_a_set_of_ones_own(write: Callable[[str], None]) -> None:
    write(GOOD)
    rule = load_rule_set("mine").rules[0]
    assert (rule.value, rule.threshold, load_rule_set("mine").version) == ("words", 10.0, "2")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("version:", "verzion:"), "rules/mine.yaml: unknown key 'verzion'; did you mean 'version'?"),
        (("threshold:", "treshold:"), "rules/mine.yaml, rule 1: unknown key 'treshold'; did you mean 'threshold'?"),
        ((', source: "here"', ""), "rules/mine.yaml, rule 1: key 'source' is missing"),
        (('"<"', '"=="'), "rules/mine.yaml, rule 1: reject_when '==' is none of < <= > >="),
        (("threshold: 10", "threshold: ten"), "rules/mine.yaml, rule 1: threshold 'ten' is not a finite number"),
        (("threshold: 10", "threshold: .nan"), "rules/mine.yaml, rule 1: threshold nan is not a finite number"),
        (("threshold: 10", "threshold: true"), "rules/mine.yaml, rule 1: threshold True is not a finite number"),
        (("name: mine", "name: yours"), "rules/mine.yaml: name is 'yours'; it must be the file's base name"),
        (("value: words", "value: 3"), "rules/mine.yaml, rule 1: value must be a text that is not empty"),
        (("languages: [en]", "languages: en"), "rules/mine.yaml: languages must be a list of codes, empty for any"),
    ],
)
def test_mistakes_are_named(write: Callable[[str], None], change: tuple[str, str], message: str) -> None:
    write(GOOD.replace(*change))
    with pytest.raises(SettingsError) as error:
        load_rule_set("mine")
    assert (error.value.code, error.value.message) == ("CONF_BAD_RULE_SET", message)


def test_unknown_value_is_named_with_the_nearest(write: Callable[[str], None]) -> None:
    write(GOOD.replace("value: words", "value: mean_word_lenght"))
    with pytest.raises(SettingsError, match=r"unknown value 'mean_word_lenght'; did you mean 'mean_word_length'\?"):
        check_values(load_rule_set("mine"))


def test_stop_words_and_recorded_values_of_ones_own(write: Callable[[str], None]) -> None:
    own = "stop_words: [el, la]\nrecord: [formulas]\nrules:\n  - {reason: few, value: mine_stop_words, "
    write(GOOD.replace("rules:\n  - {reason: short, value: words, ", own).replace("threshold: 10", "threshold: 2"))
    check_values(load_rule_set("mine"))
    judged = evaluate("la casa y la mar, El sol", "mine", "es")
    assert (judged.keep, judged.reason, judged.values) == (False, "few", {"mine_stop_words": 1.0, "formulas": 0.0})
    assert evaluate("la casa y el mar", "mine", "es").keep


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("record: [formula]", "rules/mine.yaml, record: unknown value 'formula'; did you mean 'formulas'?"),
        ("record: formulas", "rules/mine.yaml: record must be a list of texts"),
        ("stop_words: [1]", "rules/mine.yaml: stop_words must be a list of texts"),
    ],
)
def test_lists_are_checked(write: Callable[[str], None], line: str, message: str) -> None:
    write(GOOD.replace("rules:", f"{line}\nrules:"))
    with pytest.raises(SettingsError) as error:
        check_values(load_rule_set("mine"))
    assert error.value.message == message


def test_a_reason_stands_once(write: Callable[[str], None]) -> None:
    raw = yaml.safe_load(GOOD)
    write(yaml.safe_dump({**raw, "rules": raw["rules"] * 2}))
    with pytest.raises(SettingsError, match="reason 'short' stands more than once"):
        load_rule_set("mine")


def test_line_rules_are_checked(write: Callable[[str], None]) -> None:
    lines = {"end_marks": ["."], "fewest_words": 3, "words_without_citations": False, "longest_word": 9}
    for key, wrong in (("end_marks", "."), ("fewest_words", -1), ("words_without_citations", 1)):
        write(yaml.safe_dump({**yaml.safe_load(GOOD), "lines": {**lines, key: wrong}}))
        with pytest.raises(SettingsError, match=f"rules/mine.yaml, lines: {key} must be"):
            load_rule_set("mine")
    write(yaml.safe_dump({**yaml.safe_load(GOOD), "lines": {**lines, "endmarks": []}}))
    with pytest.raises(SettingsError, match="unknown key 'endmarks'; did you mean 'end_marks'"):
        load_rule_set("mine")


def test_unknown_set_is_named_with_the_nearest() -> None:
    with pytest.raises(SettingsError, match=r"no rule set 'gopher_qualty'; did you mean 'gopher_quality'\?"):
        load_rule_set("gopher_qualty")
