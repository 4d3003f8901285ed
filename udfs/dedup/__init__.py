"""Near-duplicates and benchmark leaks: signatures, exact similarity, representatives, n-gram evidence."""
