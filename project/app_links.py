"""Which apps may open links of this server: `APP_LINKS`."""

from __future__ import annotations

import re

import msgspec
from django.core.exceptions import ImproperlyConfigured

_FINGERPRINT = re.compile(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}")


class Android(msgspec.Struct, forbid_unknown_fields=True):
    package: str
    sha256: list[str]


class AppLinks(msgspec.Struct, forbid_unknown_fields=True):
    """`ios` holds app ids (`TEAMID.bundle.id`), `android` packages with their certificates'
    fingerprints."""

    ios: list[str] = []
    android: list[Android] = []


def read(text: str) -> AppLinks:
    """Raises ImproperlyConfigured for what is not as the contract says."""
    try:
        links = msgspec.json.decode(text or "{}", type=AppLinks)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise ImproperlyConfigured(f"APP_LINKS cannot be read: {error}") from None
    for app in links.android:
        app.sha256 = [fingerprint.upper() for fingerprint in app.sha256]
        if not all(map(_FINGERPRINT.fullmatch, app.sha256)):
            raise ImproperlyConfigured(f"APP_LINKS: {app.package} has a fingerprint of no SHA-256.")
    return links
