"""A short form of `tests.search.leaks`."""

from __future__ import annotations

import pytest

from tests.search import leaks
from tests.search.engines import Engine
from tests.search.stragglers import lose_memory


@pytest.mark.parametrize("seed", [1, 2])
def test_answers_are_exactly_what_history_shows(engine: Engine, seed: int) -> None:
    forget = lose_memory if engine.name == "elasticsearch" else None
    leaks.run(seed, 100, engine.catch_up, forget)
