"""What contacts takes."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from contacts.doors.wire import OutcomeKind, Ref
from project import wire
from project.wire import Id

MOST_ENTRIES = 20_000

Label = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Region = Annotated[str, msgspec.Meta(pattern=wire.whole("[A-Za-z]{2}"))]
Mode = Literal["full", "delta"]
Version = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=200)]


class PhoneGiven(wire.Input):
    """A number with a region of its own, such as that of its SIM card."""

    value: str
    region: Region


class EntryGiven(wire.Input):
    """One entry of a book. `add` and `update` are the same: the entry is so from now on."""

    ref: Ref
    name: str = ""
    phones: list[str | PhoneGiven] = []
    emails: list[str] = []
    region: Region | UnsetType | None = UNSET
    op: Literal["add", "update", "remove"] = "add"


class ImportForm(wire.Input):
    """The texts of a form that brings a file."""

    batch: Label
    device: Label
    mode: Mode
    base_version: Version | UnsetType = UNSET
    region: Region | UnsetType = UNSET


class ImportGiven(ImportForm, kw_only=True):
    """`device` names the book and `batch` this upload of it; `base_version` is needed by a delta.
    `region` (as `AT`) tells how to read numbers that nothing else tells about."""

    entries: Annotated[list[EntryGiven], msgspec.Meta(max_length=MOST_ENTRIES)]


class PageQuery(wire.Input):
    limit: Limit = 50
    cursor: Annotated[str, msgspec.Meta(max_length=300)] | None = None


class OutcomeQuery(PageQuery, kw_only=True):
    outcome: OutcomeKind | None = None


class ContactQuery(PageQuery, kw_only=True):
    """`q` is a part of the name, or a whole number or address."""

    state: Literal["matched", "invitable"] | None = None
    q: Annotated[str, msgspec.Meta(min_length=1, max_length=254)] | None = None


class ContactChange(wire.Input):
    """What is absent stays as it is."""

    name: Annotated[str, msgspec.Meta(max_length=500)] | UnsetType = UNSET
    phones: Annotated[list[str | PhoneGiven], msgspec.Meta(max_length=50)] | UnsetType = UNSET
    emails: Annotated[list[str], msgspec.Meta(max_length=50)] | UnsetType = UNSET


class InviteGiven(wire.Input):
    """`contacts`, or `all` but those of `except`; with `channel: link` and neither of them one's
    own link, for any number of people."""

    channel: Literal["sms", "email", "link"]
    contacts: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=200)] | UnsetType = UNSET
    all: bool | UnsetType = UNSET
    excluded: list[Id] | UnsetType = msgspec.field(name="except", default=UNSET)


class OptOutGiven(wire.Input):
    """Exactly one of the two."""

    email: Annotated[str, msgspec.Meta(min_length=3, max_length=254)] | UnsetType = UNSET
    phone: Annotated[str, msgspec.Meta(min_length=3, max_length=40)] | UnsetType = UNSET
