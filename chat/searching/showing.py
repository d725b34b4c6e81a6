"""What search shows of chats: messages and files read again under the rules of history, and the
names that facets and suggestions need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from heapq import nsmallest

from msgspec import structs

from accounts.public import Named, names_seen, user_outputs
from chat.doors.wire import FoundFile
from chat.models import Tag
from chat.reading.selectors import listed_peers, peers_of_chats, views_of
from chat.reading.shapes import Viewed, viewed_outputs
from chat.searching.documents import fields_of, file_fields
from project.files.doors.wire import File
from project.files.reading.shapes import file_outputs
from search.public import Key, Shown, Suggestion, fold, normal_hashtag

MOST = 5


def show(reader: int, kind: str, keys: Sequence[Key]) -> dict[Key, Shown]:
    """Of these messages or files those that the reader may see now."""
    views = views_of(reader, keys).items()
    found = {key: message for key, message in views if message and message.deleted_at is None}
    if kind == "file":
        files = file_outputs(message.file_id for message in found.values() if message.file_id)
        return {
            key: Shown(_carried(message, file), file_fields(file.name))
            for key, message in found.items()
            if (file := files.get(message.file_id or 0)) is not None
        }
    outputs = viewed_outputs(list(found.values()))
    return {
        key: Shown(output, fields_of(message.text))
        for (key, message), output in zip(found.items(), outputs, strict=True)
    }


def _carried(message: Viewed, file: File) -> FoundFile:
    return FoundFile(**structs.asdict(file), chat=str(message.chat_id), number=message.number)


def labels(reader: int, values: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
    """A chat is called as its peer is. Only the reader's own chats, the people in them and the
    reader have a name."""
    chats, senders = (
        [int(value) for value in values.get(name, ()) if value.isdigit()]
        for name in ("chat", "sender")
    )
    peers = peers_of_chats(reader, chats, [person for person in senders if person != reader])
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
    peers = names_seen(reader, listed_peers(reader).values())
    named = [person for person in peers if _is_called(person, wanted)]
    for person in nsmallest(MOST, named, key=lambda person: fold(person.name)):
        for kind in kinds:
            type_ = "chat" if kind == "in" else "user"
            yield Suggestion(type_, f"{kind}:@{person.username}", person.name)


def _is_called(person: Named, beginning: str) -> bool:
    words = [*fold(person.name).split(), person.username]
    return any(word.startswith(beginning) for word in words)


def _tags(reader: int, text: str) -> Iterator[Suggestion]:
    wanted = normal_hashtag(text)
    found = Tag.objects.filter(user_id=reader).values_list("tag", flat=True).distinct()
    for tag in sorted(t for t in found if normal_hashtag(t).startswith(wanted))[:MOST]:
        value = f'tag:"{tag}"' if " " in tag else f"tag:{tag}"
        yield Suggestion("tag", value, tag)
