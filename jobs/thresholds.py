"""Thresholds of the filter's rules, compared as columns, so that moving one needs the stored values and no document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from jobs.harness import Context, Job, rebuild
from jobs.lake.tables import L1_PARSED, L1_VERDICTS
from jobs.settings import FilterSettings
from udfs.errors import LakeError, SettingsError
from udfs.rules import Rule, load_rule_set
from udfs.rules.rule_sets import nearest

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_ANY = "*"
_FAILURE = "STRUCT<reason: STRING, value: DOUBLE, threshold: DOUBLE>"
_COMPARE = {
    "<": lambda value, threshold: value < threshold,
    "<=": lambda value, threshold: value <= threshold,
    ">": lambda value, threshold: value > threshold,
    ">=": lambda value, threshold: value >= threshold,
}


def rule_sets_of(rule_sets: Mapping[str, Mapping[str, Sequence[str]]], kind: str, language: str) -> Sequence[str]:
    """Return the names of the rule sets for a kind and language, those of any language where it has none of its own.

    Examples
    --------
    >>> rule_sets_of({"math": {"*": ["mathematics"]}}, "math", "en")
    ['mathematics']
    >>> rule_sets_of({"math": {"*": ["mathematics"]}}, "prose", "en")
    []
    """
    by_language = rule_sets.get(kind, {})
    return by_language.get(language, by_language.get(_ANY, []))


def versions(names: Sequence[str]) -> str:
    """Return rule sets with their versions, as verdicts name them."""
    return ",".join(f"{name}@{load_rule_set(name).version}" for name in names)


def rules_of(settings: FilterSettings, name: str) -> list[Rule]:
    """Return the rules of a set in their order, with the thresholds that the settings move."""
    moved = settings.thresholds.get(name, {})
    return [replace(rule, threshold=moved.get(rule.reason, rule.threshold)) for rule in load_rule_set(name).rules]


def check_thresholds(settings: FilterSettings) -> None:
    """Refuse rule sets that cannot be read, and thresholds of rules that no document is judged by.

    Raises
    ------
    SettingsError
        ``CONF_BAD_RULE_SET``, or ``CONF_BAD_VALUE`` with the nearest name.
    """
    reasons = {name: {rule.reason for rule in load_rule_set(name).rules} for name in settings.rule_set_names()}
    for name, moved in settings.thresholds.items():
        if name not in reasons:
            raise SettingsError(
                "CONF_BAD_VALUE", f"filter.thresholds: no rule set '{name}' in use{nearest(name, reasons)}"
            )
        for reason in moved.keys() - reasons[name]:
            raise SettingsError(
                "CONF_BAD_VALUE", f"filter.thresholds: {name} has no rule '{reason}'{nearest(reason, reasons[name])}"
            )


def first_failure(settings: FilterSettings) -> Column:
    """Return a struct of reason, value and threshold of the first rule a row fails; its reason is NULL where none does.

    Works on any frame with ``kind``, ``language``, ``language_score`` and ``values``, so thresholds can be moved over
    stored values.
    """
    nothing = _failure(None, F.lit(None), None)
    by_rules = _failure("no_rule_set", F.lit(None), None)
    for matches, names in reversed(_combinations(settings)):
        failures = [
            F.when(_COMPARE[rule.reject_when](value, rule.threshold), _failure(rule.reason, value, rule.threshold))
            for name in names
            for rule in rules_of(settings, name)
            for value in [F.try_element_at("values", F.lit(rule.value))]
        ]
        by_rules = F.when(matches, F.coalesce(*failures, nothing)).otherwise(by_rules)
    asked = ~((F.col("kind") == "code") & F.lit(settings.code_skips_language))
    return F.coalesce(
        F.when(asked & ~F.col("language").isin(settings.languages), _failure("language_not_wanted", F.lit(None), None)),
        F.when(
            asked & (F.col("language_score") < settings.min_language_score),
            _failure("language_score", F.col("language_score"), settings.min_language_score),
        ),
        by_rules,
    )


def _failure(reason: str | None, value: Column, threshold: float | None) -> Column:
    return F.struct(
        F.lit(reason).cast("STRING").alias("reason"),
        value.cast("DOUBLE").alias("value"),
        F.lit(threshold).cast("DOUBLE").alias("threshold"),
    )


def rethreshold(context: Context, following: list[Job]) -> None:
    """Judge all documents again by their stored values, and have the jobs after the filter judge anew.

    A crash in between is noticed: the filter refuses to go on until this has been run to its end.

    Parameters
    ----------
    following : list of Job
        The filter and the jobs after it.

    Raises
    ------
    LakeError
        ``LAKE_VALUE_NOT_STORED`` where a rule compares a value that an earlier run had no use for.
    """
    job, *later = following
    lake, progress = context.lake, context.progress
    verdicts = lake.read(L1_VERDICTS.name).where("stage = 'filter'")
    facts = lake.read(L1_PARSED.name).select("doc_id", "kind", "language", "language_score")
    judged = verdicts.drop("keep", "reason", "value", "threshold", "rule_sets").join(facts, "doc_id")
    _check_stored(judged, context.settings.filter)
    if not progress.begin_again(job.name, L1_PARSED.name):
        return
    rows = judged.withColumn("failure", first_failure(context.settings.filter)).select(
        "doc_id",
        "stage",
        F.col("failure.reason").isNull().alias("keep"),
        "failure.reason",
        "failure.value",
        "failure.threshold",
        _rule_sets(context.settings.filter).alias("rule_sets"),
        "evidence",
        "values",
    )
    lake.replace(L1_VERDICTS.name, rows, "stage = 'filter'")
    rebuild(context, later)
    progress.end_again(job.name, L1_PARSED.name, context.settings.section_hash(job.settings))


def _combinations(settings: FilterSettings) -> list[tuple[Column, Sequence[str]]]:
    """Conditions and rule sets of the kinds and languages; a language of its own goes before "any"."""
    pairs = [(kind, language) for kind, by_language in settings.rule_sets.items() for language in by_language]
    pairs.sort(key=lambda pair: pair[1] == _ANY)
    return [
        (
            F.col("kind") == kind if language == _ANY else (F.col("kind") == kind) & (F.col("language") == language),
            settings.rule_sets[kind][language],
        )
        for kind, language in pairs
    ]


def _rule_sets(settings: FilterSettings) -> Column:
    return F.coalesce(*[F.when(matches, versions(names)) for matches, names in _combinations(settings)], F.lit(""))


def _check_stored(judged: DataFrame, settings: FilterSettings) -> None:
    needed = F.coalesce(
        *[
            F.when(matches, F.array(*[F.lit(rule.value) for name in names for rule in rules_of(settings, name)]))
            for matches, names in _combinations(settings)
        ],
        F.array().cast("ARRAY<STRING>"),
    )
    missing = judged.select(F.explode(F.array_except(needed, F.map_keys("values"))).alias("value")).first()
    if missing is not None:
        raise LakeError(
            "LAKE_VALUE_NOT_STORED",
            f"the filter has not stored {missing['value']}, which a rule compares; judge all again with --rebuild",
        )
