"""Bringing a file as a device does: the same step again until its outcome is known."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg

from tests.faults.checkers.run import Files, Truth
from tests.faults.cluster import Cluster
from tests.faults.device import Device, Person
from tests.faults.rest import Refused, Rest, Unknown

Json = dict[str, Any]

READY_SECONDS = 20.0
SETTLE_SECONDS = 30.0
TRIES = 40
UNDECIDED = "select count(*) from files_file where state = 'processing'"


async def upload(device: Device, content: bytes) -> str | None:
    """The id of a file that is ready, or None if it was not in time, or not at all."""
    body = {"name": "noise.bin", "size": len(content), "content_type": "application/octet-stream"}
    try:
        file = await _insist(lambda: device.call("POST", "/files", body))
        await _insist(lambda: _bring(device.rest, file["upload"], content))
        await _insist(lambda: device.call("POST", f"/files/{file['id']}/complete"))
        ready = await _ready(device, file["id"])
    except (Refused, Unknown):
        return None
    hashed = hashlib.sha256(content).hexdigest()
    device.note("upload", "ok" if ready else "info", kind=file["id"], h=hashed)
    return str(file["id"]) if ready else None


async def _insist(step: Callable[[], Awaitable[Any]]) -> Any:
    for _ in range(TRIES):
        try:
            return await step()
        except Unknown:
            await asyncio.sleep(0.3)
    raise Unknown("again and again")


async def _bring(rest: Rest, upload: Json, content: bytes) -> None:
    """Raises Unknown also when the store does not want it now: it may be on its way down."""
    try:
        async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
            if "fields" in upload:
                files = {"file": ("noise.bin", content)}
                answer = await client.post(upload["url"], data=upload["fields"], files=files)
            else:
                url = rest.any_base() + urlsplit(upload["url"]).path
                answer = await client.put(url, content=content, headers=upload["headers"])
    except httpx.HTTPError as error:
        raise Unknown(repr(error)) from error
    if not answer.is_success:
        raise Unknown(f"{answer.status_code} {answer.text[:200]}")


async def _ready(device: Device, file: str) -> bool:
    for _ in range(int(READY_SECONDS / 0.4)):
        await asyncio.sleep(0.4)
        try:
            state = (await device.get(f"/files/{file}"))["state"]
        except Unknown:
            continue
        if state in ("ready", "rejected"):
            return bool(state == "ready")
    return False


async def settle(cluster: Cluster) -> None:
    """Let every file be decided on and everything be erased, as time would."""
    worker = cluster.worker
    assert worker is not None
    url = cluster.engines.database_url
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        async with asyncio.timeout(SETTLE_SECONDS):
            await asyncio.to_thread(worker.sweep, 3)
            while await _count(connection):
                await asyncio.sleep(0.3)
    await asyncio.to_thread(worker.sweep, 70)


async def _count(connection: psycopg.AsyncConnection[Any]) -> int:
    row = await (await connection.execute(UNDECIDED)).fetchone()
    return int(row[0]) if row else 0


async def read_files(cluster: Cluster, rest: Rest, people: list[Person], truth: Truth) -> Files:
    """What the store holds, and what people get of each file that a message shows them."""
    url = cluster.engines.database_url
    async with await psycopg.AsyncConnection.connect(url) as connection:
        cursor = await connection.execute("select key from files_file")
        keys = [key for (key,) in await cursor.fetchall()]
    access = {person.user: person.access for person in people}
    shown = {
        message["file"]["id"]: user
        for user, seen in truth.users.items()
        for messages in seen.messages.values()
        for message in messages.values()
        if message["file"]
    }
    contents = {file: await _content(rest, access[user], file) for file, user in shown.items()}
    objects = await asyncio.to_thread(cluster.store.objects)
    return Files(keys=keys, objects=objects, contents=contents)


async def _content(rest: Rest, access: str, file: str) -> str:
    """The hash of the content, or what came instead."""
    try:
        link = await rest.call(access, "GET", f"/files/{file}/link")
    except (Refused, Unknown) as problem:
        return repr(problem)
    parts = urlsplit(link["url"])
    local = parts.path.startswith("/api/v1/downloads/")
    url = rest.any_base() + parts.path if local else link["url"]
    async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
        answer = await client.get(url)
    if not answer.is_success:
        return f"status {answer.status_code}"
    return hashlib.sha256(answer.content).hexdigest()
