"""Forwarding a message: new messages elsewhere that carry the words and share the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import transaction

from accounts.public import origin_shown
from chat.doors.inputs import ForwardTarget
from chat.doors.wire import Forwarded, ForwardResults
from chat.models import Chat, Message
from chat.reading import selectors
from chat.sending.outgoing import Outgoing, fingerprints_of
from chat.sending.statements import Stored
from chat.services.messages import send_messages, show_sent
from project import wire
from project.errors import Problem, invalid
from project.ids import parse_id


class Target(NamedTuple):
    """Where to: `chat_id` is None for what cannot be a chat."""

    chat: str
    chat_id: int | None
    client_id: str


def forward_message(
    *, user_id: int, chat: str, number: int, targets: Sequence[ForwardTarget], request_id: str
) -> ForwardResults:
    """Each target has its own outcome; a refused one spoils no other.

    Raises `not_found` unless I may read the message now, `forbidden` if it is not to be forwarded.
    Targets that were reached before, by the same `client_id`, are answered again in any case.
    """
    wanted = [_target(given) for given in targets]
    _refuse_doubles(wanted)
    stored = _forward(user_id, parse_id(chat), number, wanted)
    results = [
        _result(user_id, target, outcome, request_id)
        for target, outcome in zip(wanted, stored, strict=True)
    ]
    return ForwardResults(results=results)


@transaction.atomic
def _forward(
    user_id: int, source_id: int, number: int, targets: Sequence[Target]
) -> list[Stored | Problem]:
    """All chats are locked first, in their order: the source cannot be deleted meanwhile."""
    found = [target for target in targets if target.chat_id is not None]
    ids = {source_id} | {target.chat_id for target in found if target.chat_id is not None}
    list(Chat.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    source = _source(user_id, source_id, number)
    message, refusal = (None, source) if isinstance(source, Problem) else (source, None)
    if refusal is not None:
        found = _reached(user_id, source_id, number, found)
        if not found:
            raise refusal
    extra = "" if message is None else _extra(user_id, message)
    batch = [_outgoing(user_id, target, source_id, number, message, extra) for target in found]
    stored = dict(zip(found, send_messages(batch) if batch else [], strict=True))
    return [stored.get(target, refusal or Problem("not_found")) for target in targets]


def _reached(user_id: int, source_id: int, number: int, targets: Sequence[Target]) -> list[Target]:
    """Those of the targets to which this message was forwarded before."""
    ids = [target.client_id for target in targets]
    sent = Message.objects.filter(sender_id=user_id, client_id__in=ids)
    prints = {each.client_id: bytes(each.fingerprint) for each in sent}
    return [
        target
        for target in targets
        if prints.get(target.client_id) in _fingerprints(target, source_id, number)
    ]


def _fingerprints(target: Target, source_id: int, number: int) -> list[bytes]:
    """A repeat is told by where it comes from: the words may have been edited since."""
    return fingerprints_of((target.chat_id, "forward", source_id, number))


def _source(user_id: int, source_id: int, number: int) -> Message | Problem:
    """What is to be forwarded, or why it cannot be."""
    try:
        _, message = selectors.get_message_for(user_id, source_id, number)
    except Problem as problem:
        return problem
    if message.deleted_at is not None:
        return Problem("not_found")
    if message.no_forward:
        return Problem("forbidden", "Its sender does not want it to be forwarded.")
    return message


def _outgoing(
    user_id: int, target: Target, source_id: int, number: int, message: Message | None, extra: str
) -> Outgoing:
    assert target.chat_id is not None
    marked, *former = _fingerprints(target, source_id, number)
    bare = Outgoing(
        user_id, target.chat_id, target.client_id, marked, "", [], 0, former=tuple(former)
    )
    if message is None:
        return bare
    return bare._replace(
        text=message.text,
        hashtags=message.hashtags,
        type=message.type,
        file_id=message.file_id or 0,
        extra=extra,
    )


def _extra(user_id: int, message: Message) -> str:
    """The first origin is kept, and named only if that author permits it now."""
    again = message.forward_at is not None
    author = message.forward_sender if again else message.sender_id
    shown = author is not None and origin_shown(author, user_id)
    origin = {
        "sender": str(author) if shown else None,
        "created_at": message.forward_at or message.created_at,
        "hops": message.forward_hops + 1,
    }
    extra: dict[str, Any] = {"forward": origin}
    if message.reference is not None:
        extra["reference"] = message.reference
    if message.action is not None:
        extra["action"] = message.action
    return wire.encode(extra).decode()


def _target(given: ForwardTarget) -> Target:
    try:
        return Target(given.chat, parse_id(given.chat), given.client_id)
    except Problem:
        return Target(given.chat, None, given.client_id)


def _refuse_doubles(targets: Sequence[Target]) -> None:
    seen: set[str] = set()
    for place, target in enumerate(targets):
        if target.client_id in seen:
            raise invalid(f"/targets/{place}/client_id", "Each target needs one of its own.")
        seen.add(target.client_id)


def _result(user_id: int, target: Target, outcome: Stored | Problem, request_id: str) -> Forwarded:
    refusal = outcome if isinstance(outcome, Problem) else outcome.refusal()
    if refusal is not None:
        return Forwarded(chat=target.chat, error=refusal.body(request_id))
    assert isinstance(outcome, Stored)
    message = show_sent(user_id, parse_id(target.chat), outcome)
    return Forwarded(chat=target.chat, message=message)
