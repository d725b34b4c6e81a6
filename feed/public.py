"""What other apps, and the embedding application, may use of the feed.

`docs/embedding.md` shows how. Everything here is synchronous; ids are those of the wire. What is
refused raises `project.errors.Problem`.
"""

from __future__ import annotations

from feed.following.sources import Asked, Source, Standing, register_source
from feed.following.touching import touch, touch_on_commit
from feed.kinds import Kind, register_kind
from feed.models import Item
from feed.publishing.publish import publish
from feed.publishing.withdraw import withdraw

__all__ = [
    "Asked",
    "Item",
    "Kind",
    "Source",
    "Standing",
    "publish",
    "register_kind",
    "register_source",
    "touch",
    "touch_on_commit",
    "withdraw",
]
