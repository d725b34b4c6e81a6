"""The kinds of update, and how each one's object looks to a user.

An app registers a renderer for its kinds. It gets the user and the references of one kind and
answers, for each, what this user's devices are told *now*: usually the object as it is, or a
removal when the user may no longer see it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from project.sync.log import Row

PARTS = {
    "chat": ("message.", "chat.", "file.", "typing", "presence", "me.", "session."),
    "feed": ("notification.", "counts.", "import.", "contact.", "me.", "session."),
}


class Rendered(NamedTuple):
    """`kind` may differ from the stored one: an update of what is gone arrives as its removal."""

    kind: str
    data: Any


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
    """One Rendered per row, in order; each kind is rendered in one go, so queries do not grow with
    the number of rows."""
    result: dict[int, Rendered] = {}
    for name in {row.kind for row in rows}:
        wanted = [row for row in rows if row.kind == name]
        for row, rendered in zip(wanted, KINDS[name].render(user_id, wanted), strict=True):
            result[row.pts] = rendered
    return [result[row.pts] for row in rows]


def told_on(part: str | None, kind: str) -> bool:
    """Whether the socket of this part (None is the whole) tells updates or signals of this kind."""
    return part is None or kind.startswith(PARTS[part])
