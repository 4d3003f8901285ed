"""What a small page becomes when all of its blocks are kept."""

from __future__ import annotations

from udfs.html.code_tabs import place_tab_names
from udfs.html.formulas import mark_formulas
from udfs.html.render import render
from udfs.html.source import Source
from udfs.html.tree import parse_tree
from udfs.html.walker import page_flow

LINES = "a = 1\n\n  b = 2"


def rendered(markup: str, single_marks: str = "") -> str:
    root = parse_tree(f"<html><body>{markup}</body></html>")
    assert root is not None
    source = Source(markup.lower().encode())
    mark_formulas(root, source)
    place_tab_names(root, source)
    flow = page_flow(root, single_marks)
    return render(flow.blocks, flow.containers)


def fenced(code: str, language: str = "") -> str:
    return f"```{language}\n{code}\n```"
