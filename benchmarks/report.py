"""Showing the figures: JSON for machines, a table and a plot for people."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, shown
from benchmarks.plot import draw

RESULTS = Path(__file__).parent / "results"
VERDICTS = {None: "", True: "kept", False: "missed"}


def write(figures: Sequence[Figure], facts: dict[str, Any], folder: Path = RESULTS) -> Path:
    """Write `<date>.json`, `.md`, `.svg`, and the table again as `latest.md`; that file's path."""
    folder.mkdir(parents=True, exist_ok=True)
    date = dt.datetime.now(dt.UTC).date().isoformat()
    document = {"date": date, **facts, "figures": [figure.as_json() for figure in figures]}
    (folder / f"{date}.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    plotted = draw(figures, folder / f"{date}.svg")
    picture = f"\n![Messages a second and CPU time per message]({date}.svg)\n" if plotted else ""
    page = f"# Benchmarks of {date}\n\n{_about(facts)}\n{picture}\n{table(figures)}"
    (folder / f"{date}.md").write_text(page)
    latest = folder / "latest.md"
    latest.write_text(page)
    return latest


def table(figures: Sequence[Figure]) -> str:
    """All figures as a table in Markdown."""
    rows = ["| scenario | design | what | value | goal | |", "|---|---|---|---:|---:|---|"]
    rows += [
        f"| {figure.scenario} | {figure.design} | {figure.what} "
        f"| {shown(figure.value)} {figure.unit} | {figure.goal or ''} | {VERDICTS[figure.kept]} |"
        for figure in figures
    ]
    return "\n".join(rows) + "\n"


def _about(facts: dict[str, Any]) -> str:
    return "".join(f"- {name.replace('_', ' ')}: {value}\n" for name, value in facts.items())
