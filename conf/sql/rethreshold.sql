-- Filter values as columns: what would a threshold keep? For example SELECT count_if(words >= 80) FROM rethreshold.
SELECT v.doc_id, p.uri, p.kind, p.language, v.keep, v.reason, v.value, v.threshold,
       v.values['language_score'] AS language_score, v.values AS filter_values
FROM l1_verdicts v JOIN l1_parsed p ON p.doc_id = v.doc_id WHERE v.stage = 'filter'
