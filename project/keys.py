"""Keys: one for each purpose, so that no two parts of the server sign with the same one.

Two kinds. Keys that sign rotate: what is new is signed by the first, and whatever one of the others
signed is taken until that one goes. Keys of data name and fingerprint what is kept for ever, so
they follow from a secret of their own (`DATA_KEY`) that stays when `SECRET_KEY` changes.
"""

from __future__ import annotations

import hashlib
import json

from django.core.signing import TimestampSigner


def derive(secret: str, purpose: str) -> bytes:
    """32 bytes that tell nothing about `secret` nor about the key of another purpose."""
    return hashlib.blake2b(purpose.encode(), key=secret.encode()[:64], digest_size=32).digest()


def secrets_in(text: str) -> list[str]:
    """Secrets with commas between, or as a JSON array where one of them has a comma itself."""
    if text.startswith("["):
        return [str(secret) for secret in json.loads(text)]
    return [secret.strip() for secret in text.split(",") if secret.strip()]


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
    """The key that signs for a purpose."""
    return keys_for(purpose)[0]


def keys_for(purpose: str) -> list[bytes]:
    """The keys whose signatures are taken for a purpose; the first one signs."""
    from django.conf import settings  # the settings themselves need `derive`

    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [derive(secret, purpose) for secret in secrets]


def data_keys(purpose: str) -> list[bytes]:
    """The keys that names and fingerprints of a purpose were made with; the first one makes new
    ones. Before there was a key for data, that of the time signed everything."""
    from django.conf import settings

    secrets = [settings.DATA_KEY, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [derive(secret, purpose) for secret in dict.fromkeys(secrets)]


def signer_for(purpose: str, salt: str) -> TimestampSigner:
    """Django's signer with the keys of a purpose."""
    keys: list[str | bytes] = [key.hex() for key in keys_for(purpose)]
    return TimestampSigner(key=keys[0], fallback_keys=keys[1:], salt=salt)
