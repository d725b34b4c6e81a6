"""Taking in an upload: from the connection to the disk, piece by piece.

The body is never held: a piece is asked for when the one before it is written. It goes to a draft
of its own, which becomes the object in one step, under the file's lock and only while the file
still waits for its bytes; whatever ends the upload before leaves nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import BinaryIO, NamedTuple

from django.db import transaction

from project.errors import Problem
from project.files.models import File, State
from project.files.stores.disk import DiskStore, discard, is_lost, sync
from project.files.transfer import threads
from project.files.transfer.tokens import read_upload_token
from project.replies import Event, Receive, header
from project.sync.threads import run as run_query

PIECE = 64 * 1024
QUIET_SECONDS = 60.0
LONGEST_SECONDS = 3600.0  # as long as a file waits for its bytes
LABEL = "upload"


class ClientLeft(Exception):  # nothing went wrong here
    """The connection ended before the body did."""


class Incoming(NamedTuple):
    file_id: int
    key: str
    size: int
    draft: BinaryIO


async def take(store: DiskStore, token: str, scope: Event, receive: Receive) -> None:
    """Store the body of a request as the file's bytes. Raises Problem: `not_found`, `forbidden`
    (too late), `version_conflict` (not the time for it), `unsupported_media`, `too_large`,
    `validation` (too short or too slow). Raises ClientLeft, and OSError when the disk fails."""
    file_id = read_upload_token(token)
    told = header(scope, b"content-type"), header(scope, b"content-length")
    incoming = await run_query(_begin, store, file_id, *told)
    try:
        await _write_in_time(incoming, receive)
        await threads.run(sync, incoming.draft)
        await run_query(_finish, store, incoming)
        await threads.run(store.keep, "incoming", incoming.key)
    except BaseException:
        discard(incoming.draft)
        raise
    finally:
        incoming.draft.close()


@transaction.atomic
def _begin(store: DiskStore, file_id: int, content_type: str, length: str) -> Incoming:
    """What is refused at once takes nothing away from an upload that is under way."""
    file = _waiting(file_id)
    if content_type.lower() != file.content_type:
        raise Problem("unsupported_media", f"It was announced as {file.content_type}.")
    if length.isdigit():
        _check(int(length), file.size)
    return Incoming(file_id, file.key, file.size, store.draft("incoming", file.key, LABEL))


def _waiting(file_id: int) -> File:
    """The file, locked, if it waits for its bytes."""
    file = File.objects.select_for_update().filter(pk=file_id).first()
    if file is None:
        raise Problem("not_found")
    if file.state != State.PENDING:
        raise Problem("version_conflict", "The upload of this file is complete.")
    return file


def _check(taken: int, size: int) -> None:
    if taken > size:
        raise Problem("too_large", f"It was announced with {size} bytes.")
    if taken < size:
        raise Problem("validation", f"It was announced with {size} bytes, not {taken}.")


async def _write_in_time(incoming: Incoming, receive: Receive) -> None:
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            await _write(incoming, receive)
    except TimeoutError:
        raise Problem("validation", "The body did not come in time.") from None


async def _write(incoming: Incoming, receive: Receive) -> None:
    taken = 0
    async for piece in _pieces(receive):
        taken += len(piece)
        if taken > incoming.size:
            break
        await threads.run(incoming.draft.write, piece)
        if is_lost(incoming.draft):
            raise Problem("version_conflict", "Another upload of this file has begun.")
    _check(taken, incoming.size)


async def _pieces(receive: Receive) -> AsyncIterator[bytes | bytearray]:
    """The body in pieces of at least `PIECE` bytes, but for the last."""
    piece, more = bytearray(), True
    while more:
        event = await _next(receive)
        body, more = event.get("body", b""), event.get("more_body", False)
        if piece or len(body) < PIECE:
            piece += body
            body = piece
        if len(body) >= PIECE or not more:
            yield body
            piece = bytearray()


async def _next(receive: Receive) -> Event:
    async with asyncio.timeout(QUIET_SECONDS):
        event = await receive()
    if event["type"] == "http.disconnect":
        raise ClientLeft
    return event


@transaction.atomic
def _finish(store: DiskStore, incoming: Incoming) -> None:
    _waiting(incoming.file_id)
    if is_lost(incoming.draft):
        raise Problem("version_conflict", "Another upload of this file has begun.")
    store.finish("incoming", incoming.key, incoming.draft)
