"""How operators log in to the admin: limited like every other way in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.doors import limits
from accounts.doors.devices import device_of
from accounts.models import User
from accounts.reading.selectors import find_by_username
from accounts.services import wrong_passwords
from project.errors import Problem


class OperatorBackend(ModelBackend):
    """By username and password, and only for people who are still here. No device of theirs is
    known, so after a hundred wrong passwords it takes `manage.py changepassword`, or a reset."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **more: Any,
    ) -> User | None:
        if username is None or password is None:
            return None
        name = f"@{username[:100].lower()}"
        if request is not None:
            _charge(name, device_of(request).network)
        user = find_by_username(username) if len(username) <= 100 else None
        if not wrong_passwords.is_right(user, password, name=name, device=None):
            return None
        return user


def _charge(name: str, network: str) -> None:
    try:
        limits.charge(
            limits.LOGIN_BY_NETWORK.on(network),
            limits.LOGIN_BY_ACCOUNT_AND_NETWORK.on(f"{name} {network}"),
            limits.LOGIN_BY_ACCOUNT.on(name),
        )
    except Problem:
        raise PermissionDenied from None
