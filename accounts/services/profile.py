"""What people say about themselves and who may know of it."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db import IntegrityError, transaction
from msgspec import UNSET, structs

from accounts.doors import announcements, inputs, wire
from accounts.reading import shapes
from accounts.reading.selectors import lock_person
from accounts.services import avatars
from accounts.services.names import normal_name
from accounts.services.usernames import normal_username
from project.errors import invalid
from project.sync.log import Entry, append_and_tell_on_commit
from project.visible import can_be_seen, without_directions

SEEN_BY_OTHERS = {"name", "username", "avatar", "about", "tags"}
PRIVACY = {"read_receipts", "last_seen"}


def change_profile(*, user_id: int, given: inputs.ProfileChange) -> wire.Me:
    """Change what is given; the person's devices and, where they can see it, others learn of it.

    Raises `validation` naming the field, with code `taken` for a username that is somebody else's.
    """
    values = _normal({k: v for k, v in structs.asdict(given).items() if v is not UNSET})
    try:
        with transaction.atomic():
            return _change(user_id, values)
    except IntegrityError as error:
        if "username" in str(error):
            raise invalid("/username", "Somebody has this username.", "taken") from None
        raise


def _change(user_id: int, values: dict[str, Any]) -> wire.Me:
    user = lock_person(user_id)
    avatar = user.avatar
    changed = {field for field, value in values.items() if getattr(user, field) != value}
    if changed:
        for field in changed:
            setattr(user, field, values[field])
        user.save(update_fields=changed)
        append_and_tell_on_commit([Entry(user_id, "me.updated")])
        _announce(user_id, changed)
    if "avatar" in changed:
        avatars.replace(owner_id=user_id, old=avatar, new=user.avatar)
    return shapes.me_output(user)


def _announce(user_id: int, changed: set[str]) -> None:
    listeners = announcements.profile_changed if changed & SEEN_BY_OTHERS else []
    listeners = listeners + (announcements.privacy_changed if changed & PRIVACY else [])
    if "discoverable_by" in changed:
        listeners = listeners + announcements.discoverability_changed
    for listener in listeners:
        listener(user_id)


def _normal(values: dict[str, Any]) -> dict[str, Any]:
    if "username" in values:
        values["username"] = normal_username(values["username"])
    if "name" in values:
        values["name"] = normal_name(values["name"])
    if "tags" in values:
        values["tags"] = _normal_tags(values["tags"])
    if values.get("avatar") is not None:
        values["avatar"] = avatars.file_number(values["avatar"])
    return values


def _normal_tags(tags: list[str]) -> list[str]:
    """As they came but for space around them and controls of direction, each once."""
    shown = (without_directions(tag) for tag in tags)
    cleaned = dict.fromkeys(unicodedata.normalize("NFC", tag) for tag in shown)
    if not all(map(can_be_seen, cleaned)):
        raise invalid("/tags", "A tag needs something that can be read.")
    return list(cleaned)
