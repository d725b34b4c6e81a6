"""Passwords are hashed by argon2id with the parameters that OWASP recommends for servers.

Django's own need 100 MiB a hash, so that a handful of people logging in at once would exhaust a
small machine.
"""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password

from accounts.models import User


class Argon2(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


def password_matches(user: User | None, password: str) -> bool:
    """Whether it is this person's. Takes the same work when there is no such person or they have no
    password, so that the time tells nothing."""
    if user is None or not user.has_password:
        make_password(password)
        return False
    return check_password(password, user.password)
