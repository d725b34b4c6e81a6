"""What tests of contacts share."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.people import Person, client

Newcomer = Callable[..., Person]


@pytest.fixture
def newcomer(server: str) -> Iterator[Newcomer]:
    """Somebody who registers now: `newcomer(phone=…, invite=…, email=…)`."""
    made: list[Person] = []

    def call(**proved: Any) -> Person:
        made.append(_registered(server, **proved))
        return made[-1]

    yield call
    for person in made:
        person.http.close()


def _registered(
    server: str, *, phone: str | None = None, email: str | None = None, invite: str | None = None
) -> Person:
    from django.db import transaction

    from accounts.doors.devices import Device
    from accounts.services.registration import create_user
    from accounts.services.sessions import open_session

    address = email or f"new.{secrets.token_hex(6)}@example.com"
    proved: dict[str, Any] = {"email": address, "email_verified": True}
    if phone is not None:
        proved |= {"phone": phone, "phone_verified": True}
    with transaction.atomic():
        user = create_user(name="Newcomer", invite=invite, **proved)
        tokens = open_session(user, Device(), created=True)
    return Person(
        id=tokens.user.id,
        name="Newcomer",
        email=address,
        session=tokens.session,
        access=tokens.access,
        refresh=tokens.refresh,
        server=server,
        http=client(server, tokens.access),
    )
