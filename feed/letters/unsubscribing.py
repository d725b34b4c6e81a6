"""Leaving letters by one click, without logging in (RFC 8058).

The link holds who and what, signed; it is good for ever, since letters are. Opening it changes
nothing, because scanners of mail open everything; the POST, which mail programs send by themselves,
needs no further step.
"""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction

from feed.kinds import KINDS
from feed.models import Preference
from feed.wishes import wishes_of
from project.errors import Problem
from project.keys import key_for
from project.sync.log import lock_users

ALL = "digest"
"""The scope of a digest's letter: all kinds that come in one."""


def _signer() -> Signer:
    return Signer(key=key_for("unsubscribe").hex(), salt="unsubscribe")


def link_for(user_id: int, scope: str) -> str:
    """`scope` is a kind, or `digest`."""
    return f"{settings.PUBLIC_URL}/api/v1/unsubscribe/{_signer().sign(f'{user_id}-{scope}')}"


def headers_for(user_id: int, scope: str) -> dict[str, str]:
    return {
        "List-Unsubscribe": f"<{link_for(user_id, scope)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def read_link(token: str) -> tuple[int, str]:
    """Whom and what a link is about. Raises `not_found`."""
    try:
        user_id, _, scope = _signer().unsign(token).partition("-")
    except BadSignature:
        raise Problem("not_found") from None
    return int(user_id), scope


@transaction.atomic
def unsubscribe(*, token: str) -> None:
    """No more such letters. Doing it again changes nothing. Raises `not_found`."""
    user_id, scope = read_link(token)
    if not lock_users([user_id]):
        return  # they have left
    own = Preference.objects.filter(user_id=user_id).first() or Preference(
        user_id=user_id, kinds={}
    )
    kinds = [scope] if scope != ALL else list(KINDS)
    for kind in kinds:
        wishes = wishes_of(own, kind)
        if scope != ALL or wishes["email"] == "digest":
            own.kinds[kind] = wishes | {"email": "off"}
    Preference.objects.update_or_create(user_id=user_id, defaults={"kinds": own.kinds})
