-- Why candidates were turned away, by gate and reason.
SELECT 'L0' AS tier, stage AS gate, reason, count(*) AS documents FROM l0_quarantine GROUP BY stage, reason
UNION ALL
SELECT 'L1', stage, reason, count(*) FROM l1_verdicts WHERE NOT keep GROUP BY stage, reason
UNION ALL
SELECT 'L2', 'select', reason, count(*) FROM l2_scores WHERE NOT keep GROUP BY reason
UNION ALL
SELECT 'L3', concat('refine ', task), reason, count(*) FROM l3_verdicts WHERE NOT keep GROUP BY task, reason
UNION ALL
SELECT 'L4', 'organize', reason, count(*) FROM l4_verdicts WHERE NOT keep GROUP BY reason
