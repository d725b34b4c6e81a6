"""What accounts announces to apps it does not know. They register in `AppConfig.ready`.

Each listener runs inside the transaction that makes the change and returns what further people must
learn; these log entries are written together with the announcer's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from project.sync.log import Entry

profile_changed: list[Callable[[int], Iterable[Entry]]] = []
"""`(user_id)`: the name, username or avatar that others see is another one now."""

block_changed: list[Callable[[int, int], Iterable[Entry]]] = []
"""`(blocker_id, blocked_id)`: a block was made or lifted. Both people's heads are locked."""

privacy_changed: list[Callable[[int], Iterable[Entry]]] = []
"""`(user_id)`: who may know of read receipts or of the last visit has changed."""

discoverability_changed: list[Callable[[int], Iterable[Entry]]] = []
"""`(user_id)`: who may find the person by number or address has changed."""

identity_changed: list[Callable[[int, str, str | None, str], Iterable[Entry]]] = []
"""`(user_id, field, old, new)`: another number or address (`field` is `phone` or `email`) is the
person's from now on; `old` is the one that was proved before."""

person_joined: list[Callable[[int, str | None], Iterable[Entry]]] = []
"""`(user_id, invite)`: an account was made, with the invitation's token if there was one."""

person_left: list[Callable[[int], Iterable[Entry]]] = []
"""`(user_id)`: the person left; others see a deleted account. Their number and address are free."""

sessions_ended: list[Callable[[list[int]], Iterable[Entry]]] = []
"""`(session_ids)`: these were revoked."""


def entries_of(*parts: Iterable[Entry]) -> list[Entry]:
    """All listeners' entries, each once."""
    return list(dict.fromkeys(entry for part in parts for entry in part))
