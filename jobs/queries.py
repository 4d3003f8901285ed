"""``tierlake sql``: ad-hoc SQL over the tables and views of a lake."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from jobs.command import ConfOption, EnvironmentOption, LakeOption, SetOption, invoke, open_context, resolve_settings
from jobs.lake.views import register
from udfs.errors import InputError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, Row

_CELL_CHARACTERS = 80


def plain(value: Any) -> Any:
    """Return a value that JSON and CSV can hold."""
    if isinstance(value, bytes | bytearray):
        return bytes(value).hex()
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple) and hasattr(value, "asDict"):
        return plain(value.asDict())
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def show(columns: Sequence[str], rows: Sequence[Row], style: str) -> None:
    """Print rows as a table, as JSON (a list of objects) or as CSV with a header."""
    records = [[plain(value) for value in row] for row in rows]
    if style == "json":
        print(json.dumps([dict(zip(columns, record, strict=True)) for record in records], ensure_ascii=False, indent=1))
    elif style == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(
            [json.dumps(cell, ensure_ascii=False) if isinstance(cell, dict | list) else cell for cell in record]
            for record in records
        )
    else:
        table = Table(*columns)
        for record in records:
            table.add_row(*[_cell(value) for value in record])
        Console(width=None if sys.stdout.isatty() else 200, markup=False, highlight=False).print(table)


def _cell(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= _CELL_CHARACTERS else text[: _CELL_CHARACTERS - 1] + "…"


def query(
    statement: Annotated[str, typer.Argument(help="A query; tables and views go by their plain names.")],
    lake: LakeOption = None,
    env: EnvironmentOption = "local",
    conf: ConfOption = None,
    set_: SetOption = None,
    style: Annotated[str, typer.Option("--format", help="table, json or csv.")] = "table",
    limit: Annotated[int, typer.Option("--limit", help="Rows shown.")] = 1000,
) -> None:
    """Run a query over the lake."""
    if style not in ("table", "json", "csv"):
        raise InputError("INPUT_BAD_FORMAT", f"--format {style}; there are: table, json, csv")
    context = open_context(resolve_settings(lake, env, conf, set_), "sql", quiet=True)
    register(context.lake)
    found = _run(context.spark, statement)
    show(found.columns, found.limit(limit).collect(), style)


def _run(spark: Any, statement: str) -> DataFrame:
    from pyspark.errors import AnalysisException, ParseException

    try:
        return spark.sql(statement)
    except (AnalysisException, ParseException) as error:
        first = str(error).strip().splitlines()[0]
        raise InputError("INPUT_BAD_QUERY", f"{first} (SHOW TABLES lists what there is)") from None


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return invoke(query, "tierlake sql", argv)


if __name__ == "__main__":
    sys.exit(main())
