"""What accounts announces to apps it does not know. They register in `AppConfig.ready`.

Each listener runs inside the transaction that makes the change. Some return what a few further
people must learn; these log entries are written together with the announcer's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from project.sync.log import Entry

profile_changed: list[Callable[[int], None]] = []
"""`(user_id)`: what others see of the person is something else now. Called after the heads were
locked: how many must learn of it is unknown, so they are told by a fan-out (`project.sync.fanout`).
The same holds for the next two."""

privacy_changed: list[Callable[[int], None]] = []
"""`(user_id)`: who may know of read receipts or of the last visit has changed."""

person_left: list[Callable[[int], None]] = []
"""`(user_id)`: the person left; others see a deleted account. Their number and address are free."""

block_coming: list[Callable[[int, int], None]] = []
"""`(one_id, other_id)`: a block between them is about to be made or lifted. A listener locks what
comes before heads and it is going to change."""

block_changed: list[Callable[[int, int], Iterable[Entry]]] = []
"""`(blocker_id, blocked_id)`: a block was made or lifted. Both people's heads are locked."""

discoverability_changed: list[Callable[[int], None]] = []
"""`(user_id)`: who may find the person by number or address has changed. As the three above."""

identity_changed: list[Callable[[int, str, str | None, str], Iterable[Entry]]] = []
"""`(user_id, field, old, new)`: another number or address (`field` is `phone` or `email`) is the
person's from now on; `old` is the one that was proved before."""

person_joined: list[Callable[[int, str | None], Iterable[Entry]]] = []
"""`(user_id, invite)`: an account was made, with the invitation's token if there was one."""

sessions_ended: list[Callable[[list[int]], Iterable[Entry]]] = []
"""`(session_ids)`: these were revoked."""

owner_noticed: list[Callable[[int, str, str, str, str], None]] = []
"""`(user_id, notice, title, detail, key)`: something that the owner of an account should know, by
its name in `letters.NOTICES`. It is told them once for each key, after the commit."""

letter_wanted: list[Callable[[int, str], bool]] = []
"""`(user_id, notice)`: whether this person wants to be told of it by a letter too."""


def entries_of(*parts: Iterable[Entry]) -> list[Entry]:
    """All listeners' entries, each once."""
    return list(dict.fromkeys(entry for part in parts for entry in part))
