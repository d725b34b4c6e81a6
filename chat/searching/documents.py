"""Messages, and the files in them, as documents of search."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection

from accounts.public import present_people
from chat.models import Participant, Tag
from chat.previews.links import first_link
from project.files.models import File
from search.public import Document, Key, normal_hashtag

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Said(NamedTuple):
    """What an index needs of a message; most names are those of its columns. `created` is in
    microseconds since 1970."""

    chat_id: int
    number: int
    sender_id: int
    type: str
    text: str
    hashtags: list[str]
    file_id: int | None
    forwarded: bool
    reactions: list[list[Any]]
    tagged_by: list[int]
    hidden_from: list[int]
    created: int
    edited: bool


# A time comes as microseconds: to read one that is written out takes as long as all the rest.
_EXPRESSIONS = {
    "created": "(extract(epoch from m.created_at) * 1000000)::bigint",
    "edited": "m.edited_at is not null",
    "forwarded": "m.forward_at is not null",
}
_LIVING = f"""
select {", ".join(_EXPRESSIONS.get(column, f"m.{column}") for column in Said._fields)}
from unnest(%s::bigint[], %s::int[]) k (chat_id, number)
join chat_message m on m.chat_id = k.chat_id and m.number = k.number
where m.deleted_at is null
"""  # noqa: S608  # names of columns

_KEYS = """
select chat_id, number from chat_message where (chat_id, number) > (%s, %s)
order by chat_id, number limit %s
"""


def build(keys: Sequence[Key]) -> list[Document]:
    """Of each message that somebody may still read: itself, and its file."""
    messages = _messages(keys)
    sides = _sides({message.chat_id for message in messages})
    tags = _tags(message for message in messages if message.tagged_by)
    ids = {message.file_id for message in messages if message.file_id is not None}
    files = File.objects.in_bulk(ids) if ids else {}
    documents = []
    for message in messages:
        key = (message.chat_id, message.number)
        if seeing := sides.get(message.chat_id, _NOBODY).readers_of(message):
            file = files.get(message.file_id or 0)
            documents.append(_message(message, seeing, tags.get(key, ())))
            documents += [] if file is None else [_file(message, file, seeing)]
    return documents


def _messages(keys: Sequence[Key]) -> list[Said]:
    """Those that are there."""
    with connection.cursor() as cursor:
        cursor.execute(_LIVING, [[key[0] for key in keys], [key[1] for key in keys]])
        rows = cursor.fetchall()
    place = Said._fields.index("reactions")
    return [Said._make((*row[:place], _reactions(row[place]), *row[place + 1 :])) for row in rows]


def _reactions(stored: str) -> list[list[Any]]:
    found: list[list[Any]] = [] if stored == "[]" else json.loads(stored)
    return found


def keys(after: Key, limit: int) -> list[Key]:
    """All messages, chat by chat, tombstones too."""
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, [*after, limit])
        found: list[Key] = cursor.fetchall()
    return found


class _Sides(NamedTuple):
    """Who takes part in a chat and has not left, and above which number none of them has cleared
    anything."""

    sides: list[Participant]
    everybody: frozenset[int]
    above: int

    def readers_of(self, message: Said) -> frozenset[int]:
        """Whom it is not hidden from, and who has not cleared it; mostly everybody."""
        if message.number > self.above and not message.hidden_from:
            return self.everybody
        return frozenset(
            side.user_id
            for side in self.sides
            if message.number > side.cleared and side.user_id not in message.hidden_from
        )


_NOBODY = _Sides([], frozenset(), 0)


def _sides(chat_ids: set[int]) -> dict[int, _Sides]:
    sides = list(Participant.objects.filter(chat_id__in=chat_ids))
    here = {person.pk for person in present_people(ids={side.user_id for side in sides})}
    by_chat: dict[int, list[Participant]] = {}
    for side in sides:
        if side.user_id in here:
            by_chat.setdefault(side.chat_id, []).append(side)
    return {
        chat_id: _Sides(
            found, frozenset(side.user_id for side in found), max(side.cleared for side in found)
        )
        for chat_id, found in by_chat.items()
    }


def _tags(messages: Iterable[Said]) -> dict[Key, list[tuple[int, str]]]:
    """`(owner, tag)` of each message."""
    wanted = {(message.chat_id, message.number) for message in messages}
    if not wanted:
        return {}
    found: dict[Key, list[tuple[int, str]]] = {}
    tags = Tag.objects.filter(
        chat_id__in={key[0] for key in wanted}, number__in={key[1] for key in wanted}
    )
    for tag in tags.order_by("tagged_at", "tag"):
        found.setdefault((tag.chat_id, tag.number), []).append((tag.user_id, tag.tag))
    return found


def _at(message: Said) -> dt.datetime:
    return EPOCH + dt.timedelta(microseconds=message.created)


def _message(message: Said, readers: frozenset[int], tags: Sequence[tuple[int, str]]) -> Document:
    private = [(owner, f"tag={normal_hashtag(tag)}") for owner, tag in tags]
    private += [(user, "has=reaction") for _, user, quiet in message.reactions if quiet]
    facets = [("sender", str(message.sender_id)), ("type", message.type)]
    facets += [("tag", tag) for tag in message.hashtags]
    return Document(
        kind="message",
        key=(message.chat_id, message.number),
        readers=readers,
        at=_at(message),
        fields=fields_of(message.text),
        terms=tuple(_terms(message)),
        facets=tuple(facets),
        private=tuple((owner, term) for owner, term in dict.fromkeys(private) if owner in readers),
    )


def _file(message: Said, file: File, readers: frozenset[int]) -> Document:
    """The same rules as for its message, which it can be found by too."""
    return Document(
        kind="file",
        key=(message.chat_id, message.number),
        readers=readers,
        at=_at(message),
        fields=file_fields(file.name),
        terms=tuple(_terms(message)),
        facets=(("sender", str(message.sender_id)), ("type", message.type)),
    )


def fields_of(text: str) -> tuple[tuple[str, str], ...]:
    return (("text", text),) if text else ()


def file_fields(name: str) -> tuple[tuple[str, str], ...]:
    return (("name", name),)


def _terms(message: Said) -> Iterable[str]:
    if message.file_id is not None:
        yield "has=file"
    if message.type == "image":
        yield "has=image"
    if message.hashtags:
        yield "has=hashtag"
    if first_link(message.text) is not None:
        yield "has=link"
    if any(not quiet for _, _, quiet in message.reactions):
        yield "has=reaction"
    if message.edited:
        yield "is=edited"
    if message.forwarded:
        yield "is=forwarded"
