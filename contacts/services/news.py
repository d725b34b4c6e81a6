"""What the feed is told of contacts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection

from contacts.models import Import, Invite
from feed.public import publish

JOINED = """
insert into contacts_joined (viewer_id, person_id)
select viewer, %s from unnest(%s::bigint[]) viewer
on conflict do nothing returning viewer_id
"""


class News(NamedTuple):
    """An event for the feed, to be published last in the transaction that makes it so."""

    kind: str
    recipients: list[int]
    dedupe_key: str
    actor: int | None = None
    reference: dict[str, str] | None = None
    data: dict[str, Any] | None = None
    group: str | None = None

    def tell(self) -> None:
        publish(**self._asdict())


def joined(person_id: int, viewers: Iterable[int]) -> list[News]:
    """`contact.joined` for those of `viewers` who were never told, once per pair for ever."""
    with connection.cursor() as cursor:
        cursor.execute(JOINED, [person_id, sorted(set(viewers))])
        fresh = [viewer for (viewer,) in cursor.fetchall()]
    person = {"type": "user", "id": str(person_id)}
    told = News("contact.joined", fresh, f"joined:{person_id}", person_id, person, group="joined")
    return [told] if fresh else []


def accepted(invite: Invite, person_id: int) -> News:
    """`invite.accepted` for the one who is credited, who needs no other word of it."""
    joined(person_id, [invite.inviter_id])
    about = {"type": "invite", "id": str(invite.pk)}
    key = f"accepted:{invite.pk}:{person_id}"
    return News("invite.accepted", [invite.inviter_id], key, person_id, about, group="accepted")


def finished(job: Import) -> News:
    """`import.finished`, for the owner."""
    about = {"type": "import", "id": str(job.pk)}
    counts = {"state": job.state, "total": job.total, "matched": job.matched}
    return News("import.finished", [job.owner_id], f"import:{job.pk}", None, about, counts)
