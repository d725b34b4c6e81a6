"""Lists in pages: contacts by name, outcomes as they came, invitations newest first."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import TypeVar

import msgspec
from django.db.models import Q

from accounts.public import identities_of
from contacts import files, numbers
from contacts.doors import inputs, wire
from contacts.importing.entries import Entry, Outcome, opened
from contacts.matching import keys
from contacts.models import Chunk, Contact, Import, Invite, Key
from contacts.reading.shapes import contact_outputs, invite_outputs, outcome_output
from project.email_addresses import normal_email
from project.errors import invalid

T = TypeVar("T")


def list_contacts(owner_id: int, query: inputs.ContactQuery) -> wire.ContactPage:
    """By name, as its letters are told apart without upper and lower case."""
    mine = Contact.objects.filter(owner_id=owner_id).order_by("sorted_as", "pk")
    if query.state is not None:
        mine = mine.filter(user_id__isnull=query.state == "invitable")
    if query.q is not None:
        mine = mine.filter(_matching(owner_id, query.q))
    if query.cursor is not None:
        name, number = _read_cursor(query.cursor, tuple[str, int])
        mine = mine.filter(Q(sorted_as__gt=name) | Q(sorted_as=name, pk__gt=number))
    found = list(mine[: query.limit + 1])
    page = found[: query.limit]
    more = len(found) > query.limit
    return wire.ContactPage(
        results=contact_outputs(owner_id, page),
        next=_cursor((page[-1].sorted_as, page[-1].pk)) if more else None,
    )


def _matching(owner_id: int, q: str) -> Q:
    """A part of the name, or a whole number or address: of these there are only hashes to ask."""
    wanted: list[bytes] = []
    if (email := normal_email(q)) is not None:
        wanted += keys.hashes(keys.EMAIL, email)
    owner = identities_of([owner_id]).get(owner_id)
    read = numbers.normalise(
        q,
        own_region=None,
        entry_region=None,
        owner_number=owner.phone if owner else None,
        request_region=None,
    )
    for number in read:
        if number.e164 is not None:
            wanted += keys.hashes(keys.PHONE, numbers.alias(number.e164))
    having = Key.objects.filter(owner_id=owner_id, key__in=wanted).values("contact_id")
    return Q(sorted_as__contains=q.strip().casefold()) | Q(pk__in=having)


def list_outcomes(job: Import, query: inputs.OutcomeQuery) -> wire.OutcomePage:
    """In the order of the entries, as far as they are done; then what was removed."""
    after = (0, 0) if query.cursor is None else _read_cursor(query.cursor, tuple[int, int])
    results: list[wire.Outcome] = []
    for (number, place), outcome in _outcomes(job, *after):
        if query.outcome is not None and outcome.outcome != query.outcome:
            continue
        if len(results) == query.limit:
            return wire.OutcomePage(results=results, next=_cursor((number, place)))
        results.append(outcome_output(outcome))
    return wire.OutcomePage(results=results, next=None)


def _outcomes(job: Import, number: int, place: int) -> Iterator[tuple[tuple[int, int], Outcome]]:
    done = Chunk.objects.filter(job=job, number__gte=number).exclude(outcomes=None)
    for chunk in done.order_by("number").only("number", "outcomes", "job").iterator(1):
        outcomes = opened(list[Outcome], chunk.outcomes or b"")
        first = place if chunk.number == number else 0
        for index in range(first, len(outcomes)):
            yield (chunk.number, index), outcomes[index]


def problems(job: Import) -> Iterator[str]:
    """The entries that were invalid, as lines of a CSV that can be imported once corrected."""
    return files.write_problems(_rejected(job))


def _rejected(job: Import) -> Iterator[files.Rejected]:
    for chunk in Chunk.objects.filter(job=job).exclude(outcomes=None).order_by("number"):
        outcomes = opened(list[Outcome], chunk.outcomes or b"")
        entries = opened(list[Entry], chunk.entries)
        for entry, outcome in zip(entries, outcomes, strict=False):
            if outcome.outcome == "invalid":
                phones = [p if isinstance(p, str) else p[0] for p in entry.phones]
                yield files.Rejected(
                    entry.name, phones, entry.emails, entry.line or None, outcome.reason
                )


def list_invites(inviter_id: int, query: inputs.PageQuery) -> wire.InvitePage:
    """Newest first."""
    mine = Invite.objects.filter(inviter_id=inviter_id).order_by("-pk")
    if query.cursor is not None:
        mine = mine.filter(pk__lt=_read_cursor(query.cursor, tuple[int])[0])
    found = list(mine[: query.limit + 1])
    page = found[: query.limit]
    more = len(found) > query.limit
    return wire.InvitePage(
        results=invite_outputs(inviter_id, page), next=_cursor((page[-1].pk,)) if more else None
    )


def _cursor(place: object) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def _read_cursor(cursor: str, kind: type[T]) -> T:
    """A tuple of numbers and texts that can be stored."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
        place = msgspec.json.decode(raw, type=kind)
        for part in place:  # type: ignore[attr-defined]
            if part >= 2**63 if isinstance(part, int) else "\0" in part:
                raise ValueError(part)
    except (msgspec.MsgspecError, ValueError, binascii.Error):
        raise invalid("/cursor", "This cursor is none of ours.") from None
    return place
