"""Kernels: pure functions on text, bytes and Arrow batches. They know no session and no table."""
