"""From documents to knowledge (tier L4): annotations, entities, claims, evidence and their verification."""
