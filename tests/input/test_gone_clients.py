"""A client that goes away while its request is worked on."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from django.core import signals

from project import rest
from project.handling import Handler

SCOPE: dict[str, Any] = {
    "type": "http",
    "http_version": "1.1",
    "method": "POST",
    "path": "/api/v1/auth/email/login",
    "query_string": b"",
    "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
    "client": ("127.0.0.1", 1),
    "server": ("localhost", 80),
}


async def test_its_body_is_there_until_it_was_read(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begun, going_on = threading.Event(), threading.Event()
    read_query = rest.read_query

    def late(kind: Any, query: Any) -> Any:
        begun.set()
        going_on.wait(10)
        return read_query(kind, query)

    async def receive() -> dict[str, Any]:
        if body:
            return body.pop()
        await asyncio.to_thread(begun.wait, 10)
        return {"type": "http.disconnect"}

    async def send(event: Any) -> None:
        sent.append(event)

    for signal in (signals.request_started, signals.request_finished):
        monkeypatch.setattr(signal, "receivers", [*signal.receivers])  # the handler takes some off
    monkeypatch.setattr(rest, "read_query", late)
    body, sent = [{"type": "http.request", "body": b"{}"}], list[Any]()
    call = asyncio.create_task(Handler()(SCOPE, receive, send))
    await asyncio.to_thread(begun.wait, 10)
    ended, _ = await asyncio.wait([call], timeout=0.3)
    going_on.set()
    await call
    assert (ended, sent) == (set(), [])
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
