"""Who is typing: shown to the peer's live devices, kept nowhere, and over after six seconds."""

from __future__ import annotations

import asyncio

from accounts.public import blocked_between
from chat.doors.inputs import Typing
from chat.doors.limits import TYPING
from chat.doors.wire import TypingSignal
from chat.reading import selectors
from project.sync import threads
from project.sync.commands import command_on_loop
from project.sync.hub import Hub, hub_here
from project.sync.socket import Socket
from project.wire import Nothing

SECONDS = 6.0

_shown: dict[tuple[int, int], asyncio.TimerHandle] = {}


def listener_of(user_id: int, chat: str) -> tuple[int, int | None]:
    """The chat's id and who is to see the typing: nobody when either has blocked the other."""
    side = selectors.get_chat_for(user_id, chat)
    blocked = blocked_between(user_id, side.peer_id)
    return side.chat.pk, None if blocked else side.peer_id


@command_on_loop("typing", Typing, Nothing)
async def typing(socket: Socket, given: Typing) -> None:
    """Show the peer that I am typing, or no longer"""
    TYPING.take(socket.user_id)
    chat_id, peer_id = await threads.run(listener_of, socket.user_id, given.chat)
    if peer_id is None:
        return
    hub = hub_here()
    _tell(hub, chat_id, socket.user_id, peer_id, on=given.on)


def _tell(hub: Hub, chat_id: int, user_id: int, peer_id: int, *, on: bool) -> None:
    timer = _shown.pop((chat_id, user_id), None)
    if timer is not None:
        timer.cancel()
    signal = TypingSignal(chat=str(chat_id), user=str(user_id), on=on)
    hub.signal([peer_id], "typing", signal)
    if on:
        _shown[chat_id, user_id] = hub.loop.call_later(
            SECONDS, lambda: _tell(hub, chat_id, user_id, peer_id, on=False)
        )


def message_sent(hub: Hub, chat_id: int, user_id: int, peer_id: int) -> None:
    """The message is there, so the typing is over."""
    if (chat_id, user_id) in _shown:
        _tell(hub, chat_id, user_id, peer_id, on=False)
