"""A TCP proxy that cuts a connection after a request went through and before its answer is back, or
falls silent: connections stay open and are taken, and nothing comes."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any


class Proxy:
    """Before PostgreSQL or Redis. `arm(n)` lets the next `n` requests that hold a marker reach the
    server, and cuts their connections instead of passing on the answer, so their outcome is
    unknown. It has a thread of its own: a network is not slower when those who use it are busy."""

    def __init__(self, host: str, port: int, markers: tuple[bytes, ...] = ()) -> None:
        self._target = (host, port)
        self._markers = markers
        self._armed = 0
        self._speaks = asyncio.Event()
        self._speaks.set()
        self.port = 0
        self.cuts = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    async def start(self) -> None:
        self._thread.start()
        await self._there(self._listen())

    async def stop(self) -> None:
        """Once and for all; again it does nothing."""
        if self._loop.is_closed():
            return
        await self._there(self._hang_up())
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._thread.join)
        self._loop.close()

    def cut(self) -> None:
        """End all connections that there are."""
        self._loop.call_soon_threadsafe(self._cut)

    def lead(self, host: str, port: int, *, cutting: bool = True) -> bool:
        """From now on to this server; whether that is another one. Connections to the one before
        are cut, unless they are to stay, as behind a name that means another machine now."""
        changed = self._target != (host, port)
        self._target = (host, port)
        if changed and cutting:
            self.cut()
        return changed

    def arm(self, count: int = 1) -> None:
        self._armed = count

    def silence(self) -> None:
        """From now on nothing passes, as when a machine dies without a word."""
        self._loop.call_soon_threadsafe(self._speaks.clear)

    def speak(self) -> None:
        """What waited passes, and all that follows."""
        self._loop.call_soon_threadsafe(self._speaks.set)

    async def _there(self, work: Coroutine[Any, Any, None]) -> None:
        """Have it done in the proxy's own thread."""
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _hang_up(self) -> None:
        if self._server is not None:
            self._server.close()
        self._cut()
        self._speaks.set()
        while self._open:
            await asyncio.sleep(0.01)

    def _cut(self) -> None:
        for writer in tuple(self._open):
            writer.transport.abort()

    async def _serve(self, near: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        try:
            far, far_out = await self._connect()
        except OSError:
            near_out.transport.abort()
            return
        both = {near_out, far_out}
        self._open |= both
        doomed = False

        def seen(data: bytes) -> bool:
            nonlocal doomed
            if self._armed and any(marker in data for marker in self._markers):
                self._armed -= 1
                doomed = True
            return True

        def answered(_: bytes) -> bool:
            if doomed:
                self.cuts += 1
            return not doomed

        try:
            await asyncio.gather(
                self._pump(near, far_out, seen), self._pump(far, near_out, answered)
            )
        finally:
            self._open -= both

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = self._target
        if host.startswith("/"):
            return await asyncio.open_unix_connection(str(Path(host) / f".s.PGSQL.{port}"))
        return await asyncio.open_connection(host, port)

    async def _pump(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        allowed: Callable[[bytes], bool],
    ) -> None:
        """Pass bytes on until either side ends or one chunk is not allowed; then end the sink."""
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                await self._speaks.wait()
                if not allowed(data):
                    break
                sink.write(data)
                await sink.drain()
        sink.transport.abort()
