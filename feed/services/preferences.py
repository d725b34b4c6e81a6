"""What somebody wants to hear of, where and when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone
from msgspec import UNSET

from feed.deciding.quiet import clock, zone_of
from feed.doors.inputs import DigestGiven, MuteGiven, PreferencesGiven, QuietHoursGiven
from feed.doors.wire import DigestTime, Mute, Preferences, QuietHours, Reference, Wishes
from feed.kinds import KINDS
from feed.models import Mute as MuteRow
from feed.models import Preference
from feed.wishes import wishes_of
from project.errors import Problem, invalid
from project.ids import parse_id
from project.sync.log import lock_users
from project.wire import moment, parse_moment


def read_preferences(user_id: int) -> Preferences:
    """All kinds that there are, and the mutes that still hold."""
    own = Preference.objects.filter(user_id=user_id).first()
    mutes = MuteRow.objects.filter(user_id=user_id, until__gt=timezone.now()).order_by("pk")
    return Preferences(
        kinds={name: Wishes(**wishes_of(own, name)) for name in sorted(KINDS)},
        quiet_hours=msgspec.convert(own.quiet_hours, QuietHours | None) if own else None,
        mutes=[_mute(row) for row in mutes],
        preview=own.preview if own else "full",  # type: ignore[arg-type]
        digest=msgspec.convert(own.digest, DigestTime | None) if own else None,
    )


def replace_preferences(*, user_id: int, given: PreferencesGiven) -> Preferences:
    """What is left out is as if nothing had been said. Raises `validation`, and `forbidden` for
    taking a critical kind out of the list."""
    mutes = [_read_mute(user_id, place, mute) for place, mute in enumerate(given.mutes)]
    values = {
        "kinds": _read_kinds(given),
        "quiet_hours": _read_quiet_hours(given.quiet_hours),
        "digest": _read_digest(given.digest),
        "preview": given.preview,
    }
    with transaction.atomic():
        lock_users([user_id])
        Preference.objects.update_or_create(user_id=user_id, defaults=values)
        MuteRow.objects.filter(user_id=user_id).delete()
        MuteRow.objects.bulk_create(mutes)
    return read_preferences(user_id)


def _read_kinds(given: PreferencesGiven) -> dict[str, Any]:
    """Only what differs from the defaults is kept, so that these may change."""
    said = {}
    for name, wishes in given.kinds.items():
        kind = KINDS.get(name)
        if kind is None:
            raise invalid(f"/kinds/{name.replace('~', '~0').replace('/', '~1')}", "No such kind.")
        if kind.critical and not wishes.in_app:
            raise Problem("forbidden", f"{name} cannot be taken out of the list.")
        wanted = msgspec.to_builtins(wishes)
        if wanted != kind.wishes():
            said[name] = wanted
    return said


def _read_quiet_hours(given: QuietHoursGiven | None) -> dict[str, Any] | None:
    if given is None:
        return None
    _read_clock("/quiet_hours/from", given.from_)
    _read_clock("/quiet_hours/to", given.to)
    _read_zone("/quiet_hours/time_zone", given.time_zone)
    if given.from_ == given.to:
        raise invalid("/quiet_hours/to", "They must end at another time than they begin.")
    kept: dict[str, Any] = msgspec.to_builtins(given)
    return kept


def _read_digest(given: DigestGiven | None) -> dict[str, Any] | None:
    if given is None:
        return None
    _read_zone("/digest/time_zone", given.time_zone)
    if isinstance(given.at, str):
        if given.every == "hour":
            raise invalid("/digest/at", "Every hour comes at the full hour.")
        _read_clock("/digest/at", given.at)
    kept: dict[str, Any] = msgspec.to_builtins(given)
    return kept


def _read_clock(pointer: str, text: str) -> None:
    try:
        clock(text)
    except ValueError:
        raise invalid(pointer, "This is no time as HH:MM.") from None


def _read_zone(pointer: str, name: str) -> None:
    try:
        zone_of(name)
    except ValueError:
        raise invalid(pointer, "No such time zone; take an IANA name.") from None


def _read_mute(user_id: int, place: int, given: MuteGiven) -> MuteRow:
    if (given.user is UNSET) == (given.reference is UNSET):
        raise invalid(f"/mutes/{place}", "A mute is of a user or of a reference.")
    row = MuteRow(user_id=user_id, until=_read_until(place, given.until))
    if isinstance(given.user, str):
        try:
            row.actor = parse_id(given.user)
        except Problem:
            raise invalid(f"/mutes/{place}/user", "This is nobody's id.") from None
    else:
        row.reference = msgspec.to_builtins(given.reference)
    return row


def _read_until(place: int, text: str) -> dt.datetime:
    try:
        return parse_moment(text)
    except ValueError:
        pointer = f"/mutes/{place}/until"
        raise invalid(pointer, "This is no RFC 3339 time with an offset.") from None


def _mute(row: MuteRow) -> Mute:
    shown = Mute(until=moment(row.until))
    if row.actor is not None:
        shown.user = str(row.actor)
    elif row.reference is not None:
        shown.reference = Reference(**row.reference)
    return shown
