-- Claims with the number of documents that state them, one quotation, and where it stands.
SELECT c.claim_id, c.subject, c.predicate, c.object, c.polarity, c.confidence, c.language,
       count(DISTINCT e.doc_id) AS documents, min_by(e.quote, e.evidence_id) AS quote, min_by(e.doc_id, e.evidence_id) AS doc_id
FROM l4_claims c JOIN l4_evidence e ON e.target_id = c.claim_id
GROUP BY ALL
