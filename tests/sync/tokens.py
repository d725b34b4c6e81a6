"""Access tokens that are not what they should be."""

from __future__ import annotations

import time
from typing import Any

import jwt
from django.conf import settings

from tests.people import Person


def access_of(person: Person, seconds: float) -> str:
    """A good token that lives for so long."""
    return _signed(_claims(person, seconds), _key())


def bad_access(kind: str, person: Person) -> str:
    """A token that must not open anything."""
    key = _key()
    claims = _claims(person, 600)
    match kind:
        case "garbage":
            return "no.token.atall"
        case "expired":
            return access_of(person, -15)  # beyond the leeway
        case "unsigned":
            return jwt.encode(claims, "", algorithm="none")
        case "algorithm":
            return jwt.encode(claims, key, algorithm="HS512")
        case "key":
            return _signed(claims, "a key of somebody else, long enough to be one")
        case "refresh":
            return person.refresh
    raise ValueError(kind)


def _key() -> str:
    return str(settings.SIMPLE_JWT["SIGNING_KEY"])


def _claims(person: Person, seconds: float) -> dict[str, Any]:
    now = time.time()
    own = {"sub": person.id, "sid": person.session, "token_type": "access", "jti": "0" * 32}
    return {**own, "iss": "confab", "aud": "confab", "iat": int(now), "exp": int(now + seconds)}


def _signed(claims: dict[str, Any], key: str) -> str:
    return jwt.encode(claims, key, algorithm="HS256")
