"""The short form of `python -m tests.push.sequences`."""

from __future__ import annotations

import pytest

from feed.push import pacing
from tests.push.sequences import run


def test_random_sequences_keep_to_the_rules() -> None:
    assert run(3000, seed=7) == 3000


@pytest.mark.parametrize("surface", ["apple", "browser"])
def test_the_sequences_find_a_rule_that_is_too_generous(
    surface: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = pacing.may_retract

    def generous(where: pacing.Surface, tag: str, up: frozenset[str]) -> bool:
        return real("app" if where == surface else where, tag, up)

    monkeypatch.setattr(pacing, "may_retract", generous)
    with pytest.raises(AssertionError, match="silent push"):
        run(3000, seed=7)
