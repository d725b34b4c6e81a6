"""What the settings of push must be like; asked once, when a process starts."""

from __future__ import annotations

import base64
import binascii
import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_FCM = ("client_email", "private_key", "project_id", "token_uri")
_APNS = ("APNS_KEY_ID", "APNS_TEAM_ID", "APNS_TOPIC")


def check_settings() -> None:
    """Raises ImproperlyConfigured, naming the setting."""
    if settings.VAPID_PRIVATE_KEY:
        vapid_key()
        _check_subject(settings.VAPID_SUBJECT)
    for name in ("FCM_URL", "APNS_URL"):
        _check_base(name, getattr(settings, name))
    if settings.FCM_CREDENTIALS:
        fcm_credentials()
    if settings.APNS_KEY:
        apns_key()
        for name in _APNS:
            if not getattr(settings, name):
                raise ImproperlyConfigured(f"{name} must be set, since APNS_KEY is.")


def vapid_key() -> ec.EllipticCurvePrivateKey:
    """The key that signs for Web Push (RFC 8292)."""
    return _vapid_key(settings.VAPID_PRIVATE_KEY.rstrip("="))


@cache
def _vapid_key(text: str) -> ec.EllipticCurvePrivateKey:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        if len(raw) != 32:
            raise ValueError
        return ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1())
    except (ValueError, binascii.Error):
        raise ImproperlyConfigured(
            "VAPID_PRIVATE_KEY must be base64url of the 32 bytes of a P-256 key."
        ) from None


def fcm_credentials() -> dict[str, Any]:
    """A service account's key file, as Google gives it out."""
    return _fcm_credentials(settings.FCM_CREDENTIALS)


@cache
def _fcm_credentials(path: str) -> dict[str, Any]:
    try:
        found = json.loads(Path(path).read_text())
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"FCM_CREDENTIALS cannot be read: {error}") from None
    if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in _FCM):
        raise ImproperlyConfigured(f"FCM_CREDENTIALS must have {', '.join(_FCM)}.")
    return found


def apns_key() -> ec.EllipticCurvePrivateKey:
    """The key that signs for APNs: a .p8 file."""
    return _apns_key(settings.APNS_KEY)


@cache
def _apns_key(path: str) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(Path(path).read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise ImproperlyConfigured(f"APNS_KEY cannot be read: {error}") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise ImproperlyConfigured("APNS_KEY must be a P-256 key.")
    return key


def _check_subject(subject: str) -> None:
    """Apple answers 403 to a subject that nobody can be reached at."""
    scheme, _, rest = subject.partition(":")
    host = rest.rpartition("@")[2] if scheme == "mailto" else urlsplit(subject).hostname or ""
    reachable = "." in host.strip(".") and not host.endswith((".localhost", ".local", ".invalid"))
    if scheme == "mailto" and "@" not in rest:
        reachable = False
    lenient = settings.DEBUG or settings.PUSH_ALLOW_PRIVATE
    if scheme not in ("mailto", "https") or not (reachable or lenient):
        raise ImproperlyConfigured(
            "VAPID_SUBJECT must be a mailto: or https: address at which you can be reached, "
            f"not {subject!r}."
        )


def _check_base(name: str, address: str) -> None:
    parts = urlsplit(address)
    schemes = ("https", "http") if settings.PUSH_ALLOW_PRIVATE else ("https",)
    if parts.scheme not in schemes or not parts.hostname or parts.query or parts.username:
        raise ImproperlyConfigured(f"{name} must be an https address, not {address!r}.")
