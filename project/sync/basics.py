"""The commands that belong to the connection itself."""

from __future__ import annotations

from project import wire
from project.errors import Problem
from project.sync import credentials, threads
from project.sync.commands import command_on_loop
from project.sync.handshake import Auth
from project.sync.socket import Socket
from project.wire import Nothing


class Ping(wire.Input):
    """Nothing to say."""


class Renewed(wire.Output):
    """Seconds for which the new token lives."""

    expires_in: int


@command_on_loop("ping", Ping, Nothing, unlimited="it costs what an unanswered frame costs")
async def ping(socket: Socket, given: Ping) -> None:
    """Ask for a sign of life"""


@command_on_loop("auth.refresh", Auth, Renewed)
async def refresh(socket: Socket, given: Auth) -> Renewed:
    """Stay connected with a fresh access token of the same session"""
    identity, _ = await threads.run(credentials.check().by_access, given.access)
    if identity.session_id != socket.identity.session_id:
        raise Problem("forbidden", "The token belongs to another session.")
    return Renewed(expires_in=socket.renew(identity))
