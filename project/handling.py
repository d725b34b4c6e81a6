"""HTTP requests as Django handles them, each in one call of a thread.

Django's own handler for ASGI starts a thread for each request, and calls it once for each part of a
middleware that is not asynchronous, of which there are thirteen around a REST call: that took more
time than the call.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import sync_to_async
from django import db
from django.core import signals
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest, HttpResponseBase

THREADS = 128
"""Requests that are worked on at a time; few of them are, unless another company hangs."""

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="http")


class Handler(ASGIHandler):
    """An ASGI application. Made once, after `django.setup()`."""

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._in_a_thread: Any = sync_to_async(
            self._respond, thread_sensitive=False, executor=_threads
        )
        # These see to the connections of the thread that they run in, which is none of ours.
        signals.request_started.disconnect(db.reset_queries)
        signals.request_started.disconnect(db.close_old_connections)
        signals.request_finished.disconnect(db.close_old_connections)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.handle(scope, receive, send)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The body stays open until whoever reads it is done, also when the client has gone."""
        responding = asyncio.ensure_future(self._in_a_thread(request))
        try:
            response: HttpResponseBase = await asyncio.shield(responding)
        except asyncio.CancelledError:
            unwanted = await responding
            unwanted.close()
            raise
        return response

    def _respond(self, request: HttpRequest) -> HttpResponseBase:
        db.reset_queries()
        try:
            return self.get_response(request)
        finally:
            db.connections.close_all()  # back to the pool
