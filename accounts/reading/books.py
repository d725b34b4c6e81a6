"""The audience `contacts`: people in the address book of the one who is asked about.

Accounts keeps no address books; the app that does registers itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from accounts.models import Audience

BOOKS: list[Callable[[int, Iterable[int]], set[int]]] = []
"""`(person_id, owners)`: those of `owners` who have this person in their book, by a number or
address that the person has proved."""


def within(person_id: int, asked: dict[int, str]) -> set[int]:
    """Those of `asked` (ids and their audiences) in whose audience this person is. Everyone is in
    their own book."""
    owners = [i for i, audience in asked.items() if audience == Audience.CONTACTS]
    having = {person_id}.union(*(book(person_id, owners) for book in BOOKS)) if owners else set()
    return {
        user_id
        for user_id, audience in asked.items()
        if audience == Audience.EVERYONE or (audience == Audience.CONTACTS and user_id in having)
    }
