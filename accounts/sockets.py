"""Who may open a socket: accounts' answer to sync's question."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.authentication import session_of
from accounts.selectors import alive
from accounts.services.tickets import take_ticket
from accounts.tokens import read_access
from project.sync.credentials import Credentials, Identity


def identity_of(access: str) -> Identity:
    claims = read_access(access)
    session = session_of(claims)
    return Identity(session.user_id, session.pk, claims.expires_at)


def ended(session_ids: Iterable[int]) -> set[int]:
    wanted = set(session_ids)
    return wanted - set(alive().filter(pk__in=wanted).values_list("pk", flat=True))


CREDENTIALS = Credentials(by_access=identity_of, by_ticket=take_ticket, ended=ended)
