-- Every parent of every row, those that keep their id from tier to tier among them.
SELECT child_id, child_table, parent_id, parent_table, relation FROM lineage
UNION ALL
SELECT doc_id, 'l1_documents', doc_id, 'l0_documents', 'parsed' FROM l1_documents
UNION ALL
SELECT doc_id, 'l2_documents', doc_id, 'l1_documents', 'selected' FROM l2_documents
