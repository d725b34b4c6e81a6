"""The people of a run: made by the server's own services, logged in through REST.

As a program (`python -m tests.faults.people N`) it makes the accounts in the database of the
environment, each with files that are ready to be sent, and prints the files' ids by account;
registration by mail and uploads would need a worker and a second each.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

from tests.faults.device import Person
from tests.faults.rest import Rest

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a long password for faults"
FILES_EACH = 40


class Place(NamedTuple):
    """Where a database URL points, and the same URL through a proxy on loopback."""

    url: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Self:
        """`host` is a directory when the URL names a Unix socket."""
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        host = unquote(query["host"][0]) if "host" in query else unquote(parts.hostname or "")
        return cls(url, host, int(parts.port or query.get("port", ["5432"])[0]))

    def through(self, port: int) -> str:
        parts = urlsplit(self.url)
        credentials, _, _ = parts.netloc.rpartition("@")
        netloc = f"{credentials}@127.0.0.1:{port}" if credentials else f"127.0.0.1:{port}"
        return urlunsplit((parts.scheme, netloc, parts.path, "", ""))


def address(index: int) -> str:
    return f"person{index}@example.com"


async def meet(
    rest: Rest, env: dict[str, str], count: int, chats_each: int, rng: random.Random
) -> tuple[list[Person], dict[str, tuple[str, str]]]:
    """`count` people, each logged in and in a few chats; and the two people of each chat."""
    command = [sys.executable, "-m", "tests.faults.people", str(count)]
    made = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE
    )
    people = [await _log_in(rest, address(index)) for index in range(count)]
    for person, files in zip(people, json.loads(made.stdout), strict=True):
        person.files = files
    chats: dict[str, tuple[str, str]] = {}
    for index, person in enumerate(people):
        others = [other for other in people if other is not person]
        neighbours = [people[(index + 1) % count], *rng.sample(others, chats_each - 1)]
        for other in neighbours:
            body = {"user": other.user}
            chat = await rest.call(person.access, "POST", "/chats", body)
            chats[chat["id"]] = (person.user, other.user)
    for person in people:
        person.chats = [chat for chat, pair in chats.items() if person.user in pair]
    return people, chats


async def _log_in(rest: Rest, email: str) -> Person:
    body = {"email": email, "password": PASSWORD}
    tokens = await rest.call("", "POST", "/auth/email/login", body)
    return Person(tokens["user"]["id"], tokens["access"])


def make_accounts(count: int) -> list[list[str]]:
    """In this process, with Django; the ids of each one's files."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    import django

    django.setup()
    from django.contrib.auth.hashers import make_password
    from django.db import transaction

    from accounts.models import User
    from project.sync.log import open_log

    hashed = make_password(PASSWORD)
    files = []
    for index in range(count):
        with transaction.atomic():
            fields = {"username": f"person{index}", "name": f"Person {index}"}
            proved = {"email": address(index), "email_verified": True}
            user = User.objects.create(**fields, **proved, password=hashed)
            open_log(user.pk)
            files.append(_files_of(user.pk))
    return files


def _files_of(user_id: int) -> list[str]:
    from project.files.models import File, State

    about = {"name": "notes.txt", "size": 10, "content_type": "text/plain", "state": State.READY}
    files = [File(owner_id=user_id, **about) for _ in range(FILES_EACH)]
    return [str(file.pk) for file in File.objects.bulk_create(files)]


if __name__ == "__main__":
    print(json.dumps(make_accounts(int(sys.argv[1]))))
