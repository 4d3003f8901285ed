-- One row a captured object: how far it got, and what stopped it.
SELECT d.doc_id, d.source, d.uri,
       CASE WHEN l2.doc_id IS NOT NULL THEN 'L2' WHEN l1.doc_id IS NOT NULL THEN 'L1' ELSE 'L0' END AS tier,
       coalesce(q.stage, v.stage, CASE WHEN s.keep = false THEN 'select' END) AS stopped_by,
       coalesce(q.reason, v.reason, s.reason) AS reason,
       coalesce(v.value, s.score) AS value,
       coalesce(v.threshold, s.threshold) AS threshold
FROM l0_documents d
LEFT JOIN l1_documents l1 ON l1.doc_id = d.doc_id
LEFT JOIN l2_documents l2 ON l2.doc_id = d.doc_id
LEFT JOIN l0_quarantine q ON q.doc_id = d.doc_id AND q.stage = 'parse'
LEFT JOIN l1_verdicts v ON v.doc_id = d.doc_id AND NOT v.keep
LEFT JOIN l2_scores s ON s.doc_id = d.doc_id
