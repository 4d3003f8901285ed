"""L1: judge every parsed document by the rule sets of its kind and language: kernels compute, columns compare."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pyspark.sql import functions as F

from jobs.command import run_command
from jobs.harness import Context, Job, Outcome, Source
from jobs.kernels import map_rows
from jobs.lake.progress import Batch
from jobs.lake.tables import L1_PARSED, L1_VERDICTS
from jobs.settings import FilterSettings, Settings
from jobs.thresholds import check_thresholds, first_failure, rule_sets_of, versions
from jobs.verdicts import count_verdicts
from udfs.arrow import Row
from udfs.capture.files import list_files
from udfs.capture.lines import read_lines
from udfs.errors import SettingsError
from udfs.rules import compute_values
from udfs.rules.lists import Lists, UrlLists, WordList, read_entries
from udfs.text.plain import plain_view

_VALUES = pa.schema(
    [
        ("doc_id", pa.string()),
        ("kind", pa.string()),
        ("language", pa.string()),
        ("language_score", pa.float64()),
        ("rule_sets", pa.string()),
        ("evidence", pa.string()),
        ("values", pa.map_(pa.string(), pa.float64())),
    ]
)


@dataclass(frozen=True)
class Values:
    """The kernel of the job: every value that a document's rule sets use, from one tokenisation."""

    rule_sets: Mapping[str, Mapping[str, Sequence[str]]]
    plain_kinds: frozenset[str]
    lists: Lists

    def __call__(self, row: Row) -> Iterable[dict[str, Any]]:
        names = rule_sets_of(self.rule_sets, row["kind"], row["language"])
        text = plain_view(row["text"]) if row["kind"] in self.plain_kinds else row["text"]
        given, evidence = self.lists.values(text, row["language"], row["uri"])
        values = compute_values(text, row["language"], names, given) if names else {}
        values["language_score"] = row["language_score"]
        yield {
            "doc_id": row["doc_id"],
            "kind": row["kind"],
            "language": row["language"],
            "language_score": row["language_score"],
            "rule_sets": versions(names),
            "evidence": evidence,
            "values": sorted(values.items()),
        }


def check(settings: Settings) -> None:
    """Refuse rule sets that cannot be read, thresholds of rules that are not there, and lists that nothing looks at."""
    check_thresholds(settings.filter)
    in_use = settings.filter.rule_set_names()
    for rule_set, paths in list_files_of(settings.filter).items():
        list_files(paths)
        if paths and rule_set not in in_use:
            raise SettingsError("CONF_BAD_VALUE", f"filter.rule_sets does not name '{rule_set}', which has lists")


def list_files_of(settings: FilterSettings) -> dict[str, list[str]]:
    """Return the files of a site's own lists, by the rule set that looks at them."""
    lists = {"url": settings.url_lists.model_dump(), "bad_words": settings.bad_words}
    return {rule_set: [path for paths in named.values() for path in paths] for rule_set, named in lists.items()}


def read_lists(settings: FilterSettings) -> Lists:
    """Read a site's own lists."""

    def entries(paths: list[str]) -> list[str]:
        return [entry for file in list_files(paths) for entry in read_entries(read_lines(file.path))]

    return Lists(
        UrlLists.of({name: entries(paths) for name, paths in settings.url_lists.model_dump().items()}),
        {language: WordList.of(entries(paths), language) for language, paths in settings.bad_words.items()},
    )


def run(context: Context) -> Outcome:
    """Judge what was parsed since the last run."""
    return context.process(JOB, lambda batch: _filter(context, batch))


def _filter(context: Context, batch: Batch) -> Outcome:
    settings = context.settings.filter
    documents = batch.rows().select("doc_id", "uri", "kind", "language", "language_score", "text")
    kernel = Values(settings.rule_sets, frozenset(settings.plain_kinds), read_lists(settings))
    values = map_rows(documents, kernel, _VALUES)
    judged = values.withColumn("failure", first_failure(settings)).select(
        "doc_id",
        F.lit("filter").alias("stage"),
        F.col("failure.reason").isNull().alias("keep"),
        "failure.reason",
        "failure.value",
        "failure.threshold",
        "rule_sets",
        "evidence",
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
