"""The pure parts of the client library, which Node runs: `node --test tests/browser/client/`."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

NODE = shutil.which("node")
CLIENT = Path(__file__).parent / "client"


@pytest.mark.skipif(NODE is None, reason="node is not installed")
def test_the_client_library() -> None:
    assert NODE is not None
    files = [str(path) for path in sorted(CLIENT.glob("*.test.mjs"))]
    command = [NODE, "--test", "--test-concurrency=2", *files]
    run = subprocess.run(command, capture_output=True, text=True, timeout=150)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "# pass 0" not in run.stdout
