"""What chat tells, by both doors."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, UnsetType

from accounts.public import UserOutput
from chat.doors.inputs import Action, Reference
from project import wire
from project.files.doors.wire import File
from project.wire import Id, Time


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


class FoundFile(File, kw_only=True):
    """A file that was found, and the message that carries it."""

    chat: Id
    number: int


class Tag(wire.Output):
    """A private tag and the message it is on, in the copy of one's data."""

    chat: Id
    number: int
    tag: str


class TagCount(wire.Output):
    """A tag, and on how many messages it is that I may see."""

    tag: str
    kind: Literal["private", "hashtag"]
    count: int


class TagList(wire.Output):
    results: list[TagCount]


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


class Forwarded(wire.Output):
    """What became of one target: its `message`, or the `error` object."""

    chat: Id
    message: Message | UnsetType = UNSET
    error: dict[str, Any] | UnsetType = UNSET


class ForwardResults(wire.Output):
    """One for each target, in their order."""

    results: list[Forwarded]


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


class TypingSignal(wire.Output):
    chat: Id
    user: Id
    on: bool


class Presence(wire.Output):
    """`last_seen` is null while online, and for whoever does not show it."""

    user: Id
    online: bool
    last_seen: Time | None


class PresenceList(wire.Output):
    presence: list[Presence]


class ReportTaken(wire.Output):
    id: Id
    created_at: Time
