"""Messages and marks as they look to one of a chat's two people."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET

from accounts.public import UserOutput, seen
from chat.doors.inputs import Action, Reference
from chat.doors.wire import Forward, Marks, MyMarks, PeerMarks, Preview, Quote, Reaction
from chat.doors.wire import Message as MessageOutput
from chat.models import Message, Participant, Tag
from chat.sending.outgoing import params_of
from project.files.doors.wire import File
from project.files.reading.shapes import file_outputs
from project.wire import moment, moment_or_none

Key = tuple[int, int]
"""A message, by chat and number."""


class Viewed(NamedTuple):
    """A message that `viewer_id` may see, who has cleared the chat up to `cleared`. What follows
    these two are the names of a stored message's columns."""

    viewer_id: int
    cleared: int
    chat_id: int
    number: int
    sender_id: int
    client_id: str
    type: str
    text: str
    hashtags: list[str]
    reply_to: int | None
    file_id: int | None
    reference: dict[str, Any] | None
    action: dict[str, Any] | None
    no_forward: bool
    forward_sender: int | None
    forward_at: dt.datetime | None
    forward_hops: int
    reactions: list[list[Any]]
    tagged_by: list[int]
    preview: dict[str, Any] | None
    created_at: dt.datetime
    edited_at: dt.datetime | None
    deleted_at: dt.datetime | None


COLUMNS = Viewed._fields[2:]
_columns_of = attrgetter(*COLUMNS)
_JSON = frozenset({"reference", "action", "reactions", "preview"})


def viewed(mine: Participant, message: Message) -> Viewed:
    """A message from the side of the chat that it is seen from."""
    return Viewed(mine.user_id, mine.cleared, *_columns_of(message))


def viewed_row(viewer_id: int, cleared: int, values: Iterable[Any]) -> Viewed:
    """The same from the `COLUMNS` of a statement of one's own, to which Django's connections give
    JSON as text."""
    return Viewed(viewer_id, cleared, *map(_read, COLUMNS, values))


def _read(column: str, value: Any) -> Any:
    is_json = column in _JSON and value is not None
    return msgspec.json.decode(value) if is_json else value


def message_outputs(mine: Participant, messages: Sequence[Message]) -> list[MessageOutput]:
    """Messages of one chat as this side sees them."""
    return viewed_outputs([viewed(mine, message) for message in messages])


class _Around(NamedTuple):
    """What messages show besides their own row."""

    quoted: dict[Key, Message]
    files: dict[int, File]
    tags: dict[tuple[int, Key], list[str]]
    authors: dict[tuple[int, int], UserOutput]


def viewed_outputs(messages: Sequence[Viewed]) -> list[MessageOutput]:
    """The outputs, in order. One query each for quotes, files, tags and names of authors, and none
    for what no message has."""
    shown = [message for message in messages if message.deleted_at is None]
    around = _Around(
        quoted=_quoted(shown),
        files=file_outputs(message.file_id for message in shown if message.file_id),
        tags=_tags([message for message in shown if message.viewer_id in message.tagged_by]),
        authors=_authors((m.viewer_id, m.forward_sender) for m in shown if m.forward_sender),
    )
    return [_output(message, around) for message in messages]


def _quoted(messages: Iterable[Viewed]) -> dict[Key, Message]:
    keys = {(m.chat_id, m.reply_to) for m in messages if m.reply_to is not None}
    found = Message.objects.filter(pk__in=list(keys)) if keys else []
    return {(original.chat_id, original.number): original for original in found}


def _tags(messages: Sequence[Viewed]) -> dict[tuple[int, Key], list[str]]:
    if not messages:
        return {}
    found = Tag.objects.filter(
        user_id__in={message.viewer_id for message in messages},
        chat_id__in={message.chat_id for message in messages},
        number__in={message.number for message in messages},
    ).order_by("tagged_at", "tag")
    tags: dict[tuple[int, Key], list[str]] = defaultdict(list)
    for tag in found:
        tags[tag.user_id, (tag.chat_id, tag.number)].append(tag.tag)
    return tags


def _authors(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], UserOutput]:
    """By viewer and author, those who may be named."""
    wanted = set(pairs)
    known = seen(wanted) if wanted else {}
    return {pair: each.user for pair, each in known.items() if each.named}


def _output(message: Viewed, around: _Around) -> MessageOutput:
    output = MessageOutput(
        chat=str(message.chat_id),
        number=message.number,
        client_id=message.client_id,
        sender=str(message.sender_id),
        type=message.type,
        text=message.text,
        no_forward=message.no_forward,
        hashtags=message.hashtags,
        created_at=moment(message.created_at),
        deleted=message.deleted_at is not None,
    )
    if message.deleted_at is None:
        _show_rest(output, message, around)
    return output


def _show_rest(output: MessageOutput, message: Viewed, around: _Around) -> None:
    """What few messages have, and tombstones never."""
    key = (message.chat_id, message.number)
    output.edited_at = moment_or_none(message.edited_at)
    if message.reply_to is not None:
        original = around.quoted.get((message.chat_id, message.reply_to))
        output.reply_to = None if original is None else _quote(message, original)
    if message.file_id is not None:
        output.file = around.files.get(message.file_id)
    if message.forward_at is not None:
        output.forward = _forward(message, around.authors)
    if message.reference is not None:
        output.reference = Reference(**message.reference)
    if message.action is not None:
        name, kept = message.action["name"], message.action["params"]
        output.action = Action(name=name, params=params_of(kept))
    if message.reactions:
        output.reactions = _reactions(message)
    if message.preview is not None:
        output.preview = Preview(**message.preview)
    output.tags = around.tags.get((message.viewer_id, key), [])


def _quote(quoting: Viewed, original: Message) -> Quote:
    """Empty when the original is deleted, or when this person can no longer read it."""
    gone = original.number <= quoting.cleared or quoting.viewer_id in original.hidden_from
    text = "" if gone else original.text
    return Quote(number=original.number, sender=str(original.sender_id), text=text)


def _forward(message: Viewed, authors: dict[tuple[int, int], UserOutput]) -> Forward:
    assert message.forward_at is not None
    author = authors.get((message.viewer_id, message.forward_sender or 0))
    return Forward(
        created_at=moment(message.forward_at),
        hops=message.forward_hops,
        sender=UNSET if author is None else author.id,
        name=UNSET if author is None else author.name,
    )


def _reactions(message: Viewed) -> list[Reaction]:
    """Grouped by emoji, in the order in which each first came."""
    users: dict[str, list[str]] = defaultdict(list)
    for emoji, user_id, quiet in message.reactions:
        if not quiet or user_id == message.viewer_id:
            users[emoji].append(str(user_id))
    return [Reaction(emoji=emoji, users=ids) for emoji, ids in users.items()]


def marks_output(
    delivered: int, read: int, peer_delivered: int, peer_read: int, *, hidden: bool
) -> Marks:
    """`hidden`: one of the two keeps read receipts private, which hides the peer's."""
    return Marks(
        me=MyMarks(delivered=delivered, read=read),
        peer=PeerMarks(delivered=peer_delivered, read=None if hidden else peer_read),
    )
