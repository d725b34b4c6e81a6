"""Giving out a file's content by a link: as a download and nothing else, from the disk to the
connection piece by piece."""

from __future__ import annotations

import asyncio
import hashlib
import os
from typing import BinaryIO, NamedTuple

from project.errors import Problem
from project.files.doors.names import attachment, thumbnail_name
from project.files.reading.selectors import get_content_for
from project.files.stores.disk import DiskStore
from project.files.transfer import threads
from project.files.transfer.ranges import Span, Unsatisfiable, is_held, span_of
from project.files.transfer.tokens import read_download_token
from project.replies import Event, Header, Receive, Send, header, reply
from project.sync.threads import run as run_query

PIECE = 256 * 1024
STALLED_SECONDS = 60.0


class Outgoing(NamedTuple):
    """An open object, and all that is told about it."""

    content: BinaryIO
    size: int
    tag: str
    content_type: str
    name: str


async def give(
    store: DiskStore, token: str, scope: Event, receive: Receive, send: Send, more: list[Header]
) -> None:
    """Answer a GET or HEAD. Raises `not_found` and `forbidden` (the link is over)."""
    outgoing = await run_query(_open, store, token)
    try:
        await _answer(outgoing, scope, receive, send, more)
    finally:
        outgoing.content.close()


def _open(store: DiskStore, token: str) -> Outgoing:
    """Whether the person may have it is asked anew for each request."""
    link = read_download_token(token)
    file = get_content_for(link.user_id, link.file_id, link.thumbnail)
    place = "thumbnails" if link.thumbnail else "content"
    try:
        content = store.open(place, file.key)
    except FileNotFoundError:
        raise Problem("not_found") from None
    tag = hashlib.blake2b(f"{place}/{file.key}".encode(), digest_size=12).hexdigest()
    return Outgoing(
        content,
        os.fstat(content.fileno()).st_size,
        f'"{tag}"',
        "image/webp" if link.thumbnail else file.content_type,
        thumbnail_name(file.name) if link.thumbnail else file.name,
    )


async def _answer(
    outgoing: Outgoing, scope: Event, receive: Receive, send: Send, more: list[Header]
) -> None:
    headers = [*_headers(outgoing), *more]
    if is_held(header(scope, b"if-none-match"), outgoing.tag):
        await _begin(send, 304, headers)
        await send({"type": "http.response.body"})
        return
    asked = header(scope, b"range") if scope["method"] == "GET" else ""
    try:
        span = span_of(asked, header(scope, b"if-range"), outgoing.tag, outgoing.size)
    except Unsatisfiable:
        whole = (b"content-range", f"bytes */{outgoing.size}".encode())
        await reply(scope, send, 416, [*headers, whole])
        return
    await _begin(send, 200 if span is None else 206, [*headers, *_measures(outgoing, span)])
    if scope["method"] == "HEAD":
        await send({"type": "http.response.body"})
    else:
        await _stream(outgoing.content, span or Span(0, outgoing.size), receive, send)


async def _begin(send: Send, status: int, headers: list[Header]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


def _measures(outgoing: Outgoing, span: Span | None) -> list[Header]:
    """What is sent, and how much of it."""
    start, end = span or Span(0, outgoing.size)
    headers = [
        (b"content-type", outgoing.content_type.encode()),
        (b"content-length", str(end - start).encode()),
    ]
    if span is not None:
        headers.append((b"content-range", f"bytes {start}-{end - 1}/{outgoing.size}".encode()))
    return headers


def _headers(outgoing: Outgoing) -> list[Header]:
    """A browser must neither guess the type nor run anything of it."""
    return [
        (b"content-disposition", attachment(outgoing.name).encode("ascii")),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"sandbox; default-src 'none'"),
        (b"cache-control", b"private"),
        (b"referrer-policy", b"no-referrer"),
        (b"accept-ranges", b"bytes"),
        (b"etag", outgoing.tag.encode()),
    ]


async def _stream(content: BinaryIO, span: Span, receive: Receive, send: Send) -> None:
    """Stops when the client leaves, or takes nothing for a minute."""
    left = asyncio.create_task(_gone(receive))
    at = span.start
    try:
        content.seek(at)
        while at < span.end and not left.done():
            piece = await threads.run(content.read, min(PIECE, span.end - at))
            if not piece:
                raise EOFError("an object ends before its size")
            at += len(piece)
            async with asyncio.timeout(STALLED_SECONDS):
                await send(
                    {"type": "http.response.body", "body": piece, "more_body": at < span.end}
                )
    except TimeoutError:
        return
    finally:
        left.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
