"""Google's ID tokens."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings

from accounts.letters.destinations import email_or_none
from accounts.providers import Proof, not_set_up, refused
from accounts.providers.asking import Way
from accounts.providers.keys import Keys

ISSUERS = ("accounts.google.com", "https://accounts.google.com")
REQUIRED = ["exp", "iat", "iss", "aud", "sub"]


def web_id() -> str | None:
    """The client id for the page, if Google is set up."""
    return next(iter(settings.GOOGLE_CLIENT_IDS), None)


def prove(token: str, nonce: str | None) -> Proof:
    """Whose token it is. Raises `bad_credentials`, or `unavailable` when Google cannot be asked."""
    if not settings.GOOGLE_CLIENT_IDS:
        raise not_set_up("Google")
    keys = _keys(settings.GOOGLE_CERTS_URL)
    try:
        return _proof(keys.verified(token, settings.GOOGLE_CLIENT_IDS, REQUIRED), token, nonce)
    except (ValueError, KeyError, TypeError):
        raise refused() from None


@cache
def _keys(url: str) -> Keys:
    return Keys(url, Way("Google"))


def _proof(claims: Mapping[str, Any], token: str, nonce: str | None) -> Proof:
    subject = claims["sub"]
    if claims["iss"] not in ISSUERS or claims["aud"] not in settings.GOOGLE_CLIENT_IDS:
        raise ValueError("another issuer or audience")
    if not isinstance(claims["exp"], int) or not isinstance(subject, str) or not subject:
        raise ValueError("claims are missing")
    if nonce is not None and not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise ValueError("another nonce")
    email = email_or_none(claims.get("email"))
    return Proof(
        "google",
        subject[:255],
        name=str(claims.get("name") or ""),
        email=email,
        email_proved=email is not None and claims.get("email_verified") in (True, "true"),
        token=token if nonce is not None else None,
    )
