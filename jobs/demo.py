"""``make demo``: every tier, from pages of our own and from the descriptions and sources of installed packages."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from jobs.command import ConfOption, QuietOption, SetOption, invoke, resolve_settings
from jobs.pipeline import run_pipeline, selected
from udfs.errors import InputError

# Small, well-written packages that the requirement files install.
_PACKAGES = ("click", "jinja2", "rich", "typer", "idna", "packaging")

# What a model on two cores answers in a few minutes. So few labels prove no classifier: the demo asks for no proof.
_LIMITS = (
    "label.limit=48",
    "train.min_auc=0.0",
    "refine.limits={edit: 24, qa: 6, textbook: 3}",
    "refine.max_lines=12",
    "organize.yake=false",
)


def demo_inputs(data: Path, packages: Path) -> list[str]:
    """Return the inputs of the demo, as ``NAME=PATH``.

    Raises
    ------
    InputError
        ``INPUT_NO_SUCH_PATH`` outside a checkout: the pages are not part of the wheel.
    """
    if not (data / "demo.warc.gz").exists():
        raise InputError("INPUT_NO_SUCH_PATH", f"the demo's pages are not in {data}; run it in a checkout of tierlake")
    sources = [f"sources={packages / name}" for name in _PACKAGES if (packages / name).is_dir()]
    return [
        f"pages={data / 'demo.warc.gz'}",
        f"formats={data / 'formats'}",
        f"descriptions={packages}/*.dist-info/METADATA",
        *sources,
    ]


def command(
    lake: Annotated[str, typer.Option("--lake", help="Folder of the demo's lake.")] = "lake/demo",
    conf: ConfOption = None,
    set_: SetOption = None,
    quiet: QuietOption = False,
) -> None:
    """Take the demo's documents through every tier, L0 to L4."""
    root = Path(__file__).resolve().parent.parent
    data = root / "tests" / "data"
    inputs = demo_inputs(data, Path(sysconfig.get_path("purelib")))
    benchmarks = sorted(str(path) for path in (data / "benchmarks").glob("*.jsonl"))
    settings = resolve_settings(lake, "local", conf, [*_LIMITS, *(set_ or [])], inputs, benchmarks)
    run_pipeline(settings, selected(None, []), quiet)
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"report: {Path(lake) / 'report.html'}", markup=False)
    console.print(
        f"""next:   tierlake sql --lake {lake} "SELECT * FROM rejections ORDER BY documents DESC\"""", markup=False
    )
    console.print(
        f"""        tierlake sql --lake {lake} "SELECT claim_id, subject, predicate, object FROM claims LIMIT 20\"""",
        markup=False,
    )
    console.print(f"        tierlake trace --lake {lake} CLAIM_ID", markup=False)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return invoke(command, "make demo", argv)


if __name__ == "__main__":
    sys.exit(main())
