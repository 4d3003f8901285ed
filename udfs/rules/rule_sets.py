"""Rule sets: reasons, values, comparisons and thresholds, read from ``conf/rules``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from udfs.errors import SettingsError
from udfs.resources import conf_names, conf_yaml
from udfs.rules.lines import LineRules

COMPARISONS = ("<", "<=", ">", ">=")
_SET_KEYS = ("name", "version", "source", "languages", "lines", "stop_words", "record", "rules")
_RULE_KEYS = ("reason", "value", "reject_when", "threshold", "source")


@dataclass(frozen=True, slots=True)
class Rule:
    """One comparison; a document that meets it is rejected.

    Attributes
    ----------
    reason : str
        What a verdict records.
    value : str
        Name of a computed value.
    reject_when : str
        ``<``, ``<=``, ``>`` or ``>=``, read as value, comparison, threshold.
    threshold : float
        In the unit of the value.
    source : str
        The paper or code that the threshold comes from.
    """

    reason: str
    value: str
    reject_when: str
    threshold: float
    source: str

    def rejects(self, values: Mapping[str, float]) -> bool:
        """Return whether these values meet the comparison."""
        value = values[self.value]
        if self.reject_when == "<":
            return value < self.threshold
        if self.reject_when == "<=":
            return value <= self.threshold
        if self.reject_when == ">":
            return value > self.threshold
        return value >= self.threshold


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules in the order of their checks: the first that rejects gives the reason.

    Attributes
    ----------
    name, version, source : str
        The file's base name; its version; what it restates.
    languages : tuple of str
        Codes it is meant for; empty for any.
    rules : tuple of Rule
    lines : LineRules or None
        For sets of the C4 family: which lines are kept.
    stop_words : frozenset of str
        Words whose distinct occurrences the value ``<name>_stop_words`` counts; empty where no rule asks.
    record : tuple of str
        Values to store beside those that rules compare.
    """

    name: str
    version: str
    source: str
    languages: tuple[str, ...]
    rules: tuple[Rule, ...]
    lines: LineRules | None = None
    stop_words: frozenset[str] = frozenset()
    record: tuple[str, ...] = ()

    @property
    def values(self) -> list[str]:
        """Names of the values that it compares or records."""
        return [*(rule.value for rule in self.rules), *self.record]


def rule_set_names() -> list[str]:
    """Return the names of all rule sets, sorted.

    Examples
    --------
    >>> "gopher_quality" in rule_set_names()
    True
    """
    return conf_names("rules", ".yaml")


@cache
def load_rule_set(name: str) -> RuleSet:
    """Read and check one rule set.

    Parameters
    ----------
    name : str
        Base name of a file in ``conf/rules``.

    Returns
    -------
    RuleSet

    Raises
    ------
    SettingsError
        ``CONF_BAD_RULE_SET``: no such set, an unknown key or value name, a wrong type; the message names the file, the
        key and the nearest known name. Use `udfs.rules.check_values` for the value names.

    Examples
    --------
    >>> load_rule_set("gopher_quality").rules[1].reason
    'gopher_short_doc'
    """
    if name not in rule_set_names():
        raise SettingsError(
            "CONF_BAD_RULE_SET", f"no rule set {name!r}{nearest(name, rule_set_names())}; see conf/rules"
        )
    raw = conf_yaml(f"rules/{name}.yaml")
    file = f"rules/{name}.yaml"
    if not isinstance(raw, dict):
        raise SettingsError("CONF_BAD_RULE_SET", f"{file} must be a mapping with the keys {', '.join(_SET_KEYS)}")
    _check_keys(file, "", raw, _SET_KEYS, optional=("lines", "stop_words", "record"))
    if raw["name"] != name:
        raise SettingsError("CONF_BAD_RULE_SET", f"{file}: name is {raw['name']!r}; it must be the file's base name")
    if not isinstance(raw["rules"], list) or not raw["rules"]:
        raise SettingsError("CONF_BAD_RULE_SET", f"{file}: rules must be a list of at least one rule")
    rules = tuple(_rule(file, position, item) for position, item in enumerate(raw["rules"], start=1))
    reasons = [rule.reason for rule in rules]
    for reason in reasons:
        if reasons.count(reason) > 1:
            raise SettingsError("CONF_BAD_RULE_SET", f"{file}: reason {reason!r} stands more than once")
    if not isinstance(raw["languages"], list):
        raise SettingsError("CONF_BAD_RULE_SET", f"{file}: languages must be a list of codes, empty for any")
    return RuleSet(
        name=name,
        version=str(raw["version"]),
        source=str(raw["source"]),
        languages=tuple(map(str, raw["languages"])),
        rules=rules,
        lines=_line_rules(file, raw.get("lines")),
        stop_words=frozenset(_names(file, raw, "stop_words")),
        record=tuple(_names(file, raw, "record")),
    )


def nearest(name: str, known: Any) -> str:
    """Return ``; did you mean 'x'?`` or nothing."""
    close = get_close_matches(str(name), list(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else ""


def _check_keys(file: str, where: str, raw: Any, known: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
    if not isinstance(raw, dict):
        raise SettingsError("CONF_BAD_RULE_SET", f"{file}{where}: must be a mapping with the keys {', '.join(known)}")
    for key in raw:
        if key not in known:
            raise SettingsError("CONF_BAD_RULE_SET", f"{file}{where}: unknown key {key!r}{nearest(key, known)}")
    for key in known:
        if key not in raw and key not in optional:
            raise SettingsError("CONF_BAD_RULE_SET", f"{file}{where}: key {key!r} is missing")


def _rule(file: str, position: int, raw: Any) -> Rule:
    where = f", rule {position}"
    _check_keys(file, where, raw, _RULE_KEYS)
    if raw["reject_when"] not in COMPARISONS:
        raise SettingsError(
            "CONF_BAD_RULE_SET", f"{file}{where}: reject_when {raw['reject_when']!r} is none of {' '.join(COMPARISONS)}"
        )
    threshold = raw["threshold"]
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not math.isfinite(threshold):
        raise SettingsError("CONF_BAD_RULE_SET", f"{file}{where}: threshold {threshold!r} is not a finite number")
    for key in ("reason", "value", "source"):
        if not isinstance(raw[key], str) or not raw[key]:
            raise SettingsError("CONF_BAD_RULE_SET", f"{file}{where}: {key} must be a text that is not empty")
    return Rule(raw["reason"], raw["value"], raw["reject_when"], float(threshold), raw["source"])


def _names(file: str, raw: Any, key: str) -> list[str]:
    names = raw.get(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise SettingsError("CONF_BAD_RULE_SET", f"{file}: {key} must be a list of texts")
    return names


def _line_rules(file: str, raw: Any) -> LineRules | None:
    if raw is None:
        return None
    _check_keys(file, ", lines", raw, LineRules.keys())
    try:
        return LineRules.of(raw)
    except (TypeError, ValueError) as error:
        raise SettingsError("CONF_BAD_RULE_SET", f"{file}, lines: {error}") from error
