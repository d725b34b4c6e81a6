"""What accounts tells."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, UnsetType

from accounts.doors.inputs import Audience
from project import wire
from project.wire import Id, Time


class Providers(wire.Output):
    """The ways in beside e-mail: Google's client id and Facebook's app id for a web page, null
    where that is not set up, and whether text messages can be sent."""

    google: str | None
    facebook: str | None
    phone: bool


class Presence(wire.Output):
    """Whether somebody is here now; `last_seen` is null while they are, and where it is private."""

    online: bool
    last_seen: Time | None


class User(wire.Output):
    """A person as others see them; one who left has `id`, `name` and `deleted` alone. `avatar` is
    the id of a file. `presence` is there when one asks for the person, has a chat with them and may
    know it."""

    id: Id
    name: str
    username: str | UnsetType = UNSET
    avatar: Id | UnsetType | None = UNSET
    about: str | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET
    created_at: Time | UnsetType = UNSET
    deleted: bool | UnsetType = UNSET
    presence: Presence | UnsetType = UNSET


class Identity(wire.Output):
    """A way in by another company's account."""

    provider: Literal["google", "facebook"]
    linked_at: Time


class Me(User, kw_only=True):
    """A person as they see themselves. `last_seen` and `forward_origin` name who may know."""

    email: str | None
    email_verified: bool
    phone: str | None
    phone_verified: bool
    has_password: bool
    identities: list[Identity]
    discoverable_by: Audience
    read_receipts: bool
    last_seen: Audience
    forward_origin: Audience


class Tokens(wire.Output):
    """`access` lives `expires_in` seconds, `refresh` is for one use; `created`: a new account.

    `device` is there when a session was opened. A client keeps it, also after a logout, and sends
    it as `X-Device` with later logins and codes: then nobody who guesses codes elsewhere can keep
    this device out.
    """

    access: str
    refresh: str
    expires_in: int
    session: Id
    user: Me
    created: bool
    device: str | UnsetType = UNSET


class Challenge(wire.Output):
    """A code is on its way to `to` (masked). Durations are in seconds."""

    challenge: str
    channel: Literal["sms", "email"]
    to: str
    expires_in: int
    resend_in: int
    attempts_left: int


class SessionInfo(wire.Output):
    """A device that is logged in. `device` is what it says about itself, and `name` (as `Firefox on
    Windows`) and `platform` what that most likely means. `ip` is where it was last seen."""

    id: Id
    device: str
    name: str
    platform: Literal["web", "android", "ios", "desktop", "other"]
    ip: str | None
    created_at: Time
    last_used_at: Time
    current: bool


class SessionList(wire.Output):
    results: list[SessionInfo]
    next: str | None = None


class Erasure(wire.Output):
    """The account is gone; `id` is the record of what is being erased."""

    id: Id
    state: Literal["queued"]


class Export(wire.Output):
    """A copy of one's own data. `progress` is in percent; `url` is there while `ready`, and good
    for a few minutes."""

    id: Id
    state: Literal["queued", "running", "ready", "failed"]
    progress: int
    url: str | UnsetType = UNSET


class SessionRevoked(wire.Output):
    session: Id


class Ticket(wire.Output):
    """Opens one socket within `expires_in` seconds."""

    ticket: str
    expires_in: int


class UserList(wire.Output):
    results: list[User]
    next: str | None = None


class Blocked(wire.Output):
    user: User
    created_at: Time


class BlockList(wire.Output):
    results: list[Blocked]
    next: str | None
