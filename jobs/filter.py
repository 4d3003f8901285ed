"""L1: judge every parsed document by the rule sets of its kind and language: kernels compute, columns compare."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import functions as F

from jobs.command import run_command
from jobs.harness import Context, Job, Outcome, Source
from jobs.kernels import map_rows
from jobs.lake.progress import Batch
from jobs.lake.tables import L1_PARSED, L1_VERDICTS
from jobs.settings import FilterSettings, Settings
from jobs.verdicts import count_verdicts
from udfs.arrow import Row
from udfs.rules import compute_values, load_rule_set
from udfs.text.plain import plain_view

if TYPE_CHECKING:
    from pyspark.sql import Column

_VALUES = pa.schema(
    [
        ("doc_id", pa.string()),
        ("kind", pa.string()),
        ("language", pa.string()),
        ("language_score", pa.float64()),
        ("rule_sets", pa.string()),
        ("values", pa.map_(pa.string(), pa.float64())),
    ]
)
_ANY = "*"


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


@dataclass(frozen=True)
class Values:
    """The kernel of the job: every value that a document's rule sets use, from one tokenisation."""

    rule_sets: Mapping[str, Mapping[str, Sequence[str]]]
    plain_kinds: frozenset[str]

    def __call__(self, row: Row) -> Iterable[dict[str, Any]]:
        names = rule_sets_of(self.rule_sets, row["kind"], row["language"])
        text = plain_view(row["text"]) if row["kind"] in self.plain_kinds else row["text"]
        values = compute_values(text, row["language"], names) if names else {}
        values["language_score"] = row["language_score"]
        yield {
            "doc_id": row["doc_id"],
            "kind": row["kind"],
            "language": row["language"],
            "language_score": row["language_score"],
            "rule_sets": ",".join(f"{name}@{load_rule_set(name).version}" for name in names),
            "values": sorted(values.items()),
        }


def first_failure(settings: FilterSettings) -> Column:
    """Return a struct of reason, value and threshold of the first rule a row fails; its reason is NULL where none does.

    Works on any frame with ``kind``, ``language``, ``language_score`` and ``values``, so thresholds can be moved over
    stored values.
    """
    combinations = [(kind, language) for kind, by_language in settings.rule_sets.items() for language in by_language]
    # Languages of their own before "any", which would match them too.
    combinations.sort(key=lambda pair: pair[1] == _ANY)
    nothing = _failure(None, F.lit(None), None)
    by_rules = F.lit(None).cast(_FAILURE) if not combinations else None
    for kind, language in reversed(combinations):
        matches = F.col("kind") == kind
        if language != _ANY:
            matches &= F.col("language") == language
        failures = [
            F.when(_COMPARE[rule.reject_when](value, rule.threshold), _failure(rule.reason, value, rule.threshold))
            for name in settings.rule_sets[kind][language]
            for rule in load_rule_set(name).rules
            for value in [F.try_element_at("values", F.lit(rule.value))]
        ]
        verdict = F.coalesce(*failures, nothing)
        otherwise = _failure("no_rule_set", F.lit(None), None) if by_rules is None else by_rules
        by_rules = F.when(matches, verdict).otherwise(otherwise)
    assert by_rules is not None
    asked = ~((F.col("kind") == "code") & F.lit(settings.code_skips_language))
    return F.coalesce(
        F.when(asked & ~F.col("language").isin(settings.languages), _failure("language_not_wanted", F.lit(None), None)),
        F.when(
            asked & (F.col("language_score") < settings.min_language_score),
            _failure("language_score", F.col("language_score"), settings.min_language_score),
        ),
        by_rules,
    )


_FAILURE = "STRUCT<reason: STRING, value: DOUBLE, threshold: DOUBLE>"
_COMPARE = {
    "<": lambda value, threshold: value < threshold,
    "<=": lambda value, threshold: value <= threshold,
    ">": lambda value, threshold: value > threshold,
    ">=": lambda value, threshold: value >= threshold,
}


def _failure(reason: str | None, value: Column, threshold: float | None) -> Column:
    return F.struct(
        F.lit(reason).cast("STRING").alias("reason"),
        value.cast("DOUBLE").alias("value"),
        F.lit(threshold).cast("DOUBLE").alias("threshold"),
    )


def check(settings: Settings) -> None:
    """Refuse rule sets that do not exist or cannot be read."""
    by_kind = settings.filter.rule_sets.values()
    names = reduce(set.union, (set(sets) for by_language in by_kind for sets in by_language.values()), set[str]())
    for name in sorted(names):
        load_rule_set(name)


def run(context: Context) -> Outcome:
    """Judge what was parsed since the last run."""
    return context.process(JOB, lambda batch: _filter(context, batch))


def _filter(context: Context, batch: Batch) -> Outcome:
    settings = context.settings.filter
    documents = batch.rows().select("doc_id", "kind", "language", "language_score", "text")
    kernel = Values(settings.rule_sets, frozenset(settings.plain_kinds))
    values = map_rows(documents, kernel, _VALUES)
    judged = values.withColumn("failure", first_failure(settings)).select(
        "doc_id",
        F.lit("filter").alias("stage"),
        F.col("failure.reason").isNull().alias("keep"),
        "failure.reason",
        "failure.value",
        "failure.threshold",
        "rule_sets",
        F.lit(None).cast("STRING").alias("evidence"),
        "values",
    )
    verdicts = batch.stage(judged)
    batch.append(L1_VERDICTS.name, verdicts)
    return count_verdicts(verdicts)


JOB = Job(
    name="filter",
    run=run,
    sources=(Source(L1_PARSED.name),),
    writes={L1_VERDICTS.name: "stage = 'filter'"},
    settings=("filter",),
    check=check,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the job from a command line; returns the exit status."""
    return run_command(JOB, argv)


if __name__ == "__main__":
    sys.exit(main())
