"""What the store holds is what files need, and what people get is what was uploaded (C16)."""

from __future__ import annotations

from tests.faults.checkers.run import Run, Violation


def c16_bytes(run: Run) -> list[Violation]:
    """Each message with a file gives its bytes, and after the sweep the store holds nothing that is
    no file's: nothing of deleted ones, nothing half done, nothing of workers that died. Says
    nothing of runs without uploads."""
    files = run.truth.store
    if files is None:
        return []
    uploaded = {e.kind: e.h for e in run.of("upload")}
    keys = set(files.keys)
    return [
        Violation(f"file {file} is in a message and gives {content}")
        for file, content in files.contents.items()
        if content != uploaded.get(file)
    ] + [
        Violation(f"{name} is in the store and belongs to no file")
        for name in files.objects
        if name.partition("/")[2] not in keys
    ]
