"""Messages between our processes travel through Redis, which is not trusted: each carries a MAC.

What was not sealed with our key (or was altered) is as if it had never come.
"""

from __future__ import annotations

import hashlib
import hmac

import msgspec

from project.keys import key_for

_KEY = key_for("hints")
_SIZE = 16


class Hint(msgspec.Struct, frozen=True, array_like=True, tag="hint"):
    """A user's log has grown to `pts`. With `frame`, also the update itself, ready to be sent."""

    sender: str
    user_id: int
    pts: int
    kind: str = ""
    frame: str = ""


class Transient(msgspec.Struct, frozen=True, array_like=True, tag="signal"):
    """A frame for whoever listens now; it may be lost."""

    sender: str
    user_id: int
    frame: str


class Ended(msgspec.Struct, frozen=True, array_like=True, tag="ended"):
    """These sessions of the user live no longer."""

    sender: str
    user_id: int
    session_ids: list[int]


class Changed(msgspec.Struct, frozen=True, array_like=True, tag="changed"):
    """Something about the user that others watch may have changed: whether they are online."""

    sender: str
    user_id: int


class Hello(msgspec.Struct, frozen=True, array_like=True, tag="hello"):
    """A hub lives. Sent to all hubs, its sender among them."""

    sender: str


Note = Hint | Transient | Ended | Changed | Hello

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Note] = msgspec.msgpack.Decoder(Note)


def seal(note: Note) -> bytes:
    body = _encoder.encode(note)
    return hashlib.blake2b(body, key=_KEY, digest_size=_SIZE).digest() + body


def unseal(sealed: object) -> Note | None:
    """The note, or None for anything that we did not seal."""
    if not isinstance(sealed, bytes):
        return None
    mac, body = sealed[:_SIZE], sealed[_SIZE:]
    if not hmac.compare_digest(mac, hashlib.blake2b(body, key=_KEY, digest_size=_SIZE).digest()):
        return None
    try:
        return _decoder.decode(body)
    except msgspec.MsgspecError:
        return None
