"""A message on its way in: checked, and bound to what it said first."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import NamedTuple

from chat.wire import SendMessage
from project import wire
from project.errors import invalid
from project.ids import parse_id
from project.keys import key_for

_KEY = key_for("message fingerprint")
_HASHTAG = re.compile(r"(?<![\w#&])#(\w{1,64})")
TAGS_LIMIT = 32


class Outgoing(NamedTuple):
    """One command for the function `chat_send_messages`."""

    sender_id: int
    chat_id: int
    client_id: str
    fingerprint: bytes
    text: str
    hashtags: list[str]
    reply_to: int | None


def prepare(sender_id: int, chat: str, given: SendMessage) -> Outgoing:
    """Raises `not_found` for what cannot be a chat's id and `validation` for text of only white
    space."""
    chat_id = parse_id(chat)
    check_text(given.text)
    return Outgoing(
        sender_id,
        chat_id,
        given.client_id,
        fingerprint(chat_id, given),
        given.text,
        hashtags_of(given.text),
        given.reply_to,
    )


def check_text(text: str) -> None:
    if not text or text.isspace():
        raise invalid("/text", "A message must say something.", "blank")


def fingerprint(chat_id: int, given: SendMessage) -> bytes:
    """Keyed, so that a short text cannot be guessed from it after the message was deleted."""
    content = wire.encode((chat_id, given.type, given.text, given.reply_to))
    return hashlib.blake2b(content, key=_KEY, digest_size=16).digest()


def hashtags_of(text: str) -> list[str]:
    """The hashtags without `#`, NFKC and case-folded, each once, in their order."""
    if "#" not in text:
        return []
    found = _HASHTAG.findall(unicodedata.normalize("NFKC", text))
    tags = [tag.casefold() for tag in found if not tag.isdigit()]
    return list(dict.fromkeys(tags))[:TAGS_LIMIT]
