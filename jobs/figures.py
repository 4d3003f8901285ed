"""The figures of the report, as SVG text that stands on its own."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_KEPT, _REJECTED, _LINE = "#1f6f8b", "#d8a48f", "#b23a48"
_ROW_INCHES = 0.32


def _figure(rows: int, height: float | None = None) -> tuple[Any, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, height or max(1.2, 0.7 + _ROW_INCHES * rows)), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _svg(figure: Any) -> str:
    from matplotlib import rc_context

    target = io.StringIO()
    # Equal data gives equal files: no date, and ids that do not change from run to run.
    with rc_context({"svg.hashsalt": "tierlake", "svg.fonttype": "none"}):
        figure.savefig(target, format="svg", metadata={"Date": None})
    text = target.getvalue()
    return text[text.index("<svg") :]


def _empty() -> str:
    return '<p class="note">nothing to draw yet</p>'


def stacked_bars(labels: Sequence[str], kept: Sequence[float], rejected: Sequence[float]) -> str:
    """Draw what each gate kept and turned away, the first gate on top."""
    if not labels:
        return _empty()
    figure, axes = _figure(len(labels))
    places = range(len(labels))
    axes.barh(places, kept, color=_KEPT, label="kept")
    axes.barh(places, rejected, left=kept, color=_REJECTED, label="rejected")
    axes.set_yticks(places, labels)
    axes.invert_yaxis()
    axes.set_xlabel("candidates")
    axes.legend(frameon=False, loc="lower right")
    return _svg(figure)


def bars(labels: Sequence[str], amounts: Sequence[float], unit: str, rejected: bool = False) -> str:
    """Draw one bar a label, the first on top."""
    if not labels:
        return _empty()
    figure, axes = _figure(len(labels))
    axes.barh(range(len(labels)), amounts, color=_REJECTED if rejected else _KEPT)
    axes.set_yticks(range(len(labels)), labels)
    axes.invert_yaxis()
    axes.set_xlabel(unit)
    return _svg(figure)


def histogram(counts: Sequence[float], thresholds: Sequence[float]) -> str:
    """Draw how scores from 0 to 1 are spread over bins of equal width, with the thresholds as lines."""
    if not any(counts):
        return _empty()
    figure, axes = _figure(0, height=3.0)
    width = 1 / len(counts)
    axes.bar([(place + 0.5) * width for place in range(len(counts))], counts, width=width * 0.92, color=_KEPT)
    for threshold in thresholds:
        axes.axvline(threshold, color=_LINE, linestyle="--", linewidth=1.2)
    axes.set_xlim(0, 1)
    axes.set_xlabel("score")
    axes.set_ylabel("documents")
    return _svg(figure)
