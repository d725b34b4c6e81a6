"""Google's ID tokens. The library checks signature, audience and times; the rest is here.

Left alone, the library fetches Google's keys for every token and takes any audience.
"""

from __future__ import annotations

import hmac
import re
import threading
import time
from collections.abc import Mapping
from typing import Any

import jwt
from django.conf import settings
from google.auth import exceptions, transport
from google.auth.transport.requests import Request as PlainRequest
from google.oauth2 import id_token as google_id_token

from accounts.letters.destinations import email_or_none
from accounts.providers import TIMEOUT, Proof, away, not_set_up, refused

ISSUERS = ("accounts.google.com", "https://accounts.google.com")
SKEW = 10


class KeptKeys(transport.Request):
    """Fetches Google's keys once for as long as Google says that they are good."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._request = PlainRequest()
        self._kept: dict[str, tuple[float, float, Any]] = {}

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: Any = None,
        headers: Any = None,
        timeout: Any = TIMEOUT,
        **more: Any,
    ) -> Any:
        with self._lock:
            _fetched, until, response = self._kept.get(url, (0.0, 0.0, None))
            now = time.monotonic()
            if response is None or now >= until:
                response = self._request(url, method=method, timeout=timeout)
                if response.status == 200:
                    self._kept[url] = (now, now + _max_age(response.headers), response)
            return response

    def forget_older_than(self, seconds: float) -> bool:
        """Drop keys that were fetched so long ago; whether there were any."""
        with self._lock:
            limit = time.monotonic() - seconds
            old = [url for url, (fetched, _, _) in self._kept.items() if fetched < limit]
            for url in old:
                del self._kept[url]
            return bool(old)


def _max_age(headers: Mapping[str, str]) -> float:
    found = re.search(r"max-age=(\d{1,9})", headers.get("Cache-Control", ""))
    return min(float(found[1]), 86_400.0) if found else 300.0


_keys = KeptKeys()


def web_id() -> str | None:
    """The client id for the page, if Google is set up."""
    return next(iter(settings.GOOGLE_CLIENT_IDS), None)


def prove(token: str, nonce: str | None) -> Proof:
    """Whose token it is. Raises `bad_credentials`, or `unavailable` when Google cannot be asked."""
    if not settings.GOOGLE_CLIENT_IDS:
        raise not_set_up("Google")
    try:
        return _proof(_claims(token), token, nonce)
    except exceptions.TransportError:
        raise away("Google") from None
    except (ValueError, KeyError, TypeError, exceptions.GoogleAuthError, jwt.PyJWTError):
        raise refused() from None


def _claims(token: str) -> Mapping[str, Any]:
    try:
        return _verified(token)
    except (ValueError, jwt.PyJWTError):
        # Keys may have been replaced since they were fetched.
        if _keys.forget_older_than(60):
            return _verified(token)
        raise


def _verified(token: str) -> Mapping[str, Any]:
    claims: Mapping[str, Any] = google_id_token.verify_token(
        token,
        _keys,
        audience=settings.GOOGLE_CLIENT_IDS,
        certs_url=settings.GOOGLE_CERTS_URL,
        clock_skew_in_seconds=SKEW,
    )
    return claims


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
