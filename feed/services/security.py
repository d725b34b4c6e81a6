"""What accounts notices about somebody's account, in their feed.

The letters about it are accounts' own, since they also go where the feed cannot: to an address that
was just replaced. Whether the person wants one is the feed's to say.
"""

from __future__ import annotations

from django.db import DatabaseError, transaction

from accounts.public import announcements
from feed.models import Preference
from feed.publishing.publish import logger, publish
from feed.wishes import wishes_of

NEW_SESSION, IDENTITY_CHANGED = "security.new_session", "security.identity_changed"


def listen() -> None:
    announcements.owner_noticed.append(_noticed)
    announcements.letter_wanted.append(_letter_wanted)


def kind_of(notice: str) -> str:
    return NEW_SESSION if notice == "new_session" else IDENTITY_CHANGED


def _noticed(user_id: int, notice: str, title: str, detail: str, key: str) -> None:
    """After the commit: publishing takes the lock of the person's log, and accounts still has
    sessions to lock."""
    transaction.on_commit(lambda: _publish(user_id, notice, title, detail, key))


def _publish(user_id: int, notice: str, title: str, detail: str, key: str) -> None:
    """The change is made, so nobody's call fails because it could not be told of."""
    try:
        publish(
            kind=kind_of(notice),
            recipients=[user_id],
            dedupe_key=key,
            data={"notice": notice, "title": title, "detail": detail},
        )
    except DatabaseError:
        logger.exception("%s of user %s was not published", notice, user_id)


def _letter_wanted(user_id: int, notice: str) -> bool:
    own = Preference.objects.filter(user_id=user_id).first()
    return bool(wishes_of(own, kind_of(notice))["email"] == "instant")
