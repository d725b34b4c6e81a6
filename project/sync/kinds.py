"""The kinds of update, and how each one's object looks to a user.

An app registers a renderer for its kinds. It gets the user and the references of one kind and
answers, for each, what this user's devices are told *now*: usually the object as it is, or a
removal when the user may no longer see it. Not there is not taken away: for an object of which
nothing is to be found, no tombstone and no mark of a removal either, it answers `NOT_FOUND`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from project.errors import Problem
from project.sync.log import Row
from project.wire import Nothing

logger = logging.getLogger(__name__)

PARTS = {
    "chat": ("message.", "chat.", "file.", "typing", "presence", "me.", "session."),
    "feed": ("notification.", "counts.", "import.", "contact.", "me.", "session."),
}


class Rendered(NamedTuple):
    """`kind` may differ from the stored one: an update of what is gone arrives as its removal."""

    kind: str
    data: Any


NOT_FOUND = Rendered("", None)
"""A renderer's answer for an object that cannot be found, which perhaps is not there *yet*: a
replica may be behind, another node may not have committed its half."""
SKIPPED = Rendered("skipped", {})
"""A position of which there is nothing to say. It is told all the same, since on `/ws/` each update
is the last one plus one."""
NOT_YET_SECONDS = 30.0
"""How long an update waits for its object. What has not come by then never will."""


class Kind(NamedTuple):
    name: str
    shape: type
    render: Callable[[int, Sequence[Row]], Sequence[Rendered]]


KINDS: dict[str, Kind] = {}
SIGNALS: dict[str, Any] = {}
"""What is told but not kept, and the shape of its data; registered by the apps."""


def kind(
    name: str, shape: type
) -> Callable[
    [Callable[[int, Sequence[Row]], Sequence[Rendered]]],
    Callable[[int, Sequence[Row]], Sequence[Rendered]],
]:
    """Register the decorated renderer, `(user_id, rows) -> one Rendered per row`, for one kind
    whose `data` is a `shape`. A renderer may be registered for several kinds."""

    def register(
        render: Callable[[int, Sequence[Row]], Sequence[Rendered]],
    ) -> Callable[[int, Sequence[Row]], Sequence[Rendered]]:
        KINDS[name] = Kind(name, shape, render)
        return render

    return register


def render(user_id: int, rows: Sequence[Row]) -> list[Rendered]:
    """What is told of each row, in order; each kind is rendered in one go, so queries do not grow
    with the number of rows.

    Of a kind that is unknown here (a newer release wrote it, or its app is gone) and of an object
    that is gone without a trace the position alone is told. The answer ends before the first row
    whose object is not there yet; if that is the very first row, `unavailable` is raised.
    """
    found: dict[int, Rendered] = {}
    for name in {row.kind for row in rows}:
        wanted = [row for row in rows if row.kind == name]
        render_kind = KINDS[name].render if name in KINDS else _skip
        found |= zip((row.pts for row in wanted), render_kind(user_id, wanted), strict=True)
    told: list[Rendered] = []
    for row in rows:
        rendered = found[row.pts]
        if rendered is NOT_FOUND:
            if row.age < NOT_YET_SECONDS:
                break
            logger.warning("an update's object is gone: %s of user %s", row, user_id)
            rendered = SKIPPED
        told.append(rendered)
    if rows and not told:
        raise Problem("unavailable", "An update's object is not there yet.", retry_after=1)
    return told


@kind(SKIPPED.kind, Nothing)
def _skip(user_id: int, rows: Sequence[Row]) -> list[Rendered]:
    return [SKIPPED for _ in rows]


def told_on(part: str | None, kind: str) -> bool:
    """Whether the socket of this part (None is the whole) tells updates or signals of this kind."""
    return part is None or kind.startswith(PARTS[part])
