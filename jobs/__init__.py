"""Jobs: which tables, which kernels, in which order. One module a job."""

__version__ = "0.1.0"
