-- How many documents each gate saw, kept and turned away, tier by tier.
SELECT 'L0' AS tier, 'ingest' AS gate, count(*) AS candidates, count(*) AS kept, 0 AS rejected FROM l0_documents
UNION ALL
SELECT 'L1', 'parse', (SELECT count(*) FROM l0_documents), (SELECT count(*) FROM l1_parsed),
       (SELECT count(*) FROM l0_quarantine WHERE stage = 'parse')
UNION ALL
SELECT 'L1', stage, count(*), count_if(keep), count_if(NOT keep) FROM l1_verdicts GROUP BY stage
UNION ALL
SELECT 'L2', 'select', count(*), count_if(keep), count_if(NOT keep) FROM l2_scores
UNION ALL
SELECT 'L3', concat('refine ', task), count(*), count_if(keep), count_if(NOT keep) FROM l3_verdicts GROUP BY task
UNION ALL
SELECT 'L4', 'organize', count(*), count_if(keep), count_if(NOT keep) FROM l4_verdicts
