"""What every push service is given, and what it says became of it."""

from __future__ import annotations

import email.utils
import time
from typing import Literal, NamedTuple, Protocol

from feed.push.connection import Response

Result = Literal["sent", "again", "dead", "failed"]


class Push(NamedTuple):
    """One push to one device. A repeat is equal in everything but `badge`, so that services and
    devices can tell that it is the same: `id` is a UUID, `tag` names what it replaces.

    With `retract`, what was shown under `tag` is taken back, and there is neither title nor body.
    """

    id: str
    token: str
    """Of FCM or APNs; a browser's endpoint."""
    keys: tuple[str, str]
    """A browser's p256dh and auth, in base64url."""
    title: str
    body: str
    tag: str
    badge: int
    reference: dict[str, str] | None
    retract: bool


class Outcome(NamedTuple):
    """`again`: not now, perhaps later, in `after` seconds if the service said so. `dead`: the
    device is gone for good. `reason` is the service's own word."""

    result: Result
    reason: str = ""
    after: float | None = None


class Service(Protocol):
    async def send(self, push: Push) -> Outcome:
        """Raises Unreachable without an answer, and NotPublic for what must not be called."""


def later(response: Response, reason: str) -> Outcome:
    """The outcome of a 429 or a 5xx."""
    return Outcome("again", reason, retry_after(response.headers.get("retry-after", "")))


def retry_after(value: str) -> float | None:
    """Seconds of a header `Retry-After`, which names seconds or a date."""
    if value.isascii() and value.isdigit() and len(value) < 10:
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value).timestamp()
    except (ValueError, OverflowError):
        return None
    return max(0.0, moment - time.time())
