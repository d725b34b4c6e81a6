"""E-mail addresses in the one form in which they are compared."""

from __future__ import annotations

from functools import lru_cache

import idna
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

_check = EmailValidator(allowlist=[])
_LONGEST = 254


def normal_email(given: str) -> str | None:
    """Lower case, the domain in ASCII by UTS #46 (non-transitional: `faß.de` is not `fass.de`).

    None for what is no address, and for local parts that are not ASCII.
    """
    local, _, domain = given.strip().rpartition("@")
    if not local.isascii() or len(given) > 4 * _LONGEST:
        return None
    try:
        address = f"{local}@{_ascii(domain)}".lower()
        _check(address)
    except (UnicodeError, ValidationError):  # idna's errors are UnicodeErrors
        return None
    return address if len(address) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _ascii(domain: str) -> str:
    return idna.encode(domain, uts46=True, std3_rules=True, transitional=False).decode()
