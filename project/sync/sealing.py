"""What our processes tell one another goes through Redis, which is not trusted: it has a MAC.

What was not sealed with our key (or was altered) is as if it had never come.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from collections.abc import Sequence

import msgspec

from project.keys import keys_for

_KEYS = keys_for("hints")
_SIZE = 16


class Hint(msgspec.Struct, frozen=True, array_like=True, tag="hint"):
    """A user's log has grown to `pts`. With `frame`, also the update itself, ready to be sent."""

    user_id: int
    pts: int
    kind: str = ""
    frame: str = ""


class Transient(msgspec.Struct, frozen=True, array_like=True, tag="signal"):
    """A signal for whoever listens now; it may be lost."""

    user_id: int
    kind: str
    frame: str


class Ended(msgspec.Struct, frozen=True, array_like=True, tag="ended"):
    """These sessions of the user live no longer."""

    user_id: int
    session_ids: list[int]


class Changed(msgspec.Struct, frozen=True, array_like=True, tag="changed"):
    """Something about the user that others watch may have changed: whether they are online, or who
    may know."""

    user_id: int


Note = Hint | Transient | Ended | Changed


class Bundle(msgspec.Struct, frozen=True, array_like=True):
    """What one process tells all hubs at a time. `sender` is a hub's name, or empty for a process
    that serves no sockets. Without notes it is a greeting. `routed`: the sender hears its users'
    channels, see `routes`."""

    sender: str
    notes: Sequence[Note] = ()
    routed: bool = False


class _Strange(msgspec.Struct, frozen=True, array_like=True):
    """A bundle in which not every note can be read: a newer release has written it."""

    sender: str
    notes: Sequence[msgspec.Raw] = ()
    routed: bool = False


_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Bundle] = msgspec.msgpack.Decoder(Bundle)
_strange_decoder = msgspec.msgpack.Decoder(_Strange)
_note_decoder: msgspec.msgpack.Decoder[Note] = msgspec.msgpack.Decoder(Note)


def _mac(body: bytes, key: bytes) -> bytes:
    return hashlib.blake2b(body, key=key, digest_size=_SIZE).digest()


def seal(bundle: Bundle) -> bytes:
    body = _encoder.encode(bundle)
    return _mac(body, _KEYS[0]) + body


def unseal(sealed: object) -> Bundle | None:
    """The bundle, or None for anything that we did not seal."""
    if not isinstance(sealed, bytes):
        return None
    mac, body = sealed[:_SIZE], sealed[_SIZE:]
    if not any(hmac.compare_digest(mac, _mac(body, key)) for key in _KEYS):
        return None
    try:
        return _decoder.decode(body)
    except msgspec.MsgspecError:
        return _what_can_be_read(body)


def _what_can_be_read(body: bytes) -> Bundle | None:
    """The bundle without the notes of kinds that are unknown here."""
    try:
        strange = _strange_decoder.decode(body)
    except msgspec.MsgspecError:
        return None
    notes = []
    for raw in strange.notes:
        with contextlib.suppress(msgspec.MsgspecError):
            notes.append(_note_decoder.decode(raw))
    return Bundle(strange.sender, notes, strange.routed)
