"""A TCP proxy that cuts a connection after a request went through and before its answer is back, or
falls silent: connections stay open and are taken, and nothing comes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path


class Proxy:
    """Before PostgreSQL or Redis. `arm(n)` lets the next `n` requests that hold a marker reach the
    server, and cuts their connections instead of passing on the answer, so their outcome is
    unknown."""

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

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        self.cut()
        self._speaks.set()
        while self._open:
            await asyncio.sleep(0.01)

    def cut(self) -> None:
        """End all connections that there are."""
        for writer in tuple(self._open):
            writer.transport.abort()

    def lead(self, host: str, port: int) -> bool:
        """From now on to this server; whether that is another one."""
        changed = self._target != (host, port)
        if changed:
            self._target = (host, port)
            self.cut()
        return changed

    def arm(self, count: int = 1) -> None:
        self._armed = count

    def lead_to(self, host: str, port: int) -> None:
        """New connections go there; those that are open stay where they are."""
        self._target = (host, port)

    def silence(self) -> None:
        """From now on nothing passes, as when a machine dies without a word."""
        self._speaks.clear()

    def speak(self) -> None:
        """What waited passes, and all that follows."""
        self._speaks.set()

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
