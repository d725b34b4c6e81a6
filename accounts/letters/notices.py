"""Telling people what happened to their account, wherever they can be reached."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.doors import announcements
from accounts.doors.devices import Device
from accounts.letters.writing import NOTICES
from accounts.models import User
from accounts.reading.agents import name_of
from project.ids import new_id
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


def tell_owner_on_commit(
    user: User, notice: str, detail: str = "", *, channels: Iterable[tuple[str, str]] | None = None
) -> None:
    """Tell the owner of an account, wherever they look: apps that listen, and by letter unless they
    want none. `channels` are where they were reachable before a change, if it changed that."""
    title = str(NOTICES[notice].subject)
    key = f"{notice}:{new_id()}"
    for listener in announcements.owner_noticed:
        listener(user.pk, notice, title, detail, key)
    if all(wanted(user.pk, notice) for wanted in announcements.letter_wanted):
        tell_on_commit(channels_of(user) if channels is None else channels, notice, detail)


def tell_of_wrong_passwords_on_commit(user: User) -> None:
    """By mail only, as anybody can bring it about."""
    mail = [pair for pair in channels_of(user) if pair[0] == "email"]
    tell_owner_on_commit(user, "wrong_passwords", channels=mail)


def tell_of_login_on_commit(user: User, device: Device) -> None:
    """By mail only: a text message costs money, and this happens often."""
    mail = [pair for pair in channels_of(user) if pair[0] == "email"]
    detail = name_of(device.name) if device.name else _("an unknown device")
    tell_owner_on_commit(user, "new_session", detail, channels=mail)
