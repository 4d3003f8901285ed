"""Every table of the lake, declared once: a module a tier.

Long text lives in the document tables and is never rewritten; scores, verdicts and labels are narrow tables by id.
"""

from __future__ import annotations

from jobs.lake.schema import Table
from jobs.lake.tables.bookkeeping import LINEAGE, LLM_CALLS, PROGRESS, RUNS, TIER_STATS
from jobs.lake.tables.l0 import L0_DOCUMENTS, L0_FILES, L0_QUARANTINE
from jobs.lake.tables.l1 import L1_BANDS, L1_DOCUMENTS, L1_DUPLICATES, L1_PARSED, L1_PASSAGES, L1_VERDICTS
from jobs.lake.tables.l2 import L2_DOCUMENTS, L2_LABELS, L2_SCORES
from jobs.lake.tables.l3 import L3_DOCUMENTS, L3_VERDICTS
from jobs.lake.tables.l4 import L4_CLAIMS, L4_ENTITIES, L4_EVIDENCE, L4_VERDICTS

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        L0_DOCUMENTS,
        L0_FILES,
        L0_QUARANTINE,
        L1_PARSED,
        L1_VERDICTS,
        L1_BANDS,
        L1_DUPLICATES,
        L1_PASSAGES,
        L1_DOCUMENTS,
        LLM_CALLS,
        L2_LABELS,
        L2_SCORES,
        L2_DOCUMENTS,
        L3_DOCUMENTS,
        L3_VERDICTS,
        L4_ENTITIES,
        L4_CLAIMS,
        L4_EVIDENCE,
        L4_VERDICTS,
        LINEAGE,
        RUNS,
        PROGRESS,
        TIER_STATS,
    )
}
