"""Reading of every input format into capture records: WARC, ARC, WET, pages, text, code, PDF, JSONL and Parquet."""
