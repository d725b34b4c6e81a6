"""What chat takes, behind both doors."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from project import wire
from project.wire import Id

Number = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
Mark = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
ClientId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Text = Annotated[str, msgspec.Meta(max_length=16_000)]
Emoji = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]


class Reference(wire.Input):
    """Points at something of the embedding application, which alone knows what it means."""

    type: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class Action(wire.Input):
    """Makes a message actionable: a button that the client draws. `params` has at most 4 KiB as
    JSON."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    params: dict[str, Any] = {}


class OpenChat(wire.Input):
    user: Id


class ChatSettings(wire.Input):
    """Absent members stay as they are."""

    muted_until: str | UnsetType | None = UNSET
    archived: bool | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET
    marked_unread: bool | UnsetType = UNSET


class ListQuery(wire.Input):
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    cursor: str | None = None


class HistoryQuery(wire.Input):
    """At most one of `before`, `after` and `around`, each a number; none means the newest."""

    before: Number | None = None
    after: Mark | None = None
    around: Number | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50


class SendMessage(wire.Input):
    """`client_id` is the sender's own, unique for ever: a repeat has no second effect.

    There must be a text, a file or an action. `type` follows from them when it is left out.
    """

    client_id: ClientId
    text: Text = ""
    type: Literal["text", "file", "image", "action"] | UnsetType = UNSET
    file: Id | None = None
    reply_to: Number | None = None
    reference: Reference | None = None
    action: Action | None = None
    no_forward: bool = False


class RenameTag(wire.Input):
    """The new name; one that I have already joins the two."""

    tag: str


class ForwardTarget(wire.Input):
    chat: Id
    client_id: ClientId


class ForwardMessage(wire.Input):
    """Each target has a `client_id` of its own."""

    targets: Annotated[list[ForwardTarget], msgspec.Meta(min_length=1, max_length=5)]


class TriggerAction(wire.Input):
    """`params` has at most 4 KiB as JSON."""

    params: dict[str, Any] = {}


class EditMessage(wire.Input):
    text: Text


class DeleteQuery(wire.Input, rename={"scope": "for"}):
    scope: Literal["me", "everyone"]


class MarkNumber(wire.Input):
    number: Mark


# The same as commands of the socket, where the path's ids are part of the data.


class SendCommand(SendMessage, kw_only=True):
    chat: Id


class EditCommand(EditMessage):
    chat: Id
    number: Number


class ForwardCommand(ForwardMessage):
    chat: Id
    number: Number


class ReactCommand(wire.Input):
    chat: Id
    number: Number
    emoji: Emoji


class DeleteCommand(wire.Input, rename={"scope": "for"}):
    chat: Id
    number: Number
    scope: Literal["me", "everyone"]


class MarkCommand(MarkNumber):
    chat: Id


class Typing(wire.Input):
    chat: Id
    on: bool


class WatchPresence(wire.Input):
    """Replaces the list of people watched; those without a chat with the watcher are left out."""

    users: Annotated[list[Id], msgspec.Meta(max_length=200)]


class ReportGiven(wire.Input):
    """About a message of the peer (`number`), or without it about the person."""

    chat: Id
    reason: Literal["spam", "harassment", "violence", "sexual", "fraud", "other"]
    number: Number | None = None
    comment: Annotated[str, msgspec.Meta(max_length=1000)] = ""
