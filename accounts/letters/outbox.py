"""Every message that leaves also lies in `OUTBOX_DIR` as a JSON file, for development and tests.

Names sort by time. A file appears whole or not at all.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from project.wire import moment

NEWEST = 50


def keep_copy(*, channel: str, to: str, subject: str, text: str) -> None:
    """Write the message into the outbox, if there is one."""
    if not settings.OUTBOX_DIR:
        return
    folder = Path(settings.OUTBOX_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{time.time_ns():020}-{secrets.token_hex(4)}.json"
    message = {
        "channel": channel,
        "to": to,
        "subject": subject,
        "text": text,
        "sent_at": moment(timezone.now()),
    }
    unfinished = folder / f".{name}.part"
    unfinished.write_text(json.dumps(message, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(unfinished, folder / name)


def newest_messages() -> list[dict[str, str]]:
    if not settings.OUTBOX_DIR:
        return []
    files = sorted(Path(settings.OUTBOX_DIR).glob("*.json"), reverse=True)[:NEWEST]
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def outbox_page(request: HttpRequest) -> HttpResponse:
    """The newest messages, for a person who registers on their own machine."""
    return render(request, "accounts/outbox.html", {"messages": newest_messages()})
