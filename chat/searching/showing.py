"""What search shows of chats: messages and files read again under the rules of history, and the
names that facets and suggestions need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import structs

from accounts.public import UserOutput, user_outputs
from chat.doors.wire import FoundFile
from chat.models import Message, Tag
from chat.reading.selectors import listed_peers, living_messages_for, peers_of_chats
from chat.reading.shapes import viewed, viewed_outputs
from chat.searching.documents import fields_of, file_fields
from project.files.doors.wire import File
from project.files.reading.shapes import file_outputs
from search.public import Key, Shown, Suggestion, fold, normal_hashtag

MOST = 5


def show(reader: int, kind: str, keys: Sequence[Key]) -> dict[Key, Shown]:
    """Of these messages or files those that the reader may see now."""
    found = living_messages_for(reader, keys)
    if kind == "file":
        files = file_outputs(message.file_id for _, message in found if message.file_id)
        return {
            (message.chat_id, message.number): Shown(
                _carried(message, file), file_fields(file.name)
            )
            for _, message in found
            if (file := files.get(message.file_id or 0)) is not None
        }
    outputs = viewed_outputs([viewed(side, message) for side, message in found])
    return {
        (message.chat_id, message.number): Shown(output, fields_of(message.text))
        for (_, message), output in zip(found, outputs, strict=True)
    }


def _carried(message: Message, file: File) -> FoundFile:
    return FoundFile(**structs.asdict(file), chat=str(message.chat_id), number=message.number)


def labels(reader: int, values: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
    """A chat is called as its peer is. Only the reader's own chats, the people in them and the
    reader have a name."""
    chats, senders = (
        [int(value) for value in values.get(name, ()) if value.isdigit()]
        for name in ("chat", "sender")
    )
    peers = peers_of_chats(reader, chats, senders)
    people = user_outputs(reader, {*peers.values(), *({reader} & set(senders))})
    return {
        "chat": {str(chat_id): people[peer].name for chat_id, peer in peers.items()},
        "sender": {str(person): output.name for person, output in people.items()},
    }


def suggest(reader: int, operator: str, text: str) -> Iterator[Suggestion]:
    """People and chats by the beginning of a name, and one's own tags."""
    if operator in ("", "from", "to", "in"):
        yield from _people(reader, operator, text.removeprefix("@"))
    if operator in ("", "tag") and text:
        yield from _tags(reader, text)


def _people(reader: int, operator: str, text: str) -> Iterator[Suggestion]:
    wanted = fold(text)
    kinds = [operator] if operator else ["from", "in"]
    named = [
        person
        for person in user_outputs(reader, listed_peers(reader).values()).values()
        if _is_called(person, wanted)
    ]
    for person in sorted(named, key=lambda person: fold(person.name))[:MOST]:
        for kind in kinds:
            type_ = "chat" if kind == "in" else "user"
            yield Suggestion(type_, f"{kind}:@{person.username}", person.name)


def _is_called(person: UserOutput, beginning: str) -> bool:
    if not isinstance(person.username, str):
        return False  # they left
    words = [*fold(person.name).split(), person.username]
    return any(word.startswith(beginning) for word in words)


def _tags(reader: int, text: str) -> Iterator[Suggestion]:
    wanted = normal_hashtag(text)
    found = Tag.objects.filter(user_id=reader).values_list("tag", flat=True).distinct()
    for tag in sorted(t for t in found if normal_hashtag(t).startswith(wanted))[:MOST]:
        value = f'tag:"{tag}"' if " " in tag else f"tag:{tag}"
        yield Suggestion("tag", value, tag)
