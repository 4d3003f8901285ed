"""The commands of the suite, in the order the data goes. Modules are imported only when their command runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """A command: its name, the module with its ``main`` and, for a job, its ``JOB``; and a line for the help."""

    name: str
    module: str
    help: str
    in_pipeline: bool = True


COMMANDS: tuple[Command, ...] = (
    Command("ingest", "jobs.ingest", "L0: read WARC, ARC, WET, HTML, text, Markdown, code, PDF, JSONL and Parquet"),
    Command("parse", "jobs.parse", "L1: text with formulas, code and tables; language; kind"),
    Command("filter", "jobs.filter", "L1: quality rules, every value kept"),
    Command("dedup", "jobs.dedup", "L1: exact and verified near-duplicates"),
    Command("decontaminate", "jobs.decontaminate", "L1: benchmark leaks out, the rest admitted"),
    Command("label", "jobs.label", "L2: a language model labels a sample"),
    Command("train", "jobs.train", "L2: a classifier distilled from the labels, in the MLflow registry"),
    Command("select", "jobs.selection", "L2: scores for all, the best admitted"),
    Command("refine", "jobs.refine", "L3: edited and rewritten texts through the gates"),
    Command("organize", "jobs.organize", "L4: entities and claims with evidence"),
    Command("stats", "jobs.tier_stats", "Counts of every tier, in a table and MLflow"),
    Command("report", "jobs.report", "One self-contained HTML page about the lake"),
    Command("pipeline", "jobs.pipeline", "All of the above in order, in one session", in_pipeline=False),
    Command(
        "trace", "jobs.tracing", "From any row to its L0 bytes, and down to all that came from it", in_pipeline=False
    ),
    Command("sql", "jobs.queries", "SQL over the tiers", in_pipeline=False),
)

PIPELINE: tuple[Command, ...] = tuple(command for command in COMMANDS if command.in_pipeline)
