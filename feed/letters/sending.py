"""Letters: one for an item whose kind wants it at once, and digests of what is still unread.

A letter is leased before it is sent, so that a worker that dies is followed by another, and its
Message-ID follows from what it tells, so that mail systems drop one that came twice.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.public import mail_person
from feed.deciding.quiet import quiet_until
from feed.doors.wire import Notification
from feed.letters.unsubscribing import headers_for, link_for
from feed.models import Delivery, Digest, Item, Mail, Preference
from feed.reading.items import listed
from feed.reading.shapes import notifications
from feed.wishes import wishes_of

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=5)
ATTEMPTS = 8
BATCH = 100
LONGEST = 50
"""Items that a digest names; it says how many more there are."""
Outcome, Channel = Delivery.Outcome, Delivery.Channel


def send_due_letters() -> int:
    """Send the letters that are due, at most `BATCH`; how many were looked at."""
    now = timezone.now()
    ids = list(
        Mail.objects.filter(due_at__lte=now).order_by("due_at").values_list("pk", flat=True)[:BATCH]
    )
    for letter_id in ids:
        if _leased(letter_id, now):
            _send_letter(Mail.objects.select_related("item").get(pk=letter_id))
    return len(ids)


def _leased(letter_id: int, now: dt.datetime) -> bool:
    mine = Mail.objects.filter(pk=letter_id, due_at__lte=now)
    return bool(mine.update(due_at=now + LEASE, attempts=F("attempts") + 1))


def _send_letter(letter: Mail) -> None:
    item = letter.item
    if item.read_at is not None or item.archived_at is not None:
        _end(letter, Outcome.ACTIVE, "read")
        return
    own = Preference.objects.filter(user_id=letter.user_id).first()
    if own is not None and (until := quiet_until(own.quiet_hours, timezone.now())):
        Mail.objects.filter(pk=letter.pk).update(due_at=until, attempts=0)
        return
    (shown,) = notifications([item])
    try:
        reached = mail_person(
            user_id=letter.user_id,
            subject=shown.title,
            paragraphs=_paragraphs([shown], letter.user_id, item.kind),
            headers=headers_for(letter.user_id, item.kind),
            message_id=f"item.{item.pk}.{letter.delivery_id}",
        )
    except OSError as error:
        logger.warning("a letter to user %s waits: %r", letter.user_id, error)
        if letter.attempts >= ATTEMPTS:
            _end(letter, Outcome.FAILED, type(error).__name__)
        return
    _end(letter, *((Outcome.SENT, "") if reached else (Outcome.DEAD, "no address")))


@transaction.atomic
def _end(letter: Mail, outcome: str, reason: str) -> None:
    """A newer event that took the letter over meanwhile has a delivery of its own. Letters are held
    before their deliveries, as by whoever decides."""
    Mail.objects.filter(pk=letter.pk, delivery=letter.delivery_id).delete()
    told = Delivery.objects.filter(pk__in=[letter.delivery_id or 0], outcome="")
    told.update(outcome=outcome, reason=reason, at=timezone.now())


def send_due_digests() -> int:
    """Send the digests whose window is over, at most `BATCH`; how many were looked at."""
    now = timezone.now()
    due = Digest.objects.filter(sent_at=None, ends_at__lte=now, due_at__lte=now)
    ids = list(due.order_by("ends_at").values_list("pk", flat=True)[:BATCH])
    for digest_id in ids:
        mine = due.filter(pk=digest_id)
        if mine.update(due_at=now + LEASE, attempts=F("attempts") + 1):
            _send_digest(Digest.objects.get(pk=digest_id))
    return len(ids)


def _send_digest(digest: Digest) -> None:
    """Only what came in its window, is wanted in a digest, and is unread now."""
    own = Preference.objects.filter(user_id=digest.user_id).first()
    since = listed(digest.user_id).filter(read_at=None, updated_at__gte=digest.opened_at)
    items = [
        item
        for item in since.order_by("-position")
        if wishes_of(own, item.kind)["email"] == "digest"
    ]
    if not items:
        _end_digest(digest, items, Outcome.SENT, "")
        return
    shown = notifications(items[:LONGEST])
    try:
        reached = mail_person(
            user_id=digest.user_id,
            subject=_("What you have not read yet: {count}").format(count=len(items)),
            paragraphs=_paragraphs(shown, digest.user_id, "digest", len(items) - len(shown)),
            headers=headers_for(digest.user_id, "digest"),
            message_id=f"digest.{digest.pk}",
        )
    except OSError as error:
        logger.warning("a digest of user %s waits: %r", digest.user_id, error)
        if digest.attempts >= ATTEMPTS:
            _end_digest(digest, items, Outcome.FAILED, type(error).__name__)
        return
    if reached:
        _end_digest(digest, items, Outcome.SENT, "digest")
    else:
        _end_digest(digest, items, Outcome.DEAD, "no address")


@transaction.atomic
def _end_digest(digest: Digest, items: Iterable[Item], outcome: str, reason: str) -> None:
    """Its window is over, whatever became of it; what is unread comes in no later one."""
    now = timezone.now()
    if Digest.objects.filter(pk=digest.pk, sent_at=None).update(sent_at=now):
        Delivery.objects.bulk_create(
            Delivery(
                item=item,
                user_id=item.user_id,
                event_at=item.updated_at,
                channel=Channel.EMAIL,
                outcome=outcome,
                reason=reason,
                at=now,
            )
            for item in items
        )


def _paragraphs(
    shown: Sequence[Notification], user_id: int, scope: str, more: int = 0
) -> list[str]:
    told = [": ".join(filter(None, (each.title, each.body))) for each in shown]
    if more:
        told.append(_("And {count} more.").format(count=more))
    return [
        *told,
        settings.PUBLIC_URL,
        _("No more of these letters: {link}").format(link=link_for(user_id, scope)),
    ]
