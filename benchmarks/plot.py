"""The picture: messages a second of every design, and where the CPU time goes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, shown

PARTS = ("server", "postgres", "redis")
WINDOWS = {1: "#8db4d9", 4: "#3b6ea5"}


def draw(figures: Sequence[Figure], file: Path) -> bool:
    """Whether there was something to draw: it shows the scenario `throughput`."""
    values = {(f.scenario, f.design, f.what): f.value for f in figures}
    designs = list(dict.fromkeys(f.design for f in figures if f.scenario == "throughput"))
    if not designs:
        return False
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "confab"
    from matplotlib import pyplot

    picture, (left, right) = pyplot.subplots(1, 2, figsize=(11, 0.55 * len(designs) + 1.4))
    _speeds(left, values, designs)
    _costs(right, values, designs)
    picture.tight_layout()
    picture.savefig(file, metadata={"Date": None})
    pyplot.close(picture)
    return True


def _speeds(axes: Any, values: dict[tuple[str, str, str], float], designs: list[str]) -> None:
    for place, (window, color) in enumerate(WINDOWS.items()):
        speeds = [values["throughput", d, f"delivered, {window} outstanding"] for d in designs]
        rows = [row + (place - 0.5) * 0.4 for row in range(len(designs))]
        bars = axes.barh(rows, speeds, 0.4, color=color, label=f"{window} outstanding")
        axes.bar_label(bars, [shown(speed) for speed in speeds], padding=3, fontsize=8)
    axes.set_title("Delivered messages a second")
    axes.legend(frameon=False, fontsize=8, loc="center right")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.tick_params(axis="x", labelsize=7)
    _finish(axes, designs)


def _costs(axes: Any, values: dict[tuple[str, str, str], float], designs: list[str]) -> None:
    spent = [
        sum(values["cpu", design, f"CPU of {part}, 1 outstanding"] for part in PARTS)
        for design in designs
    ]
    bars = axes.barh(range(len(designs)), spent, 0.6, color=WINDOWS[1])
    axes.bar_label(bars, [shown(total) for total in spent], padding=3, fontsize=8)
    axes.set_xscale("log")
    axes.set_title("CPU µs per message (log scale)")
    _finish(axes, designs)


def _finish(axes: Any, designs: list[str]) -> None:
    axes.set_yticks(range(len(designs)), designs)
    axes.invert_yaxis()
    axes.margins(x=0.18)
    axes.spines[["top", "right"]].set_visible(False)
