"""The short form of the campaign: all faults that everyday operation brings, in one run."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from tests.faults import report
from tests.faults.checkers import check
from tests.faults.rig import Rig
from tests.faults.scenarios import SHORT


@pytest.mark.faults
def test_nothing_is_lost_through_kills_and_outages(tmp_path: Path) -> None:
    """A killed web process, a killed Redis and a PostgreSQL that crashes and recovers."""
    seed = random.SystemRandom().randrange(2**32)
    run = asyncio.run(Rig(SHORT, tmp_path, seed).run())
    found = check(run)
    assert not any(found.values()), f"seed {seed}\n{report.verdict(found)}"
    stored = sum(len(rows) for rows in run.truth.rows.values())
    assert stored > 100, "too little was sent to prove anything"
    assert {e.kind for e in run.of("phase")} >= {phase.name for phase in SHORT.phases}
