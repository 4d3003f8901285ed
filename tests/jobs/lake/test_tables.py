"""The declarations of all tables hold together."""

import importlib

import pytest

from jobs.lake.schema import Column, Table
from jobs.lake.tables import TABLES
from jobs.registry import PIPELINE


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_table_is_complete(table: Table) -> None:
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))
    assert set(table.key) <= set(names)
    assert set(table.cluster_by) <= set(names[: table.indexed]), "clustering needs statistics"
    assert table.comment
    assert all(column.comment for column in table.columns)
    assert table.tier in {"l0", "l1", "l2", "l3", "l4", "ops"}


def test_every_table_of_the_design_is_there() -> None:
    design = {
        "l0_documents", "l0_quarantine", "l1_documents", "l1_verdicts", "l1_duplicates", "llm_calls", "l2_labels",
        "l2_scores", "l2_documents", "l3_documents", "l3_verdicts", "l4_entities", "l4_claims", "l4_evidence",
        "lineage", "runs", "tier_stats",
    }  # fmt: skip
    assert design <= set(TABLES)


def test_writers_are_jobs_that_say_so() -> None:
    jobs = {command.name: importlib.import_module(command.module).JOB for command in PIPELINE}
    for table in TABLES.values():
        if table.written_by == ("every job",):
            continue
        declared = {name for name, job in jobs.items() if table.name in job.writes}
        assert set(table.written_by) == declared, table.name


def test_long_text_has_no_statistics() -> None:
    for table in TABLES.values():
        indexed = {column.name for column in table.columns[: table.indexed]}
        assert not indexed & {"text", "payload", "output"}, table.name


def test_quotes_in_comments_and_constraints_are_escaped() -> None:
    table = Table("t", "ops", "it's", (Column("a", "STRING", "the row's name"),), ("a",), (), {"a": "a IN ('x')"})
    ddl = table.create_ddl("t", 30)
    assert r"it\'s" in ddl
    assert r"the row\'s name" in ddl
    assert r"'delta.constraints.a' = 'a IN (\'x\')'" in ddl
