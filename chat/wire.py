"""What chat takes and gives, behind both doors."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from accounts.public import UserOutput
from project import wire
from project.files.wire import File
from project.wire import Id, Time

Number = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
Mark = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
ClientId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Text = Annotated[str, msgspec.Meta(max_length=16_000)]
Emoji = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]


class Quote(wire.Output):
    """The message that this one answers; `text` is empty once that one is deleted."""

    number: int
    sender: Id
    text: str


class Reaction(wire.Output):
    emoji: str
    users: list[Id]


class Forward(wire.Output):
    """Where a forwarded message comes from: its first author, if they may be named, and when they
    sent it; `hops` counts how often it was passed on."""

    created_at: Time
    hops: int
    sender: Id | UnsetType = UNSET
    name: str | UnsetType = UNSET


class Reference(wire.Input):
    """Points at something of the embedding application, which alone knows what it means."""

    type: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class Action(wire.Input):
    """Makes a message actionable: a button that the client draws. `params` has at most 4 KiB as
    JSON."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    params: dict[str, Any] = {}


class Preview(wire.Output):
    """What the first link of the text leads to. `image` is a small picture as a data: URL."""

    url: str
    title: str
    description: str
    site: str
    image: str | UnsetType = UNSET


class Message(wire.Output):
    """One message, or the tombstone of a deleted one. `number` is the only order."""

    chat: Id
    number: int
    client_id: str
    sender: Id
    text: str
    created_at: Time
    type: str = "text"
    file: File | None = None
    reply_to: Quote | None = None
    forward: Forward | None = None
    reference: Reference | None = None
    action: Action | None = None
    no_forward: bool = False
    reactions: list[Reaction] = []
    tags: list[str] = []
    hashtags: list[str] = []
    edited_at: Time | None = None
    deleted: bool = False
    preview: Preview | UnsetType = UNSET


class Tag(wire.Output):
    """A private tag and the message it is on, in the copy of one's data."""

    chat: Id
    number: int
    tag: str


class MyMarks(wire.Output):
    delivered: int
    read: int


class PeerMarks(wire.Output):
    """`read` is null when either person keeps read receipts to themselves."""

    delivered: int
    read: int | None


class Marks(wire.Output):
    me: MyMarks
    peer: PeerMarks


class Chat(wire.Output):
    """A chat as one of its two people sees it."""

    id: Id
    peer: UserOutput
    last_number: int
    last_message: Message | None
    unread_count: int
    marks: Marks
    cleared_number: int
    muted_until: Time | None
    archived: bool
    pinned: bool
    marked_unread: bool
    created_at: Time
    updated_at: Time


class ChatPage(wire.Output):
    results: list[Chat]
    next: str | None


class MessagePage(wire.Output):
    """Ascending. What is missing between two numbers is not for this person."""

    results: list[Message]
    has_more_before: bool
    has_more_after: bool


class MarkAnswer(wire.Output):
    unread_count: int
    marks: Marks


class MessageDeleted(wire.Output, rename={"scope": "for"}):
    """`for` is `me` (it disappears) or `everyone` (a tombstone stays)."""

    chat: Id
    number: int
    scope: Literal["me", "everyone"]


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


class ForwardTarget(wire.Input):
    chat: Id
    client_id: ClientId


class ForwardMessage(wire.Input):
    """Each target has a `client_id` of its own."""

    targets: Annotated[list[ForwardTarget], msgspec.Meta(min_length=1, max_length=5)]


class Forwarded(wire.Output):
    """What became of one target: its `message`, or the `error` object."""

    chat: Id
    message: Message | UnsetType = UNSET
    error: dict[str, Any] | UnsetType = UNSET


class ForwardResults(wire.Output):
    """One for each target, in their order."""

    results: list[Forwarded]


class TriggerAction(wire.Input):
    """`params` has at most 4 KiB as JSON."""

    params: dict[str, Any] = {}


class ActionTaken(wire.Output):
    """`id` is the one that the embedding application's hook gets."""

    id: Id


class ActionTriggered(wire.Output):
    """In the copy of one's own data."""

    id: Id
    chat: Id
    number: int
    name: str
    params: dict[str, Any]
    created_at: Time


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


class TypingSignal(wire.Output):
    chat: Id
    user: Id
    on: bool


class WatchPresence(wire.Input):
    """Replaces the list of people watched; those without a chat with the watcher are left out."""

    users: Annotated[list[Id], msgspec.Meta(max_length=200)]


class Presence(wire.Output):
    """`last_seen` is null while online, and for whoever does not show it."""

    user: Id
    online: bool
    last_seen: Time | None


class PresenceList(wire.Output):
    presence: list[Presence]


class ReportGiven(wire.Input):
    """About a message of the peer (`number`), or without it about the person."""

    chat: Id
    reason: Literal["spam", "harassment", "violence", "sexual", "fraud", "other"]
    number: Number | None = None
    comment: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class ReportTaken(wire.Output):
    id: Id
    created_at: Time
