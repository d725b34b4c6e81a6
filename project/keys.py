"""Keys: one for each purpose, so that no two parts of the server sign with the same one."""

from __future__ import annotations

import hashlib


def derive(secret: str, purpose: str) -> bytes:
    """32 bytes that tell nothing about `secret` nor about the key of another purpose."""
    return hashlib.blake2b(purpose.encode(), key=secret.encode()[:64], digest_size=32).digest()


def key_for(purpose: str) -> bytes:
    """This installation's key for a purpose."""
    from django.conf import settings  # the settings themselves need `derive`

    return derive(settings.SECRET_KEY, purpose)
