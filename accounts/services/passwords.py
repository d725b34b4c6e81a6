"""Which passwords are accepted, and how one is kept."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.credentials.hashing import normal
from accounts.models import User
from project.errors import invalid
from project.visible import can_be_seen


def hashed(password: str, owner: User, pointer: str = "/password") -> str:
    """The password's hash. Raises `validation` at `pointer` for one that is short, common or much
    like the owner's name or address, or in which nothing can be seen."""
    try:
        validate_password(normal(password), owner)
        if not can_be_seen(password):
            raise ValidationError("A password needs something that can be seen.")
    except ValidationError as error:
        raise invalid(pointer, " ".join(error.messages), "weak") from None
    return make_password(password)
