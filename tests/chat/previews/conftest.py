"""A stranger's server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.chat.previews.sites import Site


@pytest.fixture
def stranger() -> Iterator[Site]:
    """Its first page says hello."""
    from tests.chat.previews.sites import HELLO, site

    with site() as made:
        made.paths["/"] = HELLO
        yield made
