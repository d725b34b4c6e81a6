"""Phone numbers whose code is fixed: for the tests of clients, and for those who review an app.

No message goes to them and none is counted. Whoever knows such a number and its code is in, so in
production each is good for some days only.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured

LONGEST = dt.timedelta(days=30)
_ENTRY = re.compile(r"(\+[1-9]\d{6,14})=(\d{6})(?:@(\d{4}-\d\d-\d\d))?", re.ASCII)


class Fixed(NamedTuple):
    """`until` is the last day (UTC) on which the code is taken; None means for ever."""

    code: str
    until: dt.date | None


def read(entries: Iterable[str], *, production: bool) -> dict[str, Fixed]:
    """By number in E.164, from entries as `+15005550006=123456@2026-12-01`.

    Raises ImproperlyConfigured for an entry that cannot be read, and in production for one without
    a day or with a day that is more than 30 days ahead. A day gone by is no mistake: the number is
    an ordinary one again, and the server can still be restarted.
    """
    return dict(_read(entry.strip(), production) for entry in entries if entry.strip())


def _read(entry: str, production: bool) -> tuple[str, Fixed]:
    found = _ENTRY.fullmatch(entry)
    if found is None:
        raise ImproperlyConfigured("SMS_TEST_NUMBERS needs entries as +15005550006=123456.")
    number, code, day = found.groups()
    until = None if day is None else _day(day)
    if production and (until is None or until > _today() + LONGEST):
        raise ImproperlyConfigured(
            "In production each of SMS_TEST_NUMBERS needs its last day, at most 30 days ahead: "
            "+15005550006=123456@2026-12-01."
        )
    return number, Fixed(code, until)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ImproperlyConfigured(f"SMS_TEST_NUMBERS: {text} is no day.") from None


def fixed_code(number: str) -> str | None:
    """The code of a number that has a fixed one today."""
    from django.conf import settings  # the settings themselves need `read`

    numbers: dict[str, Fixed] = settings.SMS_TEST_NUMBERS
    fixed = numbers.get(number)
    if fixed is None or (fixed.until is not None and fixed.until < _today()):
        return None
    return fixed.code


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
