"""From a web page to its main text, with formulas, code and structure kept."""

from udfs.html.page import MAX_BYTES, Page, PageError, parse

__all__ = ["MAX_BYTES", "Page", "PageError", "parse"]
