"""Showing, opening and revoking invitations, and bringing them to people."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.public import send_letter, user_outputs
from contacts import queueing
from contacts.doors import wire
from contacts.inviting import tokens
from contacts.matching import keys
from contacts.models import Invite, InviteState
from contacts.models.invites import ALIVE
from contacts.reading.selectors import get_invite
from contacts.reading.shapes import state_of
from project.errors import Problem
from project.sync.log import Entry, append_and_tell_on_commit

SENDINGS = 3
"""So often an invitation is tried to be sent."""
SWEPT = 200


def open_invitation(*, token: str) -> wire.Invitation:
    """Who invites, for somebody who holds the link; the inviter sees that it was opened.

    Raises `not_found` for a token that is none of ours, or of somebody who left.
    """
    invite = Invite.objects.filter(pk=tokens.invite_id_of(token) or 0).first()
    if invite is None:
        raise Problem("not_found")
    inviter = user_outputs(invite.inviter_id, [invite.inviter_id])[invite.inviter_id]
    if inviter.deleted is True:
        raise Problem("not_found")
    state = state_of(invite)
    if state in (InviteState.CREATED, InviteState.SENT):
        _note_opened(invite)
        state = InviteState.OPENED
    shown = wire.Inviter(name=inviter.name, avatar=inviter.avatar or None)
    return wire.Invitation(inviter=shown, state=state)  # type: ignore[arg-type]


@transaction.atomic
def _note_opened(invite: Invite) -> None:
    fresh = Invite.objects.filter(pk=invite.pk, state__in=(InviteState.CREATED, InviteState.SENT))
    if fresh.update(state=InviteState.OPENED) and invite.contact_id is not None:
        append_and_tell_on_commit([Entry(invite.inviter_id, "contact.updated", invite.contact_id)])


@transaction.atomic
def revoke(*, user_id: int, number: str) -> None:
    """The link is good for nothing any more. Raises `not_found`; revoking twice is revoking once,
    and what has brought somebody stays."""
    invite = get_invite(user_id, number)
    alive = Invite.objects.filter(pk=invite.pk, state__in=ALIVE)
    if alive.update(state=InviteState.REVOKED) and invite.contact_id is not None:
        append_and_tell_on_commit([Entry(user_id, "contact.updated", invite.contact_id)])


def send(invite_id: int) -> None:
    """Bring an invitation to its contact. Raises what the carrier raises, for a later try."""
    waiting = Invite.objects.filter(pk=invite_id, state=InviteState.CREATED)
    invite = waiting.filter(attempts__lt=SENDINGS).first()
    if invite is None or invite.destination is None:
        return
    waiting.update(attempts=F("attempts") + 1)
    inviter = user_outputs(invite.inviter_id, [invite.inviter_id])[invite.inviter_id]
    if inviter.deleted is True:
        return
    link = tokens.link_of(invite.pk)
    subject = _("{name} invites you to Confab").format(name=inviter.name)
    text = _("{name} invites you to Confab: {link}").format(name=inviter.name, link=link)
    send_letter(invite.channel, keys.unseal(invite.destination).decode(), subject, (text,))
    with transaction.atomic():
        if waiting.update(state=InviteState.SENT) and invite.contact_id is not None:
            entry = Entry(invite.inviter_id, "contact.updated", invite.contact_id)
            append_and_tell_on_commit([entry])


def sweep() -> None:
    """Send what was not sent when it was asked for."""
    now = timezone.now()
    waiting = Invite.objects.filter(
        state=InviteState.CREATED,
        destination__isnull=False,
        attempts__lt=SENDINGS,
        created_at__lt=now - dt.timedelta(minutes=1),
        expires_at__gt=now,
    )
    for invite_id in waiting.order_by("created_at").values_list("pk", flat=True)[:SWEPT]:
        queueing.send_invite_soon(invite_id)
