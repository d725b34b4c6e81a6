"""Who has proved which number and address, for apps that match people by them.

Each question is one statement, asked also of nothing, so that its time tells nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

_COLUMNS = """
select id, case when phone_verified then phone end, case when email_verified then email end,
    discoverable_by, created_at
from accounts_user
where is_active and left_at is null
"""
_BY_PHONE = _COLUMNS + " and phone_verified and phone = any(%s)"
_BY_EMAIL = _COLUMNS + " and email_verified and email = any(%s)"
_BY_ID = _COLUMNS + " and id = any(%s)"
_BLOCKED = """
select blocked_id from accounts_block where blocker_id = %s and blocked_id = any(%s)
union select blocker_id from accounts_block where blocked_id = %s and blocker_id = any(%s)
"""


class Proved(NamedTuple):
    """A person who is here; None where there is no number or address, or none that was proved."""

    id: int
    phone: str | None
    email: str | None
    discoverable_by: str
    created_at: dt.datetime


def _ask(sql: str, values: Iterable[object]) -> list[Proved]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(values)])
        return [Proved(*row) for row in cursor.fetchall()]


def find_proved(phones: Iterable[str], emails: Iterable[str]) -> dict[str, Proved]:
    """By number (in E.164) and by address (in its normal form), who has proved to own it."""
    by_phone = {person.phone or "": person for person in _ask(_BY_PHONE, phones)}
    by_email = {person.email or "": person for person in _ask(_BY_EMAIL, emails)}
    return by_phone | by_email


def identities_of(user_ids: Iterable[int]) -> dict[int, Proved]:
    """These people, but for those who are not here."""
    return {person.id: person for person in _ask(_BY_ID, set(user_ids))}


def blocked_with(user_id: int, others: Iterable[int]) -> set[int]:
    """Those of these people who have blocked this one, or whom this one has blocked."""
    wanted = list(others)
    with connection.cursor() as cursor:
        cursor.execute(_BLOCKED, [user_id, wanted, user_id, wanted])
        return {other for (other,) in cursor.fetchall()}
