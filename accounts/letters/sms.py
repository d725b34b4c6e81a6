"""Sending text messages, by whichever company `SMS_BACKEND` names.

`outbox` sends nothing (the outbox keeps a copy of every message anyhow), `console` prints, `sns`
uses Amazon SNS with the usual AWS settings, and an `http(s)://` address gets a POST of
`{"to", "text"}`, to be turned into a provider's own form there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import requests
from django.conf import settings

from project.errors import Problem

TIMEOUT = 10


class NotSent(OSError):
    """The carrier refused or could not be reached. Trying again may help."""


def send(to: str, text: str) -> None:
    """Hand a message to the carrier. Raises `NotSent`."""
    backend: str = settings.SMS_BACKEND
    if backend.startswith(("http://", "https://")):
        _by_http(backend, to, text)
    else:
        BACKENDS[backend](to, text)


def is_set_up() -> bool:
    """False where text messages would go nowhere."""
    return settings.SMS_BACKEND != "outbox" or bool(settings.OUTBOX_DIR)


def require_backend() -> None:
    """Raises `unavailable` where text messages would go nowhere."""
    if not is_set_up():
        raise Problem("unavailable", "Text messages are not set up here.")


def _to_nobody(to: str, text: str) -> None:
    pass


def _to_console(to: str, text: str) -> None:
    sys.stdout.write(f"SMS to {to}: {text}\n")


def _by_sns(to: str, text: str) -> None:
    try:
        _sns().publish(PhoneNumber=to, Message=text)
    except Exception as error:
        raise NotSent(type(error).__name__) from None


@cache
def _sns() -> Any:
    import boto3  # large, and few installations need it here
    from botocore.config import Config

    config = Config(connect_timeout=TIMEOUT, read_timeout=TIMEOUT)
    return boto3.client("sns", config=config)


def _by_http(url: str, to: str, text: str) -> None:
    try:
        response = requests.post(url, json={"to": to, "text": text}, timeout=TIMEOUT)
        response.raise_for_status()
    except requests.RequestException as error:
        raise NotSent(type(error).__name__) from None


BACKENDS: dict[str, Callable[[str, str], None]] = {
    "outbox": _to_nobody,
    "console": _to_console,
    "sns": _by_sns,
}
