"""What the embedding application does when somebody triggers an action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from accounts.public import UserOutput
from chat.doors.wire import Chat, Message


@dataclass(frozen=True)
class Triggered:
    """One trigger. `id` is the same when the hook is called again for it; `message` and `chat` are
    as `person`, who triggered it, sees them; `params` came with the trigger, those of the button
    are in `message.action`."""

    id: str
    name: str
    person: UserOutput
    chat: Chat
    message: Message
    params: dict[str, Any]


Hook = TypeVar("Hook", bound=Callable[[Triggered], None])

HOOKS: dict[str, Callable[[Triggered], None]] = {}


def action_hook(name: str) -> Callable[[Hook], Hook]:
    """Register a function for an action's name; one for each name.

    It runs in a Celery worker, at least once for each trigger: again after a crash or an exception,
    ever more rarely, and at most nine times. It may take 60 seconds.
    """

    def register(hook: Hook) -> Hook:
        if name in HOOKS:
            raise ValueError(f"The action {name} has a hook already.")
        HOOKS[name] = hook
        return hook

    return register
