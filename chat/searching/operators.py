"""What the operators of a search mean in chats. Whoever asks takes part in every chat that they can
find anything in, so one of the two people tells of the other."""

from __future__ import annotations

from collections.abc import Sequence

from chat.reading.selectors import chats_with, unread_above
from search.public import Above, Both, Has, Never, Not, Resolved, Within, people_named

HAS = ("link", "image", "file", "reaction")
IS = ("unread", "edited", "forwarded")
TYPE = ("text", "file", "image", "action")
CHOICES: dict[str, Sequence[str]] = {
    "has": HAS,
    "is": IS,
    "type": TYPE,
    "from": ("me",),
    "to": ("me",),
}


def sent_by(reader: int, value: str) -> Resolved | None:
    """`from:me`, `from:@name`"""
    person = _person(reader, value)
    if not person:
        return None if person == 0 else _nobody()
    return Resolved(Has((f"sender={person}",)))


def sent_to(reader: int, value: str) -> Resolved | None:
    """`to:me`, `to:@name`: in a chat with that person, and not by them."""
    person = _person(reader, value)
    if not person:
        return None if person == 0 else _nobody()
    if person == reader:
        return Resolved(Not(Has((f"sender={reader}",))))
    chats = Within(tuple(chats_with(reader, person)))
    return Resolved(Both(chats, Has((f"sender={reader}",))))


def said_in(reader: int, value: str) -> Resolved | None:
    """`in:@name`: the chat with that person."""
    person = _person(reader, value)
    if not person:
        return None if person == 0 else _nobody()
    return Resolved(Within(tuple(chats_with(reader, person))))


def has(reader: int, value: str) -> Resolved | None:
    """A reaction that only this person sees is kept for them alone."""
    term = f"has={value.lower()}"
    return Resolved(Has((term, f"{reader}/{term}"))) if value.lower() in HAS else None


def being(reader: int, value: str) -> Resolved | None:
    """`is:unread` is what the peer sent above my mark of reading."""
    if value.lower() == "unread":
        marks = Above(tuple(unread_above(reader)))
        return Resolved(Both(marks, Not(Has((f"sender={reader}",)))))
    return Resolved(Has((f"is={value.lower()}",))) if value.lower() in IS else None


def of_type(reader: int, value: str) -> Resolved | None:
    return Resolved(Has((f"type={value.lower()}",))) if value.lower() in TYPE else None


OPERATORS = {
    "from": sent_by,
    "to": sent_to,
    "in": said_in,
    "has": has,
    "is": being,
    "type": of_type,
}


def _person(reader: int, value: str) -> int | None:
    """0 for an empty value, None for nobody."""
    if not value.removeprefix("@"):
        return 0
    return reader if value.lower() == "me" else people_named(value)


def _nobody() -> Resolved:
    return Resolved(Never(), known=False)
