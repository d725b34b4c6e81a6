"""What contacts tells."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from accounts.public import UserOutput
from project import wire
from project.wire import Id, Time

Ref = Annotated[str, msgspec.Meta(max_length=100)] | Annotated[int, msgspec.Meta(ge=0, le=2**53)]
"""What a client calls an entry: a text or a number, told as it came."""

ImportState = Literal["queued", "running", "done", "failed", "cancelled"]
OutcomeKind = Literal["matched", "invitable", "invalid", "duplicate", "self", "deferred", "removed"]
InviteState = Literal["created", "sent", "opened", "registered", "expired", "revoked"]


class Import(wire.Output, rename={"mine": "self"}):
    """`reload` says that more changed than was told contact by contact: fetch the list anew."""

    id: Id
    device: str
    mode: Literal["full", "delta"]
    state: ImportState
    total: int
    processed: int
    matched: int
    invitable: int
    invalid: int
    duplicate: int
    mine: int
    deferred: int
    removed: int
    version: int
    reload: bool
    created_at: Time
    finished_at: Time | None
    undoes: Id | UnsetType = UNSET
    error: str | UnsetType = UNSET


class Outcome(wire.Output):
    """`line` is where the entry begins in a file; `retry_after` is in seconds."""

    ref: Ref
    outcome: OutcomeKind
    line: int | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    duplicate_of: Ref | UnsetType = UNSET
    retry_after: int | UnsetType = UNSET
    contact: Id | UnsetType = UNSET


class OutcomePage(wire.Output):
    results: list[Outcome]
    next: str | None


class Phone(wire.Output):
    """`value` is as it stands in the book; `assumed`: its country was taken for granted."""

    value: str
    e164: str | None
    assumed: bool


class Invite(wire.Output):
    """`contact` is null for one's own link, and once the contact is gone."""

    id: Id
    contact: Id | None
    channel: Literal["sms", "email", "link"]
    link: str
    state: InviteState
    joined: int
    created_at: Time
    expires_at: Time
    user: UserOutput | UnsetType = UNSET


class InvitePage(wire.Output):
    results: list[Invite]
    next: str | None


class Contact(wire.Output):
    id: Id
    ref: Ref
    name: str
    phones: list[Phone]
    emails: list[str]
    state: Literal["matched", "invitable"]
    updated_at: Time
    user: UserOutput | UnsetType = UNSET
    invite: Invite | UnsetType = UNSET


class ContactPage(wire.Output):
    results: list[Contact]
    next: str | None


class ContactRemoved(wire.Output):
    id: Id


class InviteResult(wire.Output):
    """One contact's invitation, or why there is none. `contact` is null for one's own link."""

    contact: Id | None
    invite: Invite | UnsetType = UNSET
    error: dict[str, Any] | UnsetType = UNSET


class InviteResults(wire.Output):
    results: list[InviteResult]


class Inviter(wire.Output):
    name: str
    avatar: Id | None


class Invitation(wire.Output):
    """What somebody sees who holds an invitation's link."""

    inviter: Inviter
    state: InviteState
