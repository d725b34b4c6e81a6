"""What was found out about links, for an hour, and how many of them one person may have fetched.

All of it is in Redis. Without Redis nothing can be counted, so nothing is fetched.
"""

from __future__ import annotations

import hmac

import msgspec
from django.conf import settings

from chat.doors.wire import Preview
from chat.previews.refusing import Refused
from project.keys import key_for
from project.redis import connect

HOUR = 3600
FETCHES_AN_HOUR = 60
NONE_SECONDS = 600
"""For how long a page that gave no preview is left alone."""

_NONE = b"-"


def _name(url: str) -> str:
    """What people link to has no business among Redis' keys."""
    return "confab.preview." + hmac.digest(key_for("preview"), url.encode(), "sha256").hex()[:32]


def kept(url: str) -> Preview | None:
    """The preview of this link. Raises LookupError if it is not known, Refused if there is none."""
    found = connect().get(_name(url))
    if found is None:
        raise LookupError
    if found == _NONE:
        raise Refused("known")
    return msgspec.json.decode(found, type=Preview)


def keep(url: str, preview: Preview | None) -> None:
    """None: there is no preview of this link, for a while."""
    content = _NONE if preview is None else msgspec.json.encode(preview)
    connect().set(_name(url), content, ex=NONE_SECONDS if preview is None else HOUR)


def count_fetch(user_id: int) -> None:
    """Raises Refused when this person has had enough fetched within the hour."""
    if settings.RATE_LIMITS == "off":
        return
    name = f"confab.previews.of.{user_id}"
    with connect().pipeline() as pipe:
        pipe.set(name, 0, ex=HOUR, nx=True)
        pipe.incr(name)
        count = pipe.execute()[1]
    if count > FETCHES_AN_HOUR and settings.RATE_LIMITS == "enforce":
        raise Refused("limit")
