"""A short form of `tests.search.leaks`."""

from __future__ import annotations

import pytest

from tests.search import leaks
from tests.search.engines import Engine


@pytest.mark.parametrize("seed", [1])
def test_answers_are_exactly_what_history_shows(engine: Engine, seed: int) -> None:
    leaks.run(seed, 60, engine.catch_up)
