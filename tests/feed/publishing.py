"""Publishing from the tests' own process, as an application that embeds the server does it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from feed.public import publish, withdraw
from tests.apart import apart
from tests.people import Person

KIND = "import.finished"
"""A kind without push and e-mail; each of its events may say something."""


def tell(
    *people: Person, kind: str = KIND, key: str | None = None, times: int = 1, **more: Any
) -> int:
    """Publish to these people; with a key of its own each unless one is given."""
    recipients = [person.id for person in people]

    def run() -> int:
        return sum(
            publish(
                kind=kind, recipients=recipients, dedupe_key=key or secrets.token_hex(8), **more
            )
            for _ in range(times)
        )

    return apart(run)


def take_back(*people: Person, key: str, kind: str = KIND) -> int:
    recipients = [person.id for person in people]
    return apart(lambda: withdraw(kind=kind, dedupe_key=key, recipients=recipients))


def feed_of(person: Person) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = person.get("/feed", limit=200)["results"]
    return results


def ids_of(items: Iterable[dict[str, Any]]) -> list[str]:
    return [item["id"] for item in items]


def told(person: Person) -> list[dict[str, Any]]:
    """All that the person's log tells."""
    epoch = person.get("/bootstrap")["epoch"]
    updates: list[dict[str, Any]] = person.get("/updates", epoch=epoch, pts=0, limit=200)["updates"]
    return updates
