"""What the feed is told of contacts. Each call belongs into the transaction that makes it so."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from contacts.models import Import, Invite

JOINED = """
insert into contacts_joined (viewer_id, person_id)
select viewer, %s from unnest(%s::bigint[]) viewer
on conflict do nothing returning viewer_id
"""


def note_joined(person_id: int, viewers: Iterable[int]) -> list[int]:
    """Those of `viewers` who have never been told that this person has joined; now they are."""
    with connection.cursor() as cursor:
        cursor.execute(JOINED, [person_id, sorted(set(viewers))])
        return [viewer for (viewer,) in cursor.fetchall()]


def tell_joined(person_id: int, viewers: Iterable[int]) -> None:
    """`contact.joined`, once per pair for ever."""
    note_joined(person_id, viewers)


def tell_accepted(invite: Invite, person_id: int) -> None:
    """`invite.accepted`, to the one who is credited."""


def tell_finished(job: Import) -> None:
    """`import.finished`."""
