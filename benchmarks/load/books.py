"""Address books for the scenario `import`: what is in them, and a device that sees them come in."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable
from typing import Any

import msgspec
import psycopg
from picows import WSFrame, WSMsgType, WSTransport

from benchmarks.load.crowd import Member

DONE_SECONDS = 120.0
KNOWN, UNKNOWN = 436641000000, 436761000000
"""The first of the numbers that members have, and of those that nobody has."""

PEOPLE = """
insert into accounts_user (id, username, name, phone, phone_verified, discoverable_by, password,
    is_superuser)
select n, 'book' || n, 'Member ' || n, '+' || (%(first)s + n), true, 'everyone', '', false
from generate_series(1, %(count)s) n
"""
PHOTO = base64.b64encode(bytes(range(256)) * 6).decode()


def fill(url: str, count: int) -> None:
    """So many members, each with a proved number."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set statement_timeout = 0")
        connection.execute(PEOPLE.encode(), {"first": KNOWN, "count": count})
        connection.execute("vacuum analyze accounts_user")
        connection.execute("checkpoint")


def age(url: str, ids: list[int]) -> None:
    """Let these accounts be older than the first day, whose budget is smaller than a book here."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "update accounts_user set created_at = now() - interval '2 days' where id = any(%s)",
            [ids],
        )


def numbers(members: int, entries: int, salt: int) -> list[str]:
    """Every other one is a member's."""
    return [
        f"+{KNOWN + 1 + (n * 37 + salt) % members if n % 2 else UNKNOWN + salt * entries + n}"
        for n in range(entries)
    ]


def as_json(phones: list[str], **more: Any) -> bytes:
    entries = [
        {"ref": n, "name": f"Person {n}", "phones": [phone], "emails": []}
        for n, phone in enumerate(phones)
    ]
    return msgspec.json.encode({"device": "phone", **more, "entries": entries})


def as_csv(phones: list[str]) -> bytes:
    rows = [f"Person {n},,{phone},* Work" for n, phone in enumerate(phones)]
    return "\r\n".join(["First Name,Last Name,Phone 1 - Value,Phone 1 - Label", *rows]).encode()


def as_cards(phones: list[str]) -> bytes:
    """vCard 3 with a small photo each, folded as iCloud does."""
    folded = "\r\n ".join(PHOTO[at : at + 74] for at in range(0, len(PHOTO), 74))
    return "".join(
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:{n};Person;;;\r\nFN:Person {n}\r\n"
        f"item1.TEL;type=pref:{phone}\r\nPHOTO;ENCODING=b;TYPE=JPEG:{folded}\r\nEND:VCARD\r\n"
        for n, phone in enumerate(phones)
    ).encode()


class Reader(Member):
    """A device that notes when the first outcomes of an import were told, and its end."""

    def __init__(self, access: str) -> None:
        super().__init__(access)
        self._seen: dict[str, dict[str, float]] = {}
        self._wake = asyncio.Event()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.TEXT:
            told = msgspec.json.decode(frame.get_payload_as_bytes())
            if told.get("kind") == "import.progress":
                self._note(told["data"])
        super().on_ws_frame(transport, frame)

    def _note(self, job: dict[str, Any]) -> None:
        times = self._seen.setdefault(job["id"], {})
        times.setdefault("first", time.perf_counter())
        if job["state"] in ("done", "failed"):
            times[job["state"]] = time.perf_counter()
        self._wake.set()

    async def timed(self, ask: Callable[[], Any]) -> tuple[float, float]:
        """Seconds from asking until the first outcomes were told, and until the end."""
        started = time.perf_counter()
        job = await asyncio.to_thread(ask)
        async with asyncio.timeout(DONE_SECONDS):
            while "done" not in self._seen.get(job["id"], {}):
                if "failed" in self._seen.get(job["id"], {}):
                    raise RuntimeError(f"failed: {job}")
                self._wake.clear()
                await self._wake.wait()
        times = self._seen[job["id"]]
        return times["first"] - started, times["done"] - started
