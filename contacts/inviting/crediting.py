"""Who brought somebody here: by the token they registered with, else by the invited number, else by
the address. One inviter is credited, once."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.public import Proved, identities_of
from contacts.inviting import tokens
from contacts.matching import keys, revealing
from contacts.matching.revealing import Told
from contacts.models import Contact, Invite, InviteState, Key
from contacts.models.invites import ALIVE
from contacts.models.matches import Errand
from contacts.services import news
from project.sync.log import Entry


def joined(errand: Errand, limit: int) -> Told:
    """An account was made: whoever invited the person is credited, then all who may find them."""
    credited = revealing.NOTHING if errand.cursor else credit(errand.user_id, errand.invite)
    told = revealing.reveal(errand, limit, is_news=True)
    return Told(told.last, credited.entries + told.entries, credited.news + told.news)


def credit(user_id: int, token: str) -> Told:
    """Credit the inviter of somebody who has just registered; what they learn, if they may."""
    person = identities_of([user_id]).get(user_id)
    if person is None:
        return revealing.NOTHING
    by_token = _by_token(token, user_id)
    invite = by_token or _by_key(person)
    if invite is None:
        return revealing.NOTHING
    may_know = by_token is not None or bool(revealing.allowed(person, [invite.inviter_id]))
    if invite.own:
        Invite.objects.filter(pk=invite.pk).update(joined=F("joined") + 1)
    else:
        invite.state, invite.user_id = InviteState.REGISTERED, user_id
        invite.joined, invite.shown = 1, may_know
        invite.save()
    return _tell(invite, person) if may_know else revealing.NOTHING


def _alive() -> QuerySet[Invite]:
    return Invite.objects.filter(state__in=ALIVE, expires_at__gt=timezone.now())


def _by_token(token: str, user_id: int) -> Invite | None:
    invite_id = tokens.invite_id_of(token)
    mine = _alive().filter(pk=invite_id or 0).exclude(inviter_id=user_id)
    return mine.select_for_update().first()


def _by_key(person: Proved) -> Invite | None:
    """The earliest who invited the proved number, else the proved address."""
    return _earliest(person, keys.proved(person.phone, None)) or _earliest(
        person, keys.proved(None, person.email)
    )


def _earliest(person: Proved, by: Iterable[bytes]) -> Invite | None:
    asked = _alive().filter(own=False, keys__key__in=list(by)).exclude(inviter_id=person.id)
    first = asked.order_by("created_at", "pk").values_list("pk", flat=True).first()
    return Invite.objects.select_for_update().filter(pk=first or 0).first()


def _tell(invite: Invite, person: Proved) -> Told:
    """The inviter learns who came, and the invited contact is that person from now on."""
    told = [news.accepted(invite, person.id)]
    contact = Contact.objects.filter(
        pk=invite.contact_id or 0, owner_id=invite.inviter_id, user_id=None
    ).first()
    if contact is None:
        return Told(None, [], told)
    held = [
        revealing.Held(contact.pk, contact.owner_id, bytes(key.key), key.assumed)
        for key in Key.objects.filter(contact_id=contact.pk)
    ]
    revealing.found(person.id, held)
    return Told(None, [Entry(contact.owner_id, "contact.updated", contact.pk)], told)
