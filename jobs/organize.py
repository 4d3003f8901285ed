"""L4: entities and claims from the texts of L2 and L3, each with the spans that carry it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import functions as F

from jobs.command import run_command
from jobs.harness import Context, Job, Outcome, Source
from jobs.kernels import map_rows
from jobs.lake.jars import SPARK_NLP
from jobs.lake.progress import Batch
from jobs.lake.session import installed_lane
from jobs.lake.store import only
from jobs.lake.tables import L4_CLAIMS, L4_ENTITIES, L4_EVIDENCE, L4_VERDICTS, LINEAGE, TABLES
from jobs.settings import Settings
from udfs.arrow import Row
from udfs.errors import SettingsError
from udfs.ids import stable_id
from udfs.knowledge.annotation import from_spark_nlp
from udfs.knowledge.entities import KINDS
from udfs.knowledge.organize import organize
from udfs.knowledge.parts import join_spans, split_parts
from udfs.knowledge.plain import annotate
from udfs.knowledge.spark_nlp import KEY_PHRASES, SENTENCES, TOKENS, annotations_columns, build_pipeline

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_CHINESE = "zh"

# One pass over a document gives rows of four tables, told apart by `row_of`.
_FOUND = pa.schema(
    [
        ("row_of", pa.string()),
        ("doc_id", pa.string()),
        ("entity_id", pa.string()),
        ("name", pa.string()),
        ("canonical", pa.string()),
        ("kind", pa.string()),
        ("language", pa.string()),
        ("claim_id", pa.string()),
        ("subject_id", pa.string()),
        ("subject", pa.string()),
        ("predicate", pa.string()),
        ("object", pa.string()),
        ("object_id", pa.string()),
        ("polarity", pa.bool_()),
        ("pattern", pa.string()),
        ("confidence", pa.float64()),
        ("evidence_id", pa.string()),
        ("target_id", pa.string()),
        ("target_kind", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("quote", pa.string()),
        ("candidate_id", pa.string()),
        ("keep", pa.bool_()),
        ("reason", pa.string()),
    ]
)
_PARTS = pa.schema([("doc_id", pa.string()), ("language", pa.string()), ("part", pa.int32()), ("text", pa.string())])


@dataclass(frozen=True)
class Organize:
    """Kernel: what a document says, from the annotations of Spark NLP or of the plain annotator."""

    spark_nlp: bool

    def __call__(self, row: Row) -> Iterable[dict[str, Any]]:
        doc_id, language = row["doc_id"], row["language"]
        if self.spark_nlp:
            parts = sorted(row["parts"], key=lambda part: part["part"])
            text = "".join(part["text"] for part in parts)
            rows = [join_spans(parts, column) for column in (SENTENCES, TOKENS, KEY_PHRASES)]
            annotated = from_spark_nlp(text, *rows, document_id=doc_id, language=language)
        else:
            annotated = annotate(row["text"], doc_id, language)
        found = organize(annotated)
        for entity in found.entities:
            yield {
                "row_of": "entity",
                "entity_id": entity.entity_id,
                "name": entity.name,
                "canonical": entity.canonical,
                "kind": entity.kind,
                "language": entity.language,
            }
        for claim in found.claims:
            yield {
                "row_of": "claim",
                "claim_id": claim.claim_id,
                "subject_id": claim.subject_entity_id,
                "subject": claim.subject,
                "predicate": claim.predicate,
                "object": claim.object,
                "object_id": claim.object_entity_id,
                "polarity": claim.polarity == "positive",
                "pattern": claim.pattern,
                "confidence": claim.confidence,
                "language": claim.language,
            }
        for evidence in found.evidence:
            yield {
                "row_of": "evidence",
                "evidence_id": evidence.evidence_id,
                "target_id": evidence.target_id,
                "target_kind": evidence.target_kind,
                "doc_id": doc_id,
                "start": evidence.begin,
                "end": evidence.end,
                "quote": evidence.quote,
            }
        for start, end in sorted({(claim.begin, claim.end) for claim in found.claims}):
            yield _verdict(doc_id, stable_id("candidate", doc_id, str(start), str(end)), None, start, end)
        for rejection in found.rejected:
            yield _verdict(doc_id, rejection.candidate_id, rejection.reason, rejection.begin, rejection.end)


def _verdict(doc_id: str, candidate_id: str, reason: str | None, start: int, end: int) -> dict[str, Any]:
    return {
        "row_of": "verdict",
        "candidate_id": candidate_id,
        "doc_id": doc_id,
        "keep": reason is None,
        "reason": reason,
        "start": start,
        "end": end,
    }


def with_spark_nlp(settings: Settings) -> bool:
    """Return whether sessions of these settings have Spark NLP.

    Raises
    ------
    SettingsError
        ``CONF_NO_SPARK_NLP`` where it is asked for and this Spark lane has none.
    """
    wanted = settings.organize.engine
    available = settings.spark.nlp and installed_lane() in SPARK_NLP
    if wanted == "sparknlp" and not available:
        raise SettingsError(
            "CONF_NO_SPARK_NLP",
            "organize.engine is sparknlp, but this Spark has no jar of it (spark.nlp is false, or Spark is 4); "
            "set organize.engine to plain or auto",
        )
    return available and wanted != "plain"


def check(settings: Settings) -> None:
    """Refuse Spark NLP where it cannot be had."""
    with_spark_nlp(settings)


def run(context: Context) -> Outcome:
    """Organize what was admitted to L2 and L3 since the last run."""
    return context.process(JOB, lambda batch: _organize(context, batch))


def _organize(context: Context, batch: Batch) -> Outcome:
    settings = context.settings
    if batch.increment.source not in settings.organize.sources:
        return Outcome()
    documents = batch.rows().select("doc_id", "language", "text")
    if settings.organize.limit is not None:
        documents = documents.orderBy(F.xxhash64("doc_id"), "doc_id").limit(settings.organize.limit)
    spark_nlp = with_spark_nlp(settings)
    if spark_nlp:
        documents = _annotated(batch.stage(map_rows(documents, parts_of, _PARTS)), settings.organize.yake)
    found = batch.stage(map_rows(documents, Organize(spark_nlp), _FOUND))
    _append_new(batch, L4_ENTITIES.name, merged_entities(found.where("row_of = 'entity'")))
    claims = found.where("row_of = 'claim'")
    # The same claim may be found twice with another spelling of its subject: the smallest row stands for all.
    columns = [column.name for column in L4_CLAIMS.columns if column.name != "claim_id"]
    smallest = claims.groupBy("claim_id").agg(F.min(F.struct(*columns)).alias("row")).select("claim_id", "row.*")
    _append_new(batch, L4_CLAIMS.name, smallest)
    evidence = found.where("row_of = 'evidence'").withColumn("document_table", F.lit(batch.increment.source))
    batch.append(L4_EVIDENCE.name, only(evidence, L4_EVIDENCE.name))
    edges = evidence.select(
        F.col("target_id").alias("child_id"),
        F.when(F.col("target_kind") == "claim", L4_CLAIMS.name).otherwise(L4_ENTITIES.name).alias("child_table"),
        F.col("doc_id").alias("parent_id"),
        F.col("document_table").alias("parent_table"),
        F.col("target_kind").alias("relation"),
    )
    batch.append(LINEAGE.name, edges.distinct())
    verdicts = found.where("row_of = 'verdict'")
    batch.append(L4_VERDICTS.name, only(verdicts, L4_VERDICTS.name))
    outcome = Outcome()
    for row in found.groupBy("row_of", "reason").count().collect():
        if row["row_of"] != "verdict":
            outcome.metrics[f"l4/{row['row_of']}"] = outcome.metrics.get(f"l4/{row['row_of']}", 0.0) + row["count"]
            continue
        outcome.rows_in += row["count"]
        if row["reason"] is None:
            outcome.rows_kept += row["count"]
        else:
            outcome.reasons[row["reason"]] += row["count"]
    return outcome


def merged_entities(found: DataFrame) -> DataFrame:
    """Make one row of all that documents say of an entity, whatever their order.

    The strongest kind wins (`udfs.knowledge.entities.KINDS`), the smallest name stands for the others. A formula is the
    same entity in all languages: the first by name is kept.
    """
    strength = F.expr(f"find_in_set(kind, '{','.join(KINDS)}')")
    return found.groupBy("entity_id").agg(
        F.min("canonical").alias("canonical"),
        F.min_by("kind", strength).alias("kind"),
        F.min("language").alias("language"),
        F.min("name").alias("name"),
    )


def parts_of(row: Row) -> Iterable[dict[str, Any]]:
    """Kernel: the parts in which Spark NLP sees a document."""
    for number, text in enumerate(split_parts(row["text"])):
        yield {"doc_id": row["doc_id"], "language": row["language"], "part": number, "text": text}


def _annotated(parts: DataFrame, yake: bool) -> DataFrame:
    """Run the Spark NLP pipeline of each language group; a document's annotated parts come together again."""
    chinese = F.col("language") == _CHINESE
    groups = []
    for language, rows in ((_CHINESE, parts.where(chinese)), ("other", parts.where(~chinese))):
        made = build_pipeline(language, yake=yake).fit(rows).transform(rows)
        groups.append(made.select(*parts.columns, *annotations_columns(language, yake=yake)))
    annotated = reduce(lambda left, right: left.union(right), groups)
    part = F.struct("part", "text", SENTENCES, TOKENS, KEY_PHRASES)
    return annotated.groupBy("doc_id", "language").agg(F.collect_list(part).alias("parts"))


def _append_new(batch: Batch, table: str, rows: DataFrame) -> None:
    """Append rows whose key no earlier batch has written; another document may speak of the same thing."""
    key = list(TABLES[table].key)
    known = batch.lake.read(table).select(*key)
    batch.append(table, only(rows.join(known, key, "left_anti"), table))


JOB = Job(
    name="organize",
    run=run,
    sources=(Source("l2_documents"), Source("l3_documents")),
    writes={
        L4_ENTITIES.name: "true",
        L4_CLAIMS.name: "true",
        L4_EVIDENCE.name: "true",
        L4_VERDICTS.name: "true",
        LINEAGE.name: "child_table IN ('l4_claims', 'l4_entities')",
    },
    settings=("organize",),
    check=check,
    spark_nlp=True,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the job from a command line; returns the exit status."""
    return run_command(JOB, argv)


if __name__ == "__main__":
    sys.exit(main())
