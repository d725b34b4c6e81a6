"""Who may open a socket: accounts' answer to sync's question."""

from __future__ import annotations

from accounts.credentials.tokens import read_access
from accounts.doors.authentication import note_generation, session_ended
from accounts.reading.selectors import ADMITTED, ended
from accounts.services.tickets import take_ticket
from project.sync import log
from project.sync.credentials import Admission, Credentials, Identity


def admit(access: str) -> Admission:
    """One statement for the session, the log's head and its epoch: after a restart thousands ask at
    once. Only the first use of a token takes more."""
    claims = read_access(access)
    position = log.position_if(ADMITTED, claims.user_id, claims.session_id, claims.generation)
    if position is None:
        position = log.position_if(ADMITTED, claims.user_id, claims.session_id, 0)
        if position is None:
            raise session_ended()
        note_generation(claims)
    return Admission(Identity(claims.user_id, claims.session_id, claims.expires_at), position)


CREDENTIALS = Credentials(by_access=admit, by_ticket=take_ticket, ended=ended)
