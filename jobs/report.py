"""One self-contained HTML page about a lake: funnel, reasons for drops, scores, costs, samples."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

import jobs
from jobs import figures
from jobs.command import run_command
from jobs.harness import Context, Job, Outcome
from jobs.lake.files import read_text, write_text
from jobs.lake.tables import LINEAGE, TABLES
from jobs.lake.views import register
from jobs.settings import Settings
from udfs.ids import stable_id
from udfs.resources import conf_text

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_BINS = 20
_SAMPLE_CHARACTERS = 4000
_REASONS_DRAWN = 20
_TABLES = {
    "funnel": "SELECT * FROM funnel ORDER BY tier, "
    "array_position(array('ingest', 'parse', 'filter', 'dedup', 'decontaminate', 'select'), gate), gate",
    "rejections": "SELECT * FROM rejections ORDER BY documents DESC, tier, gate, reason LIMIT 60",
    "labels": "SELECT label, count(*) AS documents FROM l2_labels GROUP BY label ORDER BY label",
    "tiers": "SELECT 'L1' AS tier, kind, language, count(*) AS documents, sum(characters) AS characters, "
    "sum(tokens) AS tokens "
    "FROM l1_documents GROUP BY kind, language UNION ALL "
    "SELECT 'L2', kind, language, count(*), sum(characters), sum(tokens) FROM l2_documents "
    "GROUP BY kind, language UNION ALL "
    "SELECT concat('L3 ', task), kind, language, count(*), sum(characters), sum(tokens) FROM l3_documents "
    "GROUP BY task, kind, language ORDER BY tier, documents DESC, kind, language",
    "costs": "SELECT * FROM costs ORDER BY money DESC, job",
    "claims": "SELECT subject, predicate, object, documents, round(confidence, 2) AS confidence, quote, claim_id "
    "FROM claims ORDER BY documents DESC, confidence DESC, claim_id LIMIT 30",
}
_SAMPLES = {
    "L1 kept": "SELECT doc_id AS id, coalesce(title, uri) AS title, array(kind, language) AS tags, text "
    "FROM l1_documents",
    "L1 rejected": "SELECT p.doc_id AS id, coalesce(p.title, p.uri) AS title, array(v.stage, v.reason) AS tags, p.text "
    "FROM l1_parsed p JOIN l1_verdicts v ON v.doc_id = p.doc_id WHERE NOT v.keep",
    "L2 selected": "SELECT doc_id AS id, coalesce(title, uri) AS title, "
    "array(kind, language, format_number(score, 2)) AS tags, text FROM l2_documents",
    "L3 refined": "SELECT doc_id AS id, concat('from ', parent_id) AS title, array(task, kind, language) AS tags, text "
    "FROM l3_documents",
}


@dataclass(frozen=True)
class Grid:
    """A table of the page: column names, which of them hold numbers, and rows of (column, text)."""

    columns: list[str]
    numbers: frozenset[str]
    rows: list[list[tuple[str, str]]]


def grid(spark: SparkSession, statement: str) -> Grid:
    """Run a query and lay its rows out for people."""
    found = spark.sql(statement)
    numeric = {"bigint", "int", "double", "float"}
    numbers = frozenset(name for name, kind in found.dtypes if kind in numeric or kind.startswith("decimal"))
    rows = [[(name, _shown(row[name])) for name in found.columns] for row in found.collect()]
    return Grid(found.columns, numbers, rows)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if value == int(value) and abs(value) >= 1 else f"{value:.4g}"
    return str(value)


def samples(spark: SparkSession, statement: str, limit: int) -> list[dict[str, Any]]:
    """Return the first documents of a query by a hash of their id."""
    chosen = spark.sql(statement).orderBy(F.xxhash64("id"), "id").limit(limit)
    rows = chosen.select("id", "title", "tags", F.substring("text", 1, _SAMPLE_CHARACTERS).alias("text")).collect()
    return [row.asDict() for row in rows]


def page(context: Context, mark: str) -> str:
    """Return the report as HTML, marked with the state it shows; every text of a document is escaped."""
    from jinja2 import Environment
    from markupsafe import Markup

    spark = context.spark
    register(context.lake)
    tables = {name: grid(spark, statement) for name, statement in _TABLES.items()}
    drawn = {name: Markup(svg) for name, svg in _figures(spark, tables).items()}
    template = Environment(autoescape=True, trim_blocks=True).from_string(conf_text("report.html.j2"))
    return template.render(
        lake=context.lake.location,
        state=mark,
        code_version=jobs.__version__,
        tables=tables,
        figures=drawn,
        samples={
            name: samples(spark, statement, context.settings.report.samples) for name, statement in _SAMPLES.items()
        },
    )


def _figures(spark: SparkSession, tables: dict[str, Grid]) -> dict[str, str]:
    def column(name: str, wanted: str) -> list[str]:
        return [dict(row)[wanted] for row in tables[name].rows]

    def numbers(name: str, wanted: str) -> list[float]:
        return [float(text.replace(",", "")) if text else 0.0 for text in column(name, wanted)]

    gates = [f"{tier} {gate}" for tier, gate in zip(column("funnel", "tier"), column("funnel", "gate"), strict=True)]
    reasons = [
        f"{gate}: {why}" for gate, why in zip(column("rejections", "gate"), column("rejections", "reason"), strict=True)
    ]
    tiers: dict[str, float] = {}
    for tier, tokens in zip(column("tiers", "tier"), numbers("tiers", "tokens"), strict=True):
        tiers[tier] = tiers.get(tier, 0.0) + tokens
    binned = spark.sql(
        f"SELECT least(CAST(floor(score * {_BINS}) AS INT), {_BINS - 1}) AS bin, count(*) AS documents "
        "FROM l2_scores GROUP BY 1"
    ).collect()
    counts = [0.0] * _BINS
    for row in binned:
        counts[row["bin"]] = float(row["documents"])
    thresholds = [
        row["threshold"] for row in spark.sql("SELECT DISTINCT threshold FROM l2_scores ORDER BY 1").collect()
    ]
    return {
        "funnel": figures.stacked_bars(gates, numbers("funnel", "kept"), numbers("funnel", "rejected")),
        "rejections": figures.bars(
            reasons[:_REASONS_DRAWN], numbers("rejections", "documents")[:_REASONS_DRAWN], "documents", rejected=True
        ),
        "scores": figures.histogram(counts, thresholds),
        "tiers": figures.bars(list(tiers), list(tiers.values()), "tokens"),
    }


def report_path(settings: Settings) -> str:
    """Return where the page goes: the setting, else beside a path-based lake's tables, else the working directory."""
    if settings.report.path:
        return settings.report.path
    return "report.html" if settings.lake.schema_name else f"{settings.lake.path.rstrip('/')}/report.html"


def state(context: Context) -> str:
    """Return a hash of what the page shows: the versions of the tables, the ledger aside, and the page's settings."""
    tables = [table.name for table in TABLES.values() if table.tier != "ops" or table.name == LINEAGE.name]
    versions = [f"{name} {context.lake.version(name)}" for name in tables]
    return stable_id(jobs.__version__, context.settings.section_hash(["lake", "report"]), *versions)


def run(context: Context) -> Outcome:
    """Write the page, unless it shows this state of the lake already."""
    target = report_path(context.settings)
    mark = state(context)
    if mark in (read_text(context.spark, target) or ""):
        return Outcome()
    write_text(context.spark, target, page(context, mark))
    return Outcome(result=f"wrote {target}")


JOB = Job(name="report", run=run, sources=(), writes={}, settings=())


def main(argv: Sequence[str] | None = None) -> int:
    """Run the job from a command line; returns the exit status."""
    return run_command(JOB, argv)


if __name__ == "__main__":
    sys.exit(main())
