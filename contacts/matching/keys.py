"""Keyed hashes of numbers and addresses, and the sealing of what only the owner reads.

Both use keys from outside the database (`CONTACT_KEYS`). The newest writes, all of them read: each
hash and each sealed text begins with the version of its key.
"""

from __future__ import annotations

import hmac
import os
from functools import cache

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from contacts import numbers
from project.keys import derive

PHONE, EMAIL = "phone", "email"
NONCE = 12
SHORT = 16
"""Bytes of a hash that are kept."""


@cache
def _versions() -> list[tuple[int, bytes]]:
    """Newest first."""
    given: dict[int, str] = settings.CONTACT_KEYS
    keys = [(version, derive(secret, "contact hash")) for version, secret in given.items()]
    return sorted(keys, reverse=True)


@cache
def _seals() -> dict[int, AESGCM]:
    given: dict[int, str] = settings.CONTACT_KEYS
    return {version: AESGCM(derive(secret, "contact seal")) for version, secret in given.items()}


def hashes(kind: str, value: str) -> list[bytes]:
    """Of a number (in E.164) or an address, under each key; the first is the one to be stored."""
    text = f"{kind}:{value}".encode()
    return [
        bytes([version]) + hmac.digest(key, text, "sha256")[:SHORT] for version, key in _versions()
    ]


def proved(phone: str | None, email: str | None) -> list[bytes]:
    """The keys under which books hold a person with this proved number and address."""
    found: list[bytes] = []
    if phone:
        found += hashes(PHONE, numbers.alias(phone))
    if email:
        found += hashes(EMAIL, email)
    return found


def seal(text: bytes) -> bytes:
    version = _versions()[0][0]
    nonce = os.urandom(NONCE)
    return bytes([version]) + nonce + _seals()[version].encrypt(nonce, text, None)


def unseal(sealed: bytes | memoryview) -> bytes:
    raw = bytes(sealed)
    return _seals()[raw[0]].decrypt(raw[1 : 1 + NONCE], raw[1 + NONCE :], None)


def seal_object(value: object) -> bytes:
    return seal(msgspec.msgpack.encode(value))
