"""Lists in pages."""

from __future__ import annotations

from accounts import inputs, wire
from accounts.selectors import blocks_of
from accounts.shapes import block_output
from project.errors import invalid


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


def _position(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise invalid("/cursor", "This cursor is none of ours.")
    return int(cursor)
