"""Lists in pages."""

from __future__ import annotations

from django.db.models import Q

from accounts.doors import inputs, wire
from accounts.models import Session
from accounts.reading import glimpses, selectors
from accounts.reading.selectors import blocks_of
from accounts.reading.shapes import block_output, session_output
from project.errors import Problem, invalid


def list_blocks(user_id: int, query: inputs.PageQuery) -> wire.BlockList:
    """Newest first; the cursor is the last block's number."""
    blocks = blocks_of(user_id)
    if query.cursor is not None:
        blocks = blocks.filter(pk__lt=_position(query.cursor))
    found = list(blocks[: query.limit + 1])
    page = found[: query.limit]
    results = [block_output(block) for block in page]
    more = len(found) > query.limit
    return wire.BlockList(results=results, next=str(page[-1].pk) if more else None)


def list_sessions(user_id: int, current: int, query: inputs.PageQuery) -> wire.SessionList:
    """The current one first, then as they were opened, newest first: an order that using a device
    does not change. The cursor is the last session's number."""
    alive = selectors.alive().filter(user_id=user_id)
    others = alive.exclude(pk=current).order_by("-created_at", "-pk")
    first = list(alive.filter(pk=current)) if query.cursor is None else []
    if query.cursor not in (None, str(current)):
        others = others.filter(_opened_before(user_id, query.cursor or ""))
    found = [*first, *others[: query.limit + 1]]
    page = found[: query.limit]
    results = [session_output(session, current) for session in page]
    more = len(found) > query.limit
    return wire.SessionList(results=results, next=str(page[-1].pk) if more else None)


def _opened_before(user_id: int, cursor: str) -> Q:
    """A session that has ended since still marks its place."""
    last = Session.objects.filter(user_id=user_id, pk=_position(cursor)).first()
    if last is None:
        raise _not_ours()
    return Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, pk__lt=last.pk)


def find_users(viewer_id: int, query: inputs.UsersQuery) -> wire.UserList:
    """One or none, so there is never another page, and no cursor is ours."""
    if query.cursor is not None:
        raise _not_ours()
    found = selectors.find_by_username(query.username)
    return wire.UserList(results=[glimpses.seen_by(viewer_id, found)] if found else [])


def _position(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise _not_ours()
    return int(cursor)


def _not_ours() -> Problem:
    return invalid("/cursor", "This cursor is none of ours.")
