"""A change that is rolled back is told to nobody.

The services run in this process, inside a transaction that fails after them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from chat.doors.inputs import ChatSettings, ForwardTarget, SendMessage
from chat.services import chats, forwarding, marks, messages, reactions, tags
from project.sync import log
from tests.chat.conversation import everything, heard
from tests.devices import opened
from tests.people import Person

Service = Callable[[int, str], Any]

SERVICES: dict[str, Service] = {
    "arrange": lambda me, chat: chats.arrange_chat(
        user_id=me, chat=chat, given=ChatSettings(pinned=True)
    ),
    "clear": lambda me, chat: chats.clear_chat(user_id=me, chat=chat),
    "read": lambda me, chat: marks.mark_read(user_id=me, chat=chat, number=2),
    "delivered": lambda me, chat: marks.mark_delivered(user_id=me, chat=chat, number=2),
    "send": lambda me, chat: messages.send_message(
        user_id=me, chat=chat, given=SendMessage(client_id="k", text="never")
    ),
    "edit": lambda me, chat: messages.edit_message(user_id=me, chat=chat, number=1, text="never"),
    "delete for me": lambda me, chat: messages.delete_for_me(user_id=me, chat=chat, number=2),
    "delete for everyone": lambda me, chat: messages.delete_for_everyone(
        user_id=me, chat=chat, number=1
    ),
    "forward": lambda me, chat: forwarding.forward_message(
        user_id=me,
        chat=chat,
        number=1,
        targets=[ForwardTarget(chat=chat, client_id="f")],
        request_id="",
    ),
    "react": lambda me, chat: reactions.react(user_id=me, chat=chat, number=2, emoji="👍"),
    "tag": lambda me, chat: tags.tag(user_id=me, chat=chat, number=2, tag="mine"),
}


class Undone(Exception):
    """What rolls the transaction back."""


def undone(service: Service, user_id: int, argument: str) -> None:
    """Run the service, see that it wrote to the person's log, and roll that back."""

    def run() -> None:
        before = log.position_of(user_id).pts
        with transaction.atomic():
            service(user_id, argument)
            assert log.position_of(user_id).pts > before
            raise Undone

    try:
        with pytest.raises(Undone):
            run()
    finally:
        connection.close()


@pytest.mark.parametrize("name", SERVICES)
async def test_what_is_rolled_back_is_not_told(
    alice: Person, bob: Person, chat: str, name: str
) -> None:
    alice.say(chat, "mine")
    bob.say(chat, "his")
    before = [everything(person, chat) for person in (alice, bob)]
    async with opened(alice) as hers, opened(bob) as his:
        await asyncio.to_thread(undone, SERVICES[name], int(alice.id), chat)
        assert [everything(person, chat) for person in (alice, bob)] == before
        assert await heard(hers, alice) == await heard(his, bob) == []
        assert [f for f in (*hers.kept, *his.kept) if f["type"] == "signal"] == []
        sent = alice.say(chat, "sentinel", client_id="k")
        assert (await his.update("message.created")) == sent
        assert sent["number"] == 3


async def test_a_chat_that_was_not_opened_is_none(alice: Person, bob: Person) -> None:
    def open_chat(me: int, peer: str) -> None:
        chats.open_chat(user_id=me, peer=peer)

    async with opened(alice) as hers:
        await asyncio.to_thread(undone, open_chat, int(alice.id), bob.id)
        assert await heard(hers, alice) == []
    assert alice.get("/chats")["results"] == []
    alice.post("/chats", {"user": bob.id}, 201)
