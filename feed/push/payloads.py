"""What devices get to read, as docs/protocol.md describes it. Pure functions."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import msgspec

from feed.push.service import Push

LIMIT = 4096
"""Bytes of a payload, with every service."""
ENCRYPTION = 103
"""Of these, what aes128gcm adds for Web Push: header, padding and tag."""
TITLE = 200
_JOINERS = "\u200d\ufe0e\ufe0f"


def topic(tag: str) -> str:
    """The same for the same tag, and nothing that it could be guessed from; 32 characters of
    base64url, as many as a Topic may have (RFC 8030)."""
    digest = hashlib.sha256(tag.encode()).digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()


def for_browsers(push: Push) -> bytes:
    """Comes to the service worker."""
    return _fitted(push, lambda body: _content(push, body), LIMIT - ENCRYPTION)


def for_apple_browsers(push: Push, navigate: str) -> bytes:
    """Declarative Web Push: shown by itself. Older systems hand it to the service worker, which
    finds there what it finds elsewhere."""

    def make(body: str) -> dict[str, Any]:
        notification = {
            "title": push.title[:TITLE],
            "body": body,
            "navigate": navigate,
            "tag": push.tag,
            "app_badge": str(push.badge),
        }
        return {"web_push": 8030, "notification": notification, **_content(push, body)}

    return _fitted(push, make, LIMIT - ENCRYPTION)


def for_apns(push: Push) -> bytes:
    more = {"tag": push.tag, "reference": push.reference}
    if push.retract:
        return _encoded({"aps": {"badge": push.badge}, "tag": push.tag, "retract": True})

    def make(body: str) -> dict[str, Any]:
        aps = {
            "alert": {"title": push.title[:TITLE], "body": body},
            "badge": push.badge,
            "sound": "default",
            "thread-id": push.tag,
        }
        return {"aps": aps, **more}

    return _fitted(push, make, LIMIT)


def for_fcm(push: Push) -> dict[str, str]:
    """`data` of a message: texts only."""

    def make(body: str) -> dict[str, str]:
        content = _content(push, body)
        return {
            name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
            for name, value in content.items()
        }

    return msgspec.json.decode(_fitted(push, make, LIMIT), type=dict[str, str])


def _content(push: Push, body: str) -> dict[str, Any]:
    if push.retract:
        return {"tag": push.tag, "retract": True, "badge": push.badge}
    return {
        "title": push.title[:TITLE],
        "body": body,
        "tag": push.tag,
        "badge": push.badge,
        "reference": push.reference,
    }


def _fitted(push: Push, make: Callable[[str], Any], limit: int) -> bytes:
    """JSON of at most so many bytes; the body is cut between two characters for it."""
    encoded = _encoded(make(push.body))
    if len(encoded) <= limit:
        return encoded
    fits, too_long = 0, len(push.body)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if len(_encoded(make(_cut(push.body, middle)))) <= limit:
            fits = middle
        else:
            too_long = middle
    return _encoded(make(_cut(push.body, fits)))


def _cut(text: str, length: int) -> str:
    """What joins a character to the next one goes with the next one."""
    return text[:length].rstrip(_JOINERS) + "…" if length else ""


def _encoded(value: Any) -> bytes:
    return msgspec.json.encode(value)
