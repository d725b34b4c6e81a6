"""Telling people what happened to their account, wherever they can be reached."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.doors.devices import Device
from accounts.models import User
from project.queueing import queue_on_commit


def channels_of(user: User) -> list[tuple[str, str]]:
    """Where this person has proved to be reachable: `(channel, destination)`."""
    channels = []
    if user.email and user.email_verified:
        channels.append(("email", user.email))
    if user.phone and user.phone_verified:
        channels.append(("sms", user.phone))
    return channels


def tell_on_commit(channels: Iterable[tuple[str, str]], notice: str, detail: str = "") -> None:
    """Send a notice of `letters.NOTICES`, which is worth no failure. Name the channels before a
    change takes one away."""
    for channel, destination in channels:
        queue_on_commit("accounts.tasks.deliver_notice", channel, destination, notice, detail)


def tell_of_login_on_commit(user: User, device: Device) -> None:
    """By mail only: a text message costs money, and this happens often."""
    channels = [pair for pair in channels_of(user) if pair[0] == "email"]
    tell_on_commit(channels, "new_session", device.name[:100] or "an unknown device")
