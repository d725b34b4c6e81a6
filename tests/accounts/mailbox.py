"""The messages that the server sent, as its outbox keeps them."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

PATIENCE = 20.0


def messages_to(destination: str) -> list[dict[str, Any]]:
    """Oldest first."""
    from django.conf import settings

    files = sorted(Path(settings.OUTBOX_DIR).glob("*.json"))
    messages = [json.loads(file.read_text()) for file in files]
    return [message for message in messages if message["to"] == destination]


def wait_for_messages(destination: str, count: int = 1) -> list[dict[str, Any]]:
    """All messages to the destination, once there are `count`."""
    until = time.monotonic() + PATIENCE
    while len(found := messages_to(destination)) < count:
        assert time.monotonic() < until, f"{len(found)} of {count} messages to {destination}"
        time.sleep(0.05)
    return found


def codes_in(message: dict[str, Any]) -> list[str]:
    return re.findall(r"(?<!\d)\d{6}(?!\d)", message["text"])


def code_to(destination: str, count: int = 1) -> str:
    """The code in the `count`-th message to the destination."""
    (code,) = codes_in(wait_for_messages(destination, count)[count - 1])
    return str(code)


def wrong(code: str) -> str:
    """Some other code."""
    return f"{(int(code) + 1) % 1_000_000:06}"
