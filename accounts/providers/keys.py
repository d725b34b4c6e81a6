"""The keys that a company signs its tokens with: fetched in the background, served while stale.

A token is looked at before anything is fetched for it, and of those that are left only one that
names a key never seen makes its caller wait, for some seconds.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import jwt
import requests
from cryptography.x509 import load_pem_x509_certificate

from accounts.providers import TIMEOUT, refused
from accounts.providers.asking import Way

logger = logging.getLogger(__name__)

LEEWAY = 10
"""Seconds by which a company's clock may differ from ours (RFC 7519, 4.1.4)."""

PATIENCE = 5.0
"""Seconds that a caller waits for keys."""

YOUNG = 60.0
"""Seconds after which keys may have been replaced, so that one we do not know is asked for."""

LOST = 60.0
"""Seconds after which a fetch that has not come back is given up."""

LARGEST = 1024 * 1024


class Keys:
    """The keys behind an address, by their ids: a JWK set, or certificates as Google has them."""

    def __init__(self, url: str, way: Way) -> None:
        self._url = url
        self._way = way
        self._known: dict[str, Any] = {}
        self._fetched_at = self._good_until = self._asked_at = float("-inf")
        self._lock = threading.Lock()
        self._fetch: threading.Event | None = None

    def verified(self, token: str, audiences: Sequence[str], required: list[str]) -> dict[str, Any]:
        """What the token claims, if it is for one of these and one of the keys has signed it.
        Raises `bad_credentials`, or `unavailable` while keys that are needed cannot be had."""
        try:
            key_id = _key_named(token, audiences)
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key(key_id),
                algorithms=["RS256"],
                audience=audiences,
                leeway=LEEWAY,
                options={"require": required},
            )
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise refused() from None
        return claims

    def _key(self, key_id: str) -> Any:
        now = time.monotonic()
        if key_id in self._known:
            if now >= self._good_until and not self._way.is_barred:
                self._begin_fetch()
            return self._known[key_id]
        if now - self._fetched_at < YOUNG:
            raise refused()
        with self._way.lent():
            if not self._begin_fetch().wait(PATIENCE):
                self._way.failed()
        if key_id in self._known:
            return self._known[key_id]
        raise self._way.away() if self._fetched_at < now else refused()

    def _begin_fetch(self) -> threading.Event:
        """What is set once the fetch is over that goes on now; it has a thread of its own."""
        with self._lock:
            now = time.monotonic()
            if self._fetch is None or self._fetch.is_set() or now - self._asked_at > LOST:
                self._fetch, self._asked_at = threading.Event(), now
                name = f"keys of {self._url}"
                work = threading.Thread(target=self._run, args=[self._fetch], name=name)
                work.daemon = True
                work.start()
            return self._fetch

    def _run(self, done: threading.Event) -> None:
        try:
            known, seconds = _fetched(self._url)
        except Exception as error:
            logger.warning("no keys from %s: %r", self._url, error)
            self._way.failed()
        else:
            now = time.monotonic()
            self._known, self._fetched_at, self._good_until = known, now, now + seconds
            self._way.opened()
        finally:
            done.set()


def _key_named(token: str, audiences: Sequence[str]) -> str:
    """The id of the key that is said to have signed it. Raises for what is none of ours anyway."""
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, options={"verify_signature": False})
    named = claims.get("aud")
    key_id = header.get("kid")
    if header.get("alg") != "RS256" or not isinstance(key_id, str):
        raise ValueError("signed in another way")
    if not set(named if isinstance(named, list) else [named]) & set(audiences):
        raise ValueError("for another audience")
    return key_id


def _fetched(url: str) -> tuple[dict[str, Any], float]:
    """The keys, and for how many seconds they are good."""
    with requests.get(url, timeout=TIMEOUT, allow_redirects=False, stream=True) as response:
        if response.status_code != 200:
            raise ValueError(response.status_code)
        body = response.raw.read(LARGEST, decode_content=True)
    return read_keys(body), _max_age(response.headers)


def read_keys(body: bytes) -> dict[str, Any]:
    """A JWK set, or an object with a certificate (PEM) for each id. What cannot be read of it may
    be for others."""
    given = json.loads(body)
    if "keys" in given:
        return {key.key_id: key.key for key in jwt.PyJWKSet(given["keys"]).keys if key.key_id}
    certificates = {name: load_pem_x509_certificate(pem.encode()) for name, pem in given.items()}
    return {name: found.public_key() for name, found in certificates.items()}


def _max_age(headers: Mapping[str, str]) -> float:
    found = re.search(r"max-age=(\d{1,9})", headers.get("Cache-Control", ""))
    return min(max(float(found[1]), YOUNG), 86_400.0) if found else 300.0
