"""``tierlake trace ID``: where a row came from, to its L0 bytes, what judged it, and all that came from it."""

from __future__ import annotations

import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.tree import Tree

from jobs.command import ConfOption, EnvironmentOption, LakeOption, SetOption, invoke, open_context, resolve_settings
from jobs.lake.lineage import Edge, ancestors, descendants, payload, rows_of, tables_of
from jobs.lake.store import Lake
from jobs.queries import plain
from udfs.errors import InputError

_SHOWN_CHARACTERS = 200
_VERDICTS = ("l1_verdicts", "l1_duplicates", "l2_labels", "l2_scores")


def trace(lake: Lake, row_id: str) -> dict[str, Any]:
    """Return everything known of a row, as plain data.

    Returns
    -------
    dict
        ``id``; ``tables`` that hold it; ``origins``: the L0 objects it comes from, with file, offset and SHA-256 of the
        bytes; ``path``: edges up to them; ``verdicts`` on it and its documents; ``descendants``: edges down.

    Raises
    ------
    InputError
        ``INPUT_NO_SUCH_ID``.
    """
    tables = tables_of(lake, row_id)
    if not tables:
        raise InputError("INPUT_NO_SUCH_ID", f"no table of {lake.location} has a row {row_id}; ids have 32 digits")
    up = ancestors(lake, [row_id])
    documents = sorted({row_id, *[edge.parent_id for edge in up]})
    origins = []
    for doc_id in documents:
        for row in rows_of(lake, "l0_documents", doc_id):
            content = payload(lake, doc_id) or b""
            origins.append({**row.asDict(), "sha256": hashlib.sha256(content).hexdigest()})
    return {
        "id": row_id,
        "tables": tables,
        "rows": {table: [row.asDict(recursive=True) for row in rows_of(lake, table, row_id)] for table in tables},
        "origins": origins,
        "path": [edge.__dict__ for edge in up],
        "verdicts": {
            table: [row.asDict(recursive=True) for doc_id in documents for row in rows_of(lake, table, doc_id)]
            for table in _VERDICTS
        },
        "descendants": [edge.__dict__ for edge in descendants(lake, [row_id])],
    }


def as_tree(found: dict[str, Any]) -> Tree:
    """Return a trace as a tree for people."""
    tree = Tree(f"{found['id']}  in {', '.join(found['tables'])}")
    for table, rows in found["rows"].items():
        branch = tree.add(table)
        for row in rows:
            for name, value in row.items():
                if value not in (None, [], {}):
                    branch.add(_line(name, value))
    branch = tree.add(f"from {len(found['origins'])} objects of L0")
    for origin in found["origins"]:
        node = branch.add(f"{origin['doc_id']}  {origin['uri']}")
        node.add(f"{origin['file']} at byte {origin['offset']}, {origin['payload_bytes']} bytes")
        node.add(f"sha256 {origin['sha256']}")
    if found["path"]:
        branch = tree.add("by way of")
        for edge in found["path"]:
            child, parent = (f"{edge[f'{side}_table']} {edge[f'{side}_id']}" for side in ("child", "parent"))
            branch.add(f"{child} <- {edge['relation']} <- {parent}")
    branch = tree.add("judged by")
    for table, rows in found["verdicts"].items():
        for row in rows:
            branch.add(
                _line(table, {key: value for key, value in row.items() if value not in (None, {}) and key != "doc_id"})
            )
    _add_descendants(tree, found)
    return tree


def _add_descendants(tree: Tree, found: dict[str, Any]) -> None:
    children: dict[str, list[Edge]] = defaultdict(list)
    for edge in found["descendants"]:
        children[edge["parent_id"]].append(Edge(**edge))
    branch = tree.add(f"{len(found['descendants'])} rows came from it")
    pending = [(branch, found["id"])]
    seen = {found["id"]}
    while pending:
        node, row_id = pending.pop()
        for edge in children[row_id]:
            below = node.add(f"{edge.relation}: {edge.child_table} {edge.child_id}")
            if edge.child_id not in seen:
                seen.add(edge.child_id)
                pending.append((below, edge.child_id))


def _line(name: str, value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(plain(value), ensure_ascii=False)
    text = " ".join(text.split())
    return f"{name}: {text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + '…'}"


def command(
    row_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a row of any tier.")],
    lake: LakeOption = None,
    env: EnvironmentOption = "local",
    conf: ConfOption = None,
    set_: SetOption = None,
    style: Annotated[str, typer.Option("--format", help="tree or json.")] = "tree",
    save: Annotated[Path | None, typer.Option("--payload", help="Write the L0 bytes of the id to this file.")] = None,
) -> None:
    """Trace a row from any tier to its L0 bytes and to all that came from it."""
    if style not in ("tree", "json"):
        raise InputError("INPUT_BAD_FORMAT", f"--format {style}; there are: tree, json")
    context = open_context(resolve_settings(lake, env, conf, set_), "trace", quiet=True)
    found = trace(context.lake, row_id)
    if save is not None:
        if not found["origins"]:
            raise InputError("INPUT_NO_ORIGIN", f"{row_id} leads to no object of L0")
        save.write_bytes(payload(context.lake, found["origins"][0]["doc_id"]) or b"")
    if style == "json":
        print(json.dumps(plain(found), ensure_ascii=False, indent=1))
    else:
        Console(markup=False, highlight=False, soft_wrap=True).print(as_tree(found))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return invoke(command, "tierlake trace", argv)


if __name__ == "__main__":
    sys.exit(main())
