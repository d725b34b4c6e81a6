"""Usernames: what is allowed, and one for a new person who has not chosen any."""

from __future__ import annotations

import re
import secrets
import unicodedata

from accounts.models import User
from project.errors import invalid

_ALLOWED = re.compile(r"[a-z0-9_]{3,32}")

LEFT = "left_"
"""What the username of a person who left begins with; so nobody can stand in another's way out."""


def normal_username(given: str) -> str:
    """In lower case. Raises `validation` at `/username`."""
    username = given.lower() if given.isascii() else given
    if not _ALLOWED.fullmatch(username):
        raise invalid("/username", "3 to 32 letters a to z, digits and underscores, please.")
    if username.startswith(LEFT):
        raise invalid("/username", "Nobody can have this username.", "taken")
    return username


def suggestion(name: str) -> str:
    """A free username made of the name; never of the address, which is private."""
    plain = unicodedata.normalize("NFKD", name.lower())
    base = re.sub(r"[^a-z0-9]+", "", plain)[:20]
    base = base if len(base) >= 3 else f"person{base}"
    if not User.objects.filter(username=base).exists():
        return base
    return f"{base}_{secrets.randbelow(10**8):08}"
