"""Wrong passwords: a hundred in a row for an account, from however many addresses (NIST SP 800-63B,
5.2.2). Then no password opens it but on a device that the account knows, which has a hundred of its
own; identities and a new password get in as ever.

Counted in PostgreSQL, so it holds whatever `RATE_LIMITS` says, and before a password is compared,
so that parallel guesses are no more than those in turn. Names that are nobody's are counted alike:
neither answers nor times tell them apart.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import connection, transaction
from django.utils import timezone

from accounts.credentials.hashing import password_matches
from accounts.letters import notices
from accounts.models import User, WrongPasswords
from project import purging

MOST = 100
STRANGERS_KEPT = dt.timedelta(days=1)

COUNT = """
insert into accounts_wrongpasswords as w (subject, user_id, count, at) values (%s, %s, 1, now())
on conflict (subject) do update set count = w.count + 1, at = now() where w.count < %s
returning count"""


def is_right(user: User | None, password: str, *, name: str, device: bytes | None) -> bool:
    """Whether this is the person's password and may still be tried. `name` is what they gave for
    themselves, in its normal form; `device` the hash of a device that the account knows."""
    subject = _subject(user, name, device)
    count = _count(subject, user)
    if count is None:
        return False
    if password_matches(user, password):
        WrongPasswords.objects.filter(subject=subject).delete()
        return True
    if count == MOST and user is not None and device is None:
        with transaction.atomic():
            notices.tell_of_wrong_passwords_on_commit(user)
    return False


def _subject(user: User | None, name: str, device: bytes | None) -> str:
    """A new password begins anew, however it was set."""
    if user is None:
        return f"name {hashlib.sha256(name.encode()).hexdigest()}"
    if device is not None:
        return f"device {user.pk} {device.hex()}"
    return f"account {user.pk} {hashlib.sha256(user.password.encode()).hexdigest()[:32]}"


def _count(subject: str, user: User | None) -> int | None:
    """How many there are with this one; None when they are used up."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [subject, None if user is None else user.pk, MOST])
        found = cursor.fetchone()
    return None if found is None else int(found[0])


def forget(user_id: int) -> None:
    """The person has a new password, or is leaving."""
    WrongPasswords.objects.filter(user_id=user_id).delete()


def purge() -> bool:
    """Drop what was counted for names that are nobody's; whether there is more."""
    strangers = WrongPasswords.objects.filter(user=None)
    return purging.purge(strangers.filter(at__lt=timezone.now() - STRANGERS_KEPT).order_by("at"))
