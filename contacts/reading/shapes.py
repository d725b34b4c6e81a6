"""Rows to wire objects."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from django.utils import timezone
from msgspec import UNSET

from accounts.public import UserOutput, user_outputs
from contacts.doors import wire
from contacts.importing import entries
from contacts.importing.entries import Card, opened
from contacts.inviting import tokens
from contacts.models import Contact, Import, Invite, InviteState
from contacts.models.invites import ALIVE
from project.wire import moment, moment_or_none


def import_output(job: Import) -> wire.Import:
    return wire.Import(
        id=str(job.pk),
        device=job.book.device,
        mode=job.mode,  # type: ignore[arg-type]
        state=job.state,  # type: ignore[arg-type]
        total=job.total,
        processed=job.processed,
        matched=job.matched,
        invitable=job.invitable,
        invalid=job.invalid,
        duplicate=job.duplicate,
        mine=job.mine,
        deferred=job.deferred,
        removed=job.removed,
        version=job.version,
        reload=job.changed > job.told,
        created_at=moment(job.created_at),
        finished_at=moment_or_none(job.finished_at),
        undoes=str(job.undoes_id) if job.undoes_id else UNSET,
        error=job.error or UNSET,
    )


def outcome_output(outcome: entries.Outcome) -> wire.Outcome:
    wait = max(1, outcome.retry_at - round(time.time()))
    return wire.Outcome(
        ref=outcome.ref,
        outcome=outcome.outcome,  # type: ignore[arg-type]
        line=outcome.line or UNSET,
        reason=outcome.reason or UNSET,
        duplicate_of=UNSET if outcome.duplicate_of is None else outcome.duplicate_of,
        retry_after=wait if outcome.retry_at else UNSET,
        contact=str(outcome.contact) if outcome.contact else UNSET,
    )


def contact_outputs(owner_id: int, contacts: Sequence[Contact]) -> list[wire.Contact]:
    """In a constant number of queries. Whoever left is nobody here, at once."""
    users = _users(owner_id, (c.user_id for c in contacts))
    newest = Invite.objects.filter(
        inviter_id=owner_id, contact_id__in=[c.pk for c in contacts]
    ).order_by("pk")
    invites = {
        invite.contact: invite
        for invite in invite_outputs(owner_id, [one for one in newest if _is_current(one)])
    }
    return [_contact(c, users, invites.get(str(c.pk))) for c in contacts]


def _users(owner_id: int, ids: Iterable[int | None]) -> dict[int, UserOutput]:
    wanted = {user_id for user_id in ids if user_id is not None}
    outputs = user_outputs(owner_id, wanted) if wanted else {}
    return {user_id: user for user_id, user in outputs.items() if user.deleted is not True}


def _is_current(invite: Invite) -> bool:
    return state_of(invite) in (*ALIVE, InviteState.REGISTERED)


def _contact(
    contact: Contact, users: dict[int, UserOutput], invite: wire.Invite | None
) -> wire.Contact:
    card = opened(Card, contact.card)
    user = users.get(contact.user_id or 0)
    return wire.Contact(
        id=str(contact.pk),
        ref=entries.ref_of(contact.ref),
        name=contact.name,
        phones=[wire.Phone(value=v, e164=e, assumed=a) for v, e, a in card.phones],
        emails=card.emails,
        state="invitable" if user is None else "matched",
        updated_at=moment(contact.updated_at),
        user=user or UNSET,
        invite=invite or UNSET,
    )


def invite_outputs(inviter_id: int, invites: Sequence[Invite]) -> list[wire.Invite]:
    users = _users(inviter_id, (one.user_id for one in invites if one.shown))
    return [
        wire.Invite(
            id=str(one.pk),
            contact=str(one.contact_id) if one.contact_id else None,
            channel=one.channel,  # type: ignore[arg-type]
            link=tokens.link_of(one.pk),
            state=state_of(one),  # type: ignore[arg-type]
            joined=one.joined if one.own or one.shown else 0,
            created_at=moment(one.created_at),
            expires_at=moment(one.expires_at),
            user=users.get(one.user_id or 0, UNSET) if one.shown else UNSET,
        )
        for one in invites
    ]


def state_of(invite: Invite) -> str:
    """As the inviter may know it: of somebody who came but does not let them find them, nothing."""
    state: str = invite.state
    if state == InviteState.REGISTERED and not invite.shown:
        state = InviteState.CREATED if invite.destination is None else InviteState.SENT
    over = state in ALIVE and invite.expires_at <= timezone.now()
    return InviteState.EXPIRED if over else state
