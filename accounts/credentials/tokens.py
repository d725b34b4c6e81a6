"""Access tokens (JWT, by simplejwt) and refresh tokens (ours).

simplejwt is used for signing and checking alone: its refresh rotation lets two parallel refreshes
of one token both succeed, and it keeps refresh tokens in clear.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import secrets
import struct
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import ExpiredTokenError
from rest_framework_simplejwt.tokens import AccessToken

from project.errors import Problem
from project.keys import key_for, keys_for

LONGEST = 2048
_PLACE = struct.Struct(">QI")


class Claims(NamedTuple):
    """What an access token says. `expires_at` is in Unix seconds, `generation` is that of the
    refresh token that it came with."""

    user_id: int
    session_id: int
    expires_at: float
    generation: int


def new_access(user_id: int, session_id: int, generation: int) -> str:
    token = AccessToken()
    token["sub"] = str(user_id)
    token["sid"] = str(session_id)
    token["jti"] = f"{generation}.{secrets.token_hex(16)}"
    return str(token)


def read_access(raw: str) -> Claims:
    """Raises `unauthenticated`, or `token_expired` for a token that was good once.

    The algorithm and the key are ours, whatever the token's header asks for. A key that is not ours
    cannot have signed it, so odd claims can only come from a mistake here; they are refused alike.
    """
    if len(raw) > LONGEST:
        raise Problem("unauthenticated", "The access token is not valid.")
    for kind in _kinds():
        try:
            return _claims(kind(raw).payload)  # type: ignore[arg-type]
        except ExpiredTokenError:
            raise Problem("token_expired") from None
        except Exception:  # noqa: S112  # another key may have signed it
            continue
    raise Problem("unauthenticated", "The access token is not valid.")


@cache
def _kinds() -> list[type[AccessToken]]:
    """simplejwt's class, and one like it for each key that signs no more."""
    given: dict[str, Any] = settings.SIMPLE_JWT
    kinds = [AccessToken]
    for key in keys_for("access token")[1:]:
        backend = TokenBackend(
            given["ALGORITHM"],
            key.hex(),
            audience=given["AUDIENCE"],
            issuer=given["ISSUER"],
            leeway=given["LEEWAY"],
        )
        kinds.append(type("FormerToken", (AccessToken,), {"_token_backend": backend}))  # type: ignore[arg-type]
    return kinds


def _claims(payload: dict[str, object]) -> Claims:
    subject, session, expiry = payload["sub"], payload["sid"], payload["exp"]
    if not (isinstance(subject, str) and isinstance(session, str) and type(expiry) is int):
        raise ValueError(payload)
    if not math.isfinite(expiry):
        raise ValueError(payload)
    return Claims(int(subject), int(session), float(expiry), _generation(payload["jti"]))


def _generation(token_id: object) -> int:
    """0 for a token of a release that did not tell."""
    number, _, rest = str(token_id).partition(".")
    return int(number) if rest and number.isdecimal() and len(number) < 10 else 0


class RefreshToken(NamedTuple):
    """The `generation`-th refresh token of a session, counted from 0."""

    session_id: int
    generation: int

    def text(self) -> str:
        """What the client keeps. It follows from the session and the number, so the child of a
        token can be told again without having been stored; only the key's holder can make it."""
        place = _PLACE.pack(self.session_id, self.generation)
        return base64.urlsafe_b64encode(place + _seal(place, key_for("refresh token"))).decode()

    def digest(self) -> bytes:
        """What the database keeps."""
        return hashlib.sha256(self.text().encode()).digest()

    def next(self) -> RefreshToken:
        return RefreshToken(self.session_id, self.generation + 1)


def read_refresh(text: str) -> RefreshToken:
    """Raises `unauthenticated` for what was never a refresh token of ours."""
    try:
        raw = base64.b64decode(text, altchars=b"-_", validate=True)
        place, seal = raw[: _PLACE.size], raw[_PLACE.size :]
        session_id, generation = _PLACE.unpack(place)
    except (ValueError, struct.error):
        raise Problem("unauthenticated", "The refresh token is not valid.") from None
    keys = keys_for("refresh token")
    if not any(hmac.compare_digest(seal, _seal(place, key)) for key in keys):
        raise Problem("unauthenticated", "The refresh token is not valid.")
    return RefreshToken(session_id, generation)


def _seal(place: bytes, key: bytes) -> bytes:
    return hmac.digest(key, place, "sha256")
