"""Keys: one for each purpose, so that no two parts of the server sign with the same one."""

from __future__ import annotations

import hashlib


def derive(secret: str, purpose: str) -> bytes:
    """32 bytes that tell nothing about `secret` nor about the key of another purpose."""
    return hashlib.blake2b(purpose.encode(), key=secret.encode()[:64], digest_size=32).digest()


def versions(text: str, secret: str) -> dict[int, str]:
    """Secrets by version, as `1=…,2=…`; without any, version 1 is this installation's own.

    Raises ValueError for what cannot be read.
    """
    if not text:
        return {1: derive(secret, "versions").hex()}
    found: dict[int, str] = {}
    for entry in text.split(","):
        number, _, given = entry.strip().partition("=")
        if not (number.isdecimal() and 0 < int(number) < 256 and len(given) >= 32):
            raise ValueError("Each key is a version from 1 to 255, = and at least 32 characters.")
        found[int(number)] = given
    return found


def key_for(purpose: str) -> bytes:
    """This installation's key for a purpose."""
    from django.conf import settings  # the settings themselves need `derive`

    return derive(settings.SECRET_KEY, purpose)
