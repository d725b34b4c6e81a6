"""What accounts takes."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from project import wire
from project.wire import Id

Audience = Literal["everyone", "contacts", "nobody"]
EmailText = Annotated[str, msgspec.Meta(min_length=3, max_length=254)]
PhoneText = Annotated[str, msgspec.Meta(min_length=3, max_length=40)]
Region = Annotated[str, msgspec.Meta(pattern=wire.whole("[A-Z]{2}"))]
Password = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
ChallengeToken = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=16)]
Secret = Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
Nonce = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Invite = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=200)]


class RegisterByEmail(wire.Input):
    """`invite` is the token of the invitation that brought this person."""

    email: EmailText
    password: Password
    name: Name
    invite: Invite | UnsetType = UNSET


class LoginByEmail(wire.Input):
    email: EmailText
    password: Password


class Answered(wire.Input):
    """A challenge and the code that came."""

    challenge: ChallengeToken
    code: Code


class Refresh(wire.Input):
    refresh: Secret


class Addressed(wire.Input):
    email: EmailText


class Phoned(wire.Input):
    """`region` (as `AT`) tells how to read a number that is not international."""

    phone: PhoneText
    region: Region | UnsetType = UNSET


class EnterByPhone(wire.Input):
    """`name` and `invite` are for a new account."""

    challenge: ChallengeToken
    code: Code
    name: Name | UnsetType = UNSET
    invite: Invite | UnsetType = UNSET


class ForgottenPassword(wire.Input):
    """Exactly one of the two."""

    email: EmailText | UnsetType = UNSET
    phone: PhoneText | UnsetType = UNSET


class NewPassword(wire.Input):
    challenge: ChallengeToken
    code: Code
    password: Password


class PasswordChange(wire.Input):
    old_password: Password
    new_password: Password


class Confirmation(wire.Input):
    """The password, or a challenge of `POST /auth/challenge` with its code."""

    password: Password | UnsetType = UNSET
    challenge: ChallengeToken | UnsetType = UNSET
    code: Code | UnsetType = UNSET


class EnterByGoogle(wire.Input):
    id_token: Secret
    nonce: Nonce | UnsetType = UNSET
    invite: Invite | UnsetType = UNSET


class EnterByFacebook(wire.Input):
    """An access token, or the ID token of Limited Login with its nonce."""

    access_token: Secret | UnsetType = UNSET
    id_token: Secret | UnsetType = UNSET
    nonce: Nonce | UnsetType = UNSET
    invite: Invite | UnsetType = UNSET


class LinkIdentity(wire.Input):
    """The ticket of `link_required`, or a provider with its token. `user` is for whom it was
    fetched: anybody else is refused, as when another tab has logged in to another account since."""

    ticket: Secret | UnsetType = UNSET
    provider: Literal["google", "facebook"] | UnsetType = UNSET
    id_token: Secret | UnsetType = UNSET
    access_token: Secret | UnsetType = UNSET
    nonce: Nonce | UnsetType = UNSET
    user: Id | UnsetType = UNSET


class ProfileChange(wire.Input):
    """What is absent stays as it is."""

    name: Name | UnsetType = UNSET
    username: Annotated[str, msgspec.Meta(max_length=100)] | UnsetType = UNSET
    about: Annotated[str, msgspec.Meta(max_length=500)] | UnsetType = UNSET
    tags: (
        Annotated[
            list[Annotated[str, msgspec.Meta(min_length=1, max_length=64)]],
            msgspec.Meta(max_length=20),
        ]
        | UnsetType
    ) = UNSET
    avatar: Id | UnsetType | None = UNSET
    discoverable_by: Audience | UnsetType = UNSET
    read_receipts: bool | UnsetType = UNSET
    last_seen: Audience | UnsetType = UNSET
    forward_origin: Audience | UnsetType = UNSET


class PageQuery(wire.Input):
    limit: Limit = 50
    cursor: Annotated[str, msgspec.Meta(max_length=200)] | None = None


class UsersQuery(PageQuery, kw_only=True):
    username: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
