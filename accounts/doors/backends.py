"""How operators log in to the admin: limited like every other way in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.doors import limits
from accounts.doors.devices import device_of
from accounts.models import User
from project.errors import Problem


class OperatorBackend(ModelBackend):
    """By username and password, and only for people who are still here."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **more: Any,
    ) -> User | None:
        if request is not None and username is not None:
            network = device_of(request).network
            try:
                limits.charge(
                    limits.LOGIN_BY_NETWORK.on(network),
                    limits.LOGIN_BY_ACCOUNT_AND_NETWORK.on(f"@{username[:100]} {network}"),
                    limits.LOGIN_BY_ACCOUNT.on(f"@{username[:100]}"),
                )
            except Problem:
                raise PermissionDenied from None
        user = super().authenticate(request, username, password, **more)
        return user if isinstance(user, User) and user.is_present else None
