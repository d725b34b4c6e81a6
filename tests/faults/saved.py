"""A run on disk, to be checked again later."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tests.faults.checkers.run import Run
from tests.faults.history import load

NAME = "run.msgpack"


def save_run(run: Run, directory: Path) -> None:
    """All but the events, which `history.jsonl` holds already."""
    slim = msgspec.structs.replace(run, events=[])
    (directory / NAME).write_bytes(msgspec.msgpack.encode(slim))


def load_run(directory: Path) -> Run:
    run = msgspec.msgpack.decode((directory / NAME).read_bytes(), type=Run, strict=False)
    return msgspec.structs.replace(run, events=load(directory))
