"""Previews of links, made in the background when `LINK_PREVIEWS` is on.

The first http or https link of a text is fetched (`fetching`), read (`pages`) and kept for an hour
for whoever sends the same one (`keeping`). Then the message shows it, and both people are told.
"""

from __future__ import annotations

from django.conf import settings

from chat.previews.links import first_link
from project.queueing import queue_on_commit, queue_soon

MAKE = "chat.tasks.make_preview"


def wanted(text: str) -> bool:
    """Whether a message with this text is to have a preview."""
    return "://" in text and settings.LINK_PREVIEWS and first_link(text) is not None


def fetch_on_commit(chat_id: int, number: int) -> None:
    """For a message that this transaction writes."""
    queue_on_commit(MAKE, chat_id, number)


def fetch_soon(chat_id: int, number: int) -> None:
    """For a message that is stored. While the queue is away for long there is no preview."""
    queue_soon(MAKE, chat_id, number)
