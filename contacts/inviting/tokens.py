"""Tokens of invitations: 128 bits that follow from the invitation's id under a key of the server,
so that the database holds none and links can be shown again."""

from __future__ import annotations

import base64
import binascii
import hmac

from django.conf import settings

from project.keys import key_for, keys_for

ID, CHECK = 8, 16


def token_of(invite_id: int) -> str:
    raw = invite_id.to_bytes(ID)
    return base64.urlsafe_b64encode(raw + _check(raw, key_for("invite token"))).decode()


def invite_id_of(token: str) -> int | None:
    """The id, if the token is one of ours."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        return None
    number, check = raw[:ID], raw[ID:]
    keys = keys_for("invite token")
    if not any(hmac.compare_digest(check, _check(number, key)) for key in keys):
        return None
    return int.from_bytes(number)


def link_of(invite_id: int) -> str:
    return f"{settings.PUBLIC_URL}/invite/{token_of(invite_id)}"


def _check(raw: bytes, key: bytes) -> bytes:
    return hmac.digest(key, raw, "sha256")[:CHECK]
