"""Making invitations: for contacts, or one's own link for any number of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.public import charge_message, require_reachable
from contacts import queueing
from contacts.doors import wire
from contacts.doors.inputs import InviteGiven
from contacts.importing import writing
from contacts.importing.preparing import KeyOf, keys_of_card
from contacts.matching import keys, optouts
from contacts.models import Channel, Contact, Invite, InviteKey, InviteState
from contacts.models.invites import ALIVE
from contacts.reading.shapes import invite_outputs
from project.errors import Problem, invalid
from project.ids import parse_id
from project.sync.log import Entry, append_and_tell_on_commit, lock_users

A_DAY = 50
DAY = dt.timedelta(days=1)


class Invited(NamedTuple):
    """What became of one contact: its invitation, or why there is none."""

    contact: str
    invite: Invite | None
    problem: Problem | None


def invite(*, user_id: int, given: InviteGiven, request_id: str) -> wire.InviteResults:
    """Invite contacts, or give out one's own link. Each contact has its own outcome; a contact that
    has an open invitation by this channel gets that one again."""
    chosen = given.contacts is not msgspec.UNSET
    if (chosen and given.all is True) or (given.all is not True and given.excluded):
        raise invalid("/contacts", "Either contacts, or all but some.")
    if not chosen and given.all is not True:
        return _own_link(user_id, given.channel)
    with transaction.atomic():
        lock_users([user_id])  # one after the other, or the day's budget would be spent twice
        outcomes = _invite_all(user_id, given)
        _tell_on_commit(user_id, outcomes)
    made = [o.invite for o in outcomes if o.invite is not None]
    outputs = {output.id: output for output in invite_outputs(user_id, made)}
    return wire.InviteResults(results=[_result(o, outputs, request_id) for o in outcomes])


def _own_link(user_id: int, channel: str) -> wire.InviteResults:
    if channel != Channel.LINK:
        raise invalid("/contacts", "Whom to invite by this channel?", "required")
    with transaction.atomic():
        lock_users([user_id])
        own = Invite.objects.filter(inviter_id=user_id, own=True, state__in=ALIVE)
        own.filter(expires_at__lte=timezone.now()).update(state=InviteState.EXPIRED)
        found = own.first()
        if found is None:
            found = Invite.objects.create(
                inviter_id=user_id, own=True, channel=channel, expires_at=_expiry()
            )
    (output,) = invite_outputs(user_id, [found])
    return wire.InviteResults(results=[wire.InviteResult(contact=None, invite=output)])


def _expiry() -> dt.datetime:
    return timezone.now() + dt.timedelta(days=settings.INVITE_DAYS)


def _invite_all(user_id: int, given: InviteGiven) -> list[Invited]:
    contacts = _contacts(user_id, given)
    if given.contacts is msgspec.UNSET:
        asked = [str(contact_id) for contact_id in contacts]
    else:
        asked = list(dict.fromkeys(given.contacts))
    open_ones = _open(user_id, given.channel, contacts)
    since = timezone.now() - DAY
    today = Invite.objects.filter(inviter_id=user_id, own=False, created_at__gt=since)
    left = A_DAY - today.count()
    outcomes = []
    for text in asked:
        contact = contacts.get(_number(text))
        known = open_ones.get(contact.pk) if contact is not None else None
        try:
            found = known or _make(user_id, contact, given.channel, left)
        except Problem as problem:
            outcomes.append(Invited(text, None, problem))
            continue
        left -= known is None
        outcomes.append(Invited(text, found, None))
    wait = _wait(today) if left <= 0 else 0
    for outcome in outcomes:
        if (limited := outcome.problem) is not None and limited.code == "rate_limited":
            limited.retry_after = limited.retry_after or wait
    return outcomes


def _wait(today: QuerySet[Invite]) -> int:
    """Seconds until the day's first invitation is a day old."""
    first = today.order_by("created_at").values_list("created_at", flat=True).first()
    return 1 if first is None else max(1, round((first + DAY - timezone.now()).total_seconds()))


def _number(text: str) -> int:
    try:
        return parse_id(text)
    except Problem:
        return 0


def _contacts(user_id: int, given: InviteGiven) -> dict[int, Contact]:
    mine = Contact.objects.filter(owner_id=user_id)
    if given.contacts is not msgspec.UNSET:
        return mine.in_bulk([_number(text) for text in given.contacts])
    excluded = [] if given.excluded is msgspec.UNSET else given.excluded
    rest = mine.filter(user_id=None).exclude(pk__in=[_number(text) for text in excluded])
    return {contact.pk: contact for contact in rest.order_by("sorted_as", "pk")}


def _open(user_id: int, channel: str, contacts: dict[int, Contact]) -> dict[int, Invite]:
    alive = Invite.objects.filter(
        inviter_id=user_id, channel=channel, state__in=ALIVE, expires_at__gt=timezone.now()
    )
    found = alive.filter(contact_id__in=list(contacts)).order_by("-pk")
    return {one.contact_id: one for one in found if one.contact_id is not None}


def _make(user_id: int, contact: Contact | None, channel: str, left: int) -> Invite:
    """Raises `not_found`, `validation` where there is nothing to send to or nothing is sent there,
    `forbidden` for somebody who is here or wants none, `rate_limited`, and `unavailable` where no
    text messages can be sent."""
    if contact is None:
        raise Problem("not_found")
    if contact.user_id is not None:
        raise Problem("forbidden", "This person is here already.")
    if left <= 0:  # before anything is looked up: of `all` there may be 20,000 more
        raise Problem("rate_limited")
    found = keys_of_card(writing.card_of(contact.card))
    destination = _destination(found, channel)
    if optouts.opted_out(found):
        raise Problem("forbidden", "This person wants no invitations.")
    if destination:
        require_reachable(channel, destination)
        charge_message(channel)
    made = Invite.objects.create(
        inviter_id=user_id,
        contact_id=contact.pk,
        channel=channel,
        destination=keys.seal(destination.encode()) if destination else None,
        expires_at=_expiry(),
    )
    InviteKey.objects.bulk_create(
        InviteKey(invite=made, key=key.key, is_phone=key.kind == keys.PHONE) for key in found
    )
    if destination:
        queueing.send_invite_on_commit(made.pk)
    return made


def _destination(found: Sequence[KeyOf], channel: str) -> str:
    if channel == Channel.LINK:
        return ""
    kind = keys.PHONE if channel == Channel.SMS else keys.EMAIL
    values = sorted((key for key in found if key.kind == kind), key=lambda key: key.assumed)
    if not values:
        raise Problem("validation", "This contact has nothing to send an invitation to.")
    return values[0].value


def _tell_on_commit(user_id: int, outcomes: Sequence[Invited]) -> None:
    ids = [o.invite.contact_id for o in outcomes if o.invite is not None]
    append_and_tell_on_commit([Entry(user_id, "contact.updated", contact_id) for contact_id in ids])


def _result(
    outcome: Invited, outputs: dict[str, wire.Invite], request_id: str
) -> wire.InviteResult:
    if outcome.invite is not None:
        return wire.InviteResult(contact=outcome.contact, invite=outputs[str(outcome.invite.pk)])
    assert outcome.problem is not None
    return wire.InviteResult(contact=outcome.contact, error=outcome.problem.body(request_id))
