"""What contacts does when people come, change and go. It listens to accounts."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.public import BOOKS, announcements, has_blocked, identities_of
from contacts.matching import audience, errands, keys
from contacts.models import Errand, OptOut
from project.sync.log import Entry

Kind = Errand.Kind


def joined(user_id: int, invite: str | None) -> Iterable[Entry]:
    """Whoever registers is no stranger any more: an opt-out of their number or address is over."""
    person = identities_of([user_id]).get(user_id)
    if person is not None:
        OptOut.objects.filter(key__in=keys.proved(person.phone, person.email)).delete()
    errands.add(Kind.JOINED, user_id=user_id, invite=(invite or "")[:200])
    return ()


def identity_changed(user_id: int, field: str, old: str | None, new: str) -> Iterable[Entry]:
    """The old number takes its matches with it. A first number is news to those who have it."""
    values = {"phone": None, "email": None}
    if old is not None:
        given_up = keys.proved(**(values | {field: old}))
        errands.add(Kind.GIVEN_UP, user_id=user_id, keys=given_up)
    OptOut.objects.filter(key__in=keys.proved(**(values | {field: new}))).delete()
    errands.add(Kind.PROVED if old is None else Kind.SHOWN, user_id=user_id)
    return ()


def discoverability_changed(user_id: int) -> None:
    errands.add(Kind.SHOWN, user_id=user_id)


def block_changed(blocker_id: int, blocked_id: int) -> Iterable[Entry]:
    """A block that was lifted may let both find each other."""
    if not has_blocked(blocker_id, blocked_id):
        errands.add(Kind.SHOWN, user_id=blocker_id)
        errands.add(Kind.SHOWN, user_id=blocked_id)
    return ()


def left(user_id: int) -> None:
    errands.add(Kind.LEFT, user_id=user_id)


def listen() -> None:
    """Register with accounts; once, when the apps are ready."""
    announcements.person_joined.append(joined)
    announcements.identity_changed.append(identity_changed)
    announcements.discoverability_changed.append(discoverability_changed)
    announcements.block_changed.append(block_changed)
    announcements.person_left.append(left)
    BOOKS.append(audience.who_has_person)
