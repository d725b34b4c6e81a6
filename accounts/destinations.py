"""E-mail addresses in one normal form, and how a destination is shown without giving it away."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from project.errors import invalid

_check = EmailValidator(allowlist=[])


def normal_email(given: str, pointer: str = "/email") -> str:
    """Lower case, the domain in ASCII: variants of one address must not count as several.

    Raises `validation` at `pointer`.
    """
    local, _, domain = given.strip().rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode()}".lower()
        if not local.isascii() or len(address) > 254:
            raise ValidationError("not ASCII")
        _check(address)
    except (UnicodeError, ValidationError):
        raise invalid(pointer, "This is no e-mail address.") from None
    return address


def masked(destination: str) -> str:
    """`a…e@example.com`, `+43…89`: enough for its owner to recognise it."""
    local, at, domain = destination.rpartition("@")
    if not at:
        return f"{destination[:3]}…{destination[-2:]}"
    return f"{local[:1]}…{local[-1:] if len(local) > 2 else ''}@{domain}"
