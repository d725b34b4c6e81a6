"""What comes into the feed."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from project import wire

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
ItemId = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Pts = Annotated[int, msgspec.Meta(ge=0, le=2**62)]


class FeedQuery(wire.Input):
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    cursor: Annotated[str, msgspec.Meta(max_length=200)] | None = None


class UpTo(wire.Input):
    """This item and all below it. With `pts`, the last position that the client applied, what came
    later stays as it is, also if it came to an item that was shown before."""

    up_to: ItemId
    pts: Pts | UnsetType = UNSET


class ReadItems(wire.Input):
    """Either `ids` or `up_to`."""

    ids: Annotated[list[ItemId], msgspec.Meta(max_length=200)] | UnsetType = UNSET
    up_to: ItemId | UnsetType = UNSET
    pts: Pts | UnsetType = UNSET


class WishesGiven(wire.Input):
    in_app: bool
    push: bool
    email: Literal["off", "digest", "instant"]


class QuietHoursGiven(wire.Input):
    from_: str = msgspec.field(name="from")
    to: str
    time_zone: Name


class DigestGiven(wire.Input):
    every: Literal["hour", "day"]
    time_zone: Name
    at: str | UnsetType = UNSET


class ReferenceGiven(wire.Input):
    type: Annotated[str, msgspec.Meta(max_length=500)]
    id: Annotated[str, msgspec.Meta(max_length=500)]


class MuteGiven(wire.Input):
    """Either a person or an object."""

    until: str
    user: ItemId | UnsetType = UNSET
    reference: ReferenceGiven | UnsetType = UNSET


class PreferencesGiven(wire.Input):
    """The whole of it: what is left out goes back to its default."""

    kinds: Annotated[dict[Name, WishesGiven], msgspec.Meta(max_length=200)] = {}
    quiet_hours: QuietHoursGiven | None = None
    mutes: Annotated[list[MuteGiven], msgspec.Meta(max_length=200)] = []
    preview: Literal["full", "sender", "none"] = "full"
    digest: DigestGiven | None = None


class Keys(wire.Input):
    p256dh: Annotated[str, msgspec.Meta(max_length=200)]
    auth: Annotated[str, msgspec.Meta(max_length=100)]


class Subscription(wire.Input):
    """As `PushSubscription.toJSON()` writes it."""

    endpoint: Annotated[str, msgspec.Meta(max_length=2000)]
    keys: Keys
    expirationTime: float | None = None  # the browser's own name


class DeviceGiven(wire.Input):
    """`token` of FCM or APNs, or the `subscription` of a browser."""

    platform: Literal["web", "android", "ios"]
    token: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)] | UnsetType = UNSET
    subscription: Subscription | UnsetType = UNSET
