"""A message on its way in: checked, and bound to what it said first."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET

from chat.doors.inputs import SendMessage
from project import wire
from project.errors import Problem, invalid
from project.ids import parse_id
from project.keys import data_keys
from search.public import hashtags_of

_KEYS = data_keys("message fingerprint")
_ordered = msgspec.json.Encoder(order="deterministic").encode
PARAMS_LIMIT = 4096
PARAMS_DEPTH = 64


class Outgoing(NamedTuple):
    """One command for the function `chat_send_messages`. A type of '' is for the function to tell,
    0 is no reply and no file, `extra` is JSON or ''. `former` is how the same message may have been
    marked with keys that this installation had."""

    sender_id: int
    chat_id: int
    client_id: str
    fingerprint: bytes
    text: str
    hashtags: list[str]
    reply_to: int
    type: str = ""
    file_id: int = 0
    extra: str = ""
    former: tuple[bytes, ...] = ()

    @property
    def plain(self) -> bool:
        """A text and nothing else, which looks the same to both people."""
        return not (self.reply_to or self.file_id or self.extra)


def formerly(outgoing: Outgoing) -> Outgoing:
    """The same message, marked as the key before would have done it."""
    marked, *former = outgoing.former
    return outgoing._replace(fingerprint=marked, former=tuple(former))


def prepare(sender_id: int, chat: str, given: SendMessage) -> Outgoing:
    """Raises `not_found` for what cannot be a chat's id and `validation` for a message that says
    nothing, or whose type does not fit."""
    chat_id = parse_id(chat)
    carries = given.file is not None or given.action is not None
    check_text(given.text, may_be_empty=carries)
    if given.action is not None:
        check_params(given.action.params, "/action/params")
    marked, *former = fingerprints(chat_id, given)
    return Outgoing(
        sender_id,
        chat_id,
        given.client_id,
        marked,
        given.text,
        hashtags_of(given.text),
        given.reply_to or 0,
        _type_of(given),
        0 if given.file is None else parse_file(given.file),
        _extra_of(given),
        tuple(former),
    )


def check_text(text: str, *, may_be_empty: bool = False) -> None:
    if not text and may_be_empty:
        return
    if not text or text.isspace():
        raise invalid("/text", "A message must say something.", "blank")


def parse_file(file: str) -> int:
    """What cannot be an id is no file of anybody."""
    digits = len(file) <= 18 and file.isascii() and file.isdigit()
    if not digits or not int(file):
        raise no_file()
    return int(file)


def no_file() -> Problem:
    return invalid("/file", "You have no such file that is ready and in no message yet.")


def _type_of(given: SendMessage) -> str:
    wanted = "action" if given.action is not None else ""
    if given.type is UNSET:
        return wanted
    fits = {
        "text": given.file is None and given.action is None,
        "action": given.action is not None,
        "file": given.file is not None and given.action is None,
        "image": given.file is not None and given.action is None,
    }
    if not fits[given.type]:
        raise invalid("/type", "The type does not fit what the message carries.")
    return "" if given.type == "text" else given.type


def _extra_of(given: SendMessage) -> str:
    if given.reference is None and given.action is None and not given.no_forward:
        return ""
    extra: dict[str, Any] = {"reference": given.reference, "no_forward": given.no_forward}
    if given.action is not None:
        extra["action"] = {"name": given.action.name, "params": text_of(given.action.params)}
    return wire.encode({key: value for key, value in extra.items() if value}).decode()


def text_of(params: dict[str, Any]) -> str:
    """How strangers' JSON is kept inside of ours: as a text. As numbers of PostgreSQL 1e308 has 309
    digits, and a minus before zero is lost."""
    return wire.encode(params).decode()


def params_of(kept: str | dict[str, Any]) -> dict[str, Any]:
    """What `text_of` kept; messages of earlier releases hold objects."""
    if isinstance(kept, str):
        params: dict[str, Any] = msgspec.json.decode(kept)
        return params
    return kept


def check_params(params: dict[str, Any], pointer: str) -> None:
    """What is very deep cannot be read by everyone who must read it later: the people's devices,
    and Python's own parser."""
    if _is_deeper(params, PARAMS_DEPTH):
        raise invalid(pointer, f"It may be nested at most {PARAMS_DEPTH} levels deep.")
    if len(wire.encode(params)) > PARAMS_LIMIT:
        raise invalid(pointer, f"It may have at most {PARAMS_LIMIT} bytes as JSON.")


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    parts = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(part, levels - 1) for part in parts)


def fingerprints(chat_id: int, given: SendMessage) -> list[bytes]:
    """Keyed, so that a short text cannot be guessed from it after the message was deleted."""
    kind = "text" if given.file is None else "file"  # whether it is left out or given
    kind = kind if given.action is None else "action"
    content: tuple[object, ...] = (chat_id, kind, given.text, given.reply_to)
    more = (given.file, given.reference, given.action, given.no_forward)
    if any(more):
        content += more
    return fingerprints_of(content)


def fingerprints_of(content: object) -> list[bytes]:
    """The one to keep, and those that former keys would have made. The order of an object's members
    is no content."""
    text = _ordered(content)
    return [hashlib.blake2b(text, key=key, digest_size=16).digest() for key in _KEYS]
