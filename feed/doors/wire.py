"""What the feed tells."""

from __future__ import annotations

from typing import Literal

import msgspec

from accounts.public import UserOutput
from project import wire
from project.wire import Id, Time


class Reference(wire.Output):
    """Something that an item is about: a chat, or a thing of the embedding application's."""

    type: str
    id: str


class Notification(wire.Output):
    """What a group of events tells. `actors` are the last three who did something since it was
    last read, of `actor_count`; `event_count` counts since then too."""

    id: Id
    kind: str
    actors: list[UserOutput]
    actor_count: int
    event_count: int
    title: str
    body: str
    reference: Reference | None
    group: str
    created_at: Time
    updated_at: Time
    seen_at: Time | None
    read_at: Time | None


class NotificationPage(wire.Output):
    """Newest first, by when an item came or came again."""

    results: list[Notification]
    next: str | None


class NotificationRemoved(wire.Output):
    id: Id


class FeedCounts(wire.Output):
    """Groups that were not seen, and not read."""

    unseen: int
    unread: int


class Counts(wire.Output):
    """What badges show: chats with unread messages, muted ones not counted, and the feed."""

    chats_unread: int
    feed: FeedCounts


class Delivery(wire.Output, kw_only=True):
    """What became of an event by a channel, for one device where it came so far."""

    event_at: Time
    channel: Literal["push", "email"]
    device: Id | msgspec.UnsetType = msgspec.UNSET
    outcome: Literal[
        "sent", "coalesced", "active", "muted", "quiet", "off", "retracted", "dead", "failed"
    ]
    reason: str | msgspec.UnsetType = msgspec.UNSET
    at: Time


class DeliveryList(wire.Output):
    results: list[Delivery]


class Wishes(wire.Output):
    """Where a kind goes."""

    in_app: bool
    push: bool
    email: Literal["off", "digest", "instant"]


class QuietHours(wire.Output):
    """`HH:MM` on the clock of `time_zone`; may go over midnight."""

    from_: str = msgspec.field(name="from")
    to: str
    time_zone: str


class DigestTime(wire.Output, kw_only=True):
    """`at` is there for one a day."""

    every: Literal["hour", "day"]
    at: str | msgspec.UnsetType = msgspec.UNSET
    time_zone: str


class Mute(wire.Output, kw_only=True):
    """Of a person or of an object."""

    user: Id | msgspec.UnsetType = msgspec.UNSET
    reference: Reference | msgspec.UnsetType = msgspec.UNSET
    until: Time


class Preferences(wire.Output):
    kinds: dict[str, Wishes]
    quiet_hours: QuietHours | None
    mutes: list[Mute]
    preview: Literal["full", "sender", "none"]
    digest: DigestTime | None


class DeviceOutput(wire.Output):
    """Where a session can be pushed to."""

    id: Id
    platform: Literal["web", "android", "ios"]
    session: Id
    created_at: Time


class DeviceList(wire.Output):
    results: list[DeviceOutput]


class Vapid(wire.Output):
    """For `pushManager.subscribe`."""

    public_key: str
