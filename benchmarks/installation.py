"""A server with files on disk, and if wanted a worker, as the launcher starts them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.designs import Design
from benchmarks.ground import ROOT, STOP_SECONDS, Ground, Server
from project.embedded.tether import spawn
from project.launch.plan import worker


def with_files(ground: Ground, design: Design) -> Design:
    """The design with a folder of its own to keep files in."""
    folder = ground.folder / f"files of {design.name}"
    folder.mkdir(exist_ok=True)
    return replace(design, env={**design.env, "DATA_DIR": str(folder), "MEDIA_ROOT": str(folder)})


@contextmanager
def served(ground: Ground, design: Design) -> Iterator[Server]:
    server = design.serve(ground)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def working(ground: Ground, design: Design) -> Iterator[int]:
    """Celery's processes; the id of the first of them."""
    child = worker()
    env = {**os.environ, **design.settings(ground), **child.env}
    with (ground.folder / "worker.log").open("ab") as log:
        process = spawn(child.command, cwd=ROOT, env=env, output=log)
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def size_of(folder: Path) -> int:
    """Bytes of all files in it."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
