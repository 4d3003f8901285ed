"""Filtering rules: computed values, comparisons and thresholds with their sources."""
