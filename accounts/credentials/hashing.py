"""Passwords are hashed by argon2id with the parameters that OWASP recommends for servers.

Django's own need 100 MiB a hash, so that a handful of people logging in at once would exhaust a
small machine.

The same letters are the same password, whichever code points a keyboard makes of them: hashed is
the normal form NFC (NIST SP 800-63B, RFC 8265). Hashes from before that may be of something else.
"""

from __future__ import annotations

import unicodedata

from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password

from accounts.models import User


class Argon2(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        encoded: str = super().encode(normal(password), salt)
        return encoded

    def verify(self, password: str, encoded: str) -> bool:
        forms = dict.fromkeys([normal(password), password])
        return any(super(Argon2, self).verify(form, encoded) for form in forms)

    def is_of_normal_form(self, password: str, encoded: str) -> bool:
        """Whether the hash is one that `encode` would make of this, its password."""
        form = normal(password)
        return form == password or bool(super().verify(form, encoded))


def normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def password_matches(user: User | None, password: str) -> bool:
    """Whether it is this person's, whose hash is made anew if it is of another form. Takes the same
    work when there is no such person or they have no password, so that the time tells nothing."""
    if user is None or not user.has_password:
        for _ in {normal(password), password}:
            make_password(password)
        return False
    if not check_password(password, user.password):
        return False
    if not Argon2().is_of_normal_form(password, user.password):
        _hash_anew(user, password)
    return True


def _hash_anew(user: User, password: str) -> None:
    old, user.password = user.password, make_password(password)
    User.objects.filter(pk=user.pk, password=old).update(password=user.password)
