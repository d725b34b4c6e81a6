"""Publishing an event to people, and taking it back."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import msgspec
from django.db import connection, transaction

from feed.following.touching import touch_on_commit
from feed.kinds import KINDS
from feed.publishing.telling import Told, tell_devices
from project.errors import invalid
from project.ids import new_ids, parse_id

logger = logging.getLogger(__name__)

CHUNK = 1000
"""People whose heads are held at a time, when the caller has no transaction."""
SQL = (
    "select * from feed_publish(%s::bigint[], %s::bigint[], %s, %s, %s, %s, %s, %s,"
    " %s::jsonb, %s::jsonb)"
)
KEY_LIMIT = 200
DATA_LIMIT = 8192


def publish(
    *,
    kind: str,
    recipients: Iterable[str | int],
    dedupe_key: str,
    actor: str | int | None = None,
    reference: dict[str, str] | None = None,
    data: dict[str, Any] | None = None,
    group: str | None = None,
) -> int:
    """Tell people of an event, each once for each `dedupe_key` of the kind; how many are new to it.

    Events of one `group` make one item, which a new event brings back unread; without a group each
    event has an item of its own. The actor is never told of what they did, nor is who blocks them.

    Without a transaction of the caller's, people are told in steps of a thousand, and a call that
    ended half-way is simply repeated. Inside one it all happens with its commit; it takes locks
    that others wait for, so it must come last there. Raises `validation`.
    """
    if kind not in KINDS:
        raise invalid("/kind", f"No kind {kind} is registered.")
    key = _text("dedupe_key", dedupe_key)
    gathered = _text("group", dedupe_key if group is None else group)
    doer = None if actor is None else _person(actor)
    encoded = _data(data or {})
    about = None if reference is None else msgspec.json.encode(_checked(reference)).decode()
    people = sorted({_person(person) for person in recipients} - {doer})
    event = (kind, gathered, key, doer, about, encoded)
    starts = range(0, len(people), CHUNK)
    return sum(_publish(people[start : start + CHUNK], event) for start in starts)


def _publish(people: list[int], event: tuple[Any, ...]) -> int:
    """In one statement, and with its commit if the caller has no transaction."""
    ids = new_ids(len(people))
    kind, group, _, _, about, data = event
    wish = KINDS[kind]
    with connection.cursor() as cursor:
        cursor.execute(SQL, [people, ids, wish.in_app, wish.critical, *event])
        rows = [Told(*row) for row in cursor.fetchall()]
    transaction.on_commit(lambda: tell_devices(rows, kind, group, about, data))
    touch_on_commit(row.person for row in rows)
    return len(rows)


def _person(value: str | int) -> int:
    return value if isinstance(value, int) else parse_id(value)


def _text(name: str, value: str) -> str:
    if not 0 < len(value) <= KEY_LIMIT or "\x00" in value:
        raise invalid(f"/{name}", f"This has 1 to {KEY_LIMIT} characters.")
    return value


def _data(data: dict[str, Any]) -> str:
    try:
        encoded = msgspec.json.encode(data).decode()
    except (TypeError, UnicodeError):
        raise invalid("/data", "This cannot be told as JSON.") from None
    if len(encoded) > DATA_LIMIT or "\\u0000" in encoded:
        raise invalid("/data", f"At most {DATA_LIMIT} bytes of JSON, without U+0000.")
    return encoded


def _checked(reference: dict[str, str]) -> dict[str, str]:
    if reference.keys() != {"type", "id"}:
        raise invalid("/reference", "A reference has a type and an id.")
    if not all(isinstance(value, str) and len(value) <= 500 for value in reference.values()):
        raise invalid("/reference", "Type and id are texts of at most 500 characters.")
    return reference
