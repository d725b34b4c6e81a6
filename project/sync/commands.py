"""The socket's commands, registered by the apps: what they take, what they answer, who runs them.

Most handlers are synchronous services, run in a thread. `on_loop` handlers are coroutines for what
needs the socket itself. `direct` is for the hot path: called on the loop, it answers later by
itself, and several may be under way at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from project.limits import Bucket, usual

if TYPE_CHECKING:
    from project.errors import Problem
    from project.sync.socket import Socket

Answered = Callable[["bytes | Problem"], None]
"""What a direct handler calls, once: with the reply's JSON or with a problem."""


class Command(NamedTuple):
    name: str
    shape: Any
    reply: Any
    summary: str
    service: Callable[[int, Any], Any] | None = None
    on_loop: Callable[[Socket, Any], Awaitable[Any]] | None = None
    direct: Callable[[Socket, Any, Answered], None] | None = None
    rate: Bucket | None = None


COMMANDS: dict[str, Command] = {}


def _summary(handler: Callable[..., Any]) -> str:
    return (handler.__doc__ or handler.__name__).strip().splitlines()[0]


def _rate(name: str, rate: Bucket | None, unlimited: str) -> Bucket | None:
    """Whoever wants no rate says why; whoever says nothing gets the usual one."""
    return None if unlimited else rate or usual(name)


def command(
    name: str, shape: Any, reply: Any, *, rate: Bucket | None = None, unlimited: str = ""
) -> Callable[..., Any]:
    """Register `handler(user_id, data) -> reply`, a synchronous function, for a command. `rate` is
    the usual one unless given; `unlimited` says why there is none."""
    limit = _rate(name, rate, unlimited)

    def register(handler: Callable[[int, Any], Any]) -> Callable[[int, Any], Any]:
        COMMANDS[name] = Command(name, shape, reply, _summary(handler), service=handler, rate=limit)
        return handler

    return register


def command_on_loop(
    name: str, shape: Any, reply: Any, *, rate: Bucket | None = None, unlimited: str = ""
) -> Callable[..., Any]:
    """Register `async handler(socket, data) -> reply`."""
    limit = _rate(name, rate, unlimited)

    def register(handler: Callable[[Socket, Any], Awaitable[Any]]) -> Any:
        COMMANDS[name] = Command(name, shape, reply, _summary(handler), on_loop=handler, rate=limit)
        return handler

    return register


def direct_command(
    name: str, shape: Any, reply: Any, *, rate: Bucket | None = None, unlimited: str = ""
) -> Callable[..., Any]:
    """Register `handler(socket, data, answered)`, which returns at once and answers later."""
    limit = _rate(name, rate, unlimited)

    def register(handler: Callable[[Socket, Any, Answered], None]) -> Any:
        COMMANDS[name] = Command(name, shape, reply, _summary(handler), direct=handler, rate=limit)
        return handler

    return register


def told_parts(name: str) -> str:
    """The part of the socket, `chat` or `feed`, that takes this command; `both` for the others."""
    if name.startswith("feed."):
        return "feed"
    return "both" if name in ("ping", "auth.refresh") else "chat"
