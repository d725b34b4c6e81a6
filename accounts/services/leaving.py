"""Leaving for good: gone at once, erased in the background with a record of every store."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from accounts.doors import announcements, inputs, wire
from accounts.doors.devices import Device
from accounts.letters import notices
from accounts.models import Erasure, Session, User
from accounts.reading.selectors import lock_person
from accounts.services import avatars, erasing, wrong_passwords
from accounts.services.confirming import confirmed
from accounts.services.sessions import end_sessions
from accounts.services.usernames import LEFT
from project.queueing import queue_on_commit
from project.sync.log import append_and_tell_on_commit


def leave(*, session: Session, given: inputs.Confirmation, device: Device) -> wire.Erasure:
    """From this call on nobody finds the person and nothing lets them in; their address and number
    are free. Raises what `confirmed` raises."""
    return confirmed(session, given, lambda: _leave(session.user_id), device)


def _leave(user_id: int) -> wire.Erasure:
    user = lock_person(user_id)
    notices.tell_on_commit(notices.channels_of(user), "left")
    _anonymise(user)
    ended = end_sessions(user_id, Q())
    append_and_tell_on_commit(ended)
    for listener in announcements.person_left:
        listener(user_id)
    erasure = Erasure.objects.create(user_id=user_id, stores=erasing.nothing_done())
    queue_on_commit("accounts.tasks.erase_person", erasure.pk)  # or else the hourly look does it
    avatars.replace(owner_id=user_id, old=user.avatar, new=None)
    return wire.Erasure(id=str(erasure.pk), state="queued")


def _anonymise(user: User) -> None:
    """Nothing that tells who it was; the row stays, for the messages that were sent."""
    user.identities.all().delete()
    wrong_passwords.forget(user.pk)
    User.objects.filter(pk=user.pk).update(
        username=f"{LEFT}{user.pk}",
        name="",
        about="",
        tags=[],
        avatar=None,
        email=None,
        email_verified=False,
        phone=None,
        phone_verified=False,
        password="",
        last_seen_at=None,
        is_staff=False,
        is_superuser=False,
        left_at=timezone.now(),
    )
