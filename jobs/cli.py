"""The ``tierlake`` command: picks the module of a command and hands the rest of the line to it."""

from __future__ import annotations

import difflib
import importlib
import sys
from collections.abc import Sequence

import jobs
from jobs.registry import COMMANDS


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``tierlake COMMAND ...``; returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    if arguments[0] == "--version":
        print(f"tierlake {jobs.__version__}")
        return 0
    name, rest = arguments[0], arguments[1:]
    for command in COMMANDS:
        if command.name == name:
            return int(importlib.import_module(command.module).main(rest))
    close = difflib.get_close_matches(name, [command.name for command in COMMANDS], n=1)
    hint = f"did you mean '{close[0]}'?" if close else "`tierlake --help` lists them"
    print(f"tierlake: no command '{name}'; {hint}", file=sys.stderr)
    return 2


def usage() -> str:
    """Return the list of commands.

    Examples
    --------
    >>> print(usage().splitlines()[0])
    usage: tierlake COMMAND [--help] [options]
    """
    width = max(len(command.name) for command in COMMANDS)
    lines = ["usage: tierlake COMMAND [--help] [options]", ""]
    lines += [f"  {command.name:<{width}}  {command.help}" for command in COMMANDS]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
