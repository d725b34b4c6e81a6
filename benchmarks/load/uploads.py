"""People who upload: to Confab by its three steps, to the baseline in one request."""

from __future__ import annotations

import asyncio
import http.client
import json
import secrets
import time
from typing import Any
from urllib.parse import urlsplit

import msgspec
from picows import WSFrame, WSMsgType, WSTransport

from benchmarks.load.crowd import Member

READY_SECONDS = 60.0


class Watcher(Member):
    """A device that notes when each file was told to be ready."""

    def __init__(self, access: str) -> None:
        super().__init__(access)
        self._ready: dict[str, asyncio.Future[float]] = {}

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.TEXT:
            told = msgspec.json.decode(frame.get_payload_as_bytes())
            if told.get("kind") == "file.updated" and told["data"]["state"] in (
                "ready",
                "rejected",
            ):
                self._note(told["data"])
        super().on_ws_frame(transport, frame)

    async def ready(self, file: dict[str, Any]) -> float:
        """When it was (`perf_counter`)."""
        async with asyncio.timeout(READY_SECONDS):
            return await self._of(file)

    def _note(self, file: dict[str, Any]) -> None:
        ready = self._of(file)
        if file["state"] == "rejected":
            ready.set_exception(RuntimeError(f"rejected: {file}"))
        elif not ready.done():
            ready.set_result(time.perf_counter())

    def _of(self, file: dict[str, Any]) -> asyncio.Future[float]:
        return self._ready.setdefault(file["id"], asyncio.get_running_loop().create_future())


class Client:
    """One person's connection to a server, a new one for each photo: idle ones are closed by some
    servers. Any answer but success is an error."""

    def __init__(self, port: int, authorization: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._authorization = {"Authorization": authorization}

    def close(self) -> None:
        self._connection.close()

    def call(
        self, method: str, path: str, body: bytes = b"", kind: str = "application/json"
    ) -> Any:
        headers = {"Content-Type": kind, **self._authorization}
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        answer = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{method} {path}: {response.status} {answer[:300]!r}")
        return json.loads(answer) if answer else None

    def announce(self, size: int, kind: str) -> Any:
        body = {"name": "photo.jpg", "size": size, "content_type": kind}
        return self.call("POST", "/api/v1/files", json.dumps(body).encode())

    def upload(self, content: bytes, kind: str) -> Any:
        """Announce, bring, complete; the file, which is being looked at then."""
        file = self.announce(len(content), kind)
        place = urlsplit(file["upload"]["url"]).path
        self.call(file["upload"]["method"], place, content, kind)
        completed = self.call("POST", f"/api/v1/files/{file['id']}/complete")
        self.close()
        return completed

    def post_form(self, path: str, content: bytes, kind: str) -> Any:
        """One request with the file in a form."""
        edge = secrets.token_hex(16)
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="image"; filename="photo.jpg"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        )
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        created = self.call("POST", path, body, f"multipart/form-data; boundary={edge}")
        self.close()
        return created
