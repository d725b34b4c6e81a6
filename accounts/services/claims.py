"""Who an address or number belongs to: whoever proved it, against anyone who only claims it."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Challenge, Purpose, User
from project.sync.log import Entry


def strip_unproved(owner: User) -> list[Entry]:
    """Take what `owner` has proved away from accounts that merely name it, so that a claim made in
    advance captures nothing; the updates these accounts must get."""
    entries = []
    for field in ("email", "phone"):
        value = getattr(owner, field)
        if value is None or not getattr(owner, f"{field}_verified"):
            continue
        claimed = User.objects.filter(**{field: value, f"{field}_verified": False})
        others = list(claimed.exclude(pk=owner.pk).values_list("pk", flat=True))
        User.objects.filter(pk__in=others).update(**{field: None})
        entries += [Entry(user_id, "me.updated") for user_id in others]
    return entries


def drop_pending(user_id: int) -> None:
    """Void the person's changes of address or number that are still under way: whoever started them
    may not be the one who has just proved to own the account."""
    pending = Q(user_id=user_id, purpose__in=[Purpose.EMAIL, Purpose.PHONE], used_at=None)
    Challenge.objects.filter(pending).delete()
