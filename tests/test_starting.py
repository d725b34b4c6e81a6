"""How lightly a process starts."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

NAMED = "import sys, asgi; print(*sorted({'elasticsearch', 'twisted', 'boto3'} & set(sys.modules)))"


def test_nobody_loads_what_only_others_have() -> None:
    """Elasticsearch's client, daphne's Twisted and S3's boto3 take half a second of CPU and some
    thirty megabytes, in every process."""
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", NAMED], cwd=ROOT, capture_output=True, check=True
    )
    assert found.stdout.decode().split() == []
