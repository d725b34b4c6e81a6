"""The random walk, in short."""

from __future__ import annotations

import pytest

from tests.apart import apart
from tests.feed import walk
from tests.people import Person


@pytest.mark.parametrize("seed", [1, 2])
def test_the_feed_agrees_with_its_model(
    alice: Person, bob: Person, mallory: Person, seed: int
) -> None:
    people = [int(person.id) for person in (alice, bob, mallory)]
    apart(lambda: walk.run(people, steps=250, seed=seed))
