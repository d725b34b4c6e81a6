"""Who may open a socket: accounts' answer to sync's question."""

from __future__ import annotations

from accounts.credentials.tokens import read_access
from accounts.doors.authentication import session_ended
from accounts.reading.selectors import alive, ended
from accounts.services.tickets import take_ticket
from project.sync.credentials import Credentials, Identity


def identity_of(access: str) -> Identity:
    """Asks only whether the session lives: after a restart thousands ask at once."""
    claims = read_access(access)
    if not alive().filter(pk=claims.session_id, user_id=claims.user_id).exists():
        raise session_ended()
    return Identity(claims.user_id, claims.session_id, claims.expires_at)


CREDENTIALS = Credentials(by_access=identity_of, by_ticket=take_ticket, ended=ended)
