"""Other companies' accounts as a way in: what each proves, by its own rules."""

from __future__ import annotations

from typing import NamedTuple

from project.errors import Problem

TIMEOUT = (3, 5)
"""Seconds to connect and to read; somebody is waiting."""


class Proof(NamedTuple):
    """What a provider has proved. Only `provider` and `subject` identify anybody.

    `email` is in normal form; `email_proved` tells whether the provider vouches for it.
    `token` is the ID token when it must not be shown twice.
    """

    provider: str
    subject: str
    name: str = ""
    email: str | None = None
    email_proved: bool = False
    token: str | None = None


def refused() -> Problem:
    """The one answer to a token that proves nothing; why it does not is nobody's business."""
    return Problem("bad_credentials", "The provider's token is not good here.")


def away(provider: str) -> Problem:
    return Problem("unavailable", f"{provider} cannot be asked now.", retry_after=5)


def not_set_up(provider: str) -> Problem:
    return Problem("unavailable", f"Logging in with {provider} is not set up here.")
