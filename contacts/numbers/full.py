"""Numbers that are written in full: most of a book that a telephone brings.

The library reads one in some 20 µs, most of which goes to what cannot be in such a number: other
scripts, extensions, prefixes. Here its own patterns are asked at once. What they do not prove valid
as it stands is left to the library, which may still find a number in it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberDesc

_WRITTEN = re.compile(r"\+[\d ().-]{7,30}", re.ASCII)
_SIGNS = str.maketrans("", "", "+ ().-")
_NOTHING = "(?!)"
_KINDS = (
    "premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan",
    "voicemail", "fixed_line", "mobile",
)  # fmt: skip


class _Region(NamedTuple):
    """`leading` says alone whether a number is the region's, where there is such a pattern."""

    leading: re.Pattern[str] | None
    valid: re.Pattern[str]


class _Code(NamedTuple):
    """A country code. After `prefix` the library may read another number than what is written."""

    prefix: re.Pattern[str]
    regions: list[_Region]


def in_full(text: str) -> str | None:
    """The number in E.164, if it is surely the one that `text` says; None says nothing."""
    if not _WRITTEN.fullmatch(text):
        return None
    digits = text.translate(_SIGNS)
    for size in (1, 2, 3):
        if (code := _code(digits[:size])) is not None:
            national = digits[size:]
            valid = not code.prefix.match(national) and _is_valid(code, national)
            return f"+{digits}" if valid else None
    return None


def _is_valid(code: _Code, national: str) -> bool:
    """As the library decides it: the first region that the number belongs to has the say."""
    for leading, valid in code.regions:
        if (leading or valid).match(national):
            return valid.match(national) is not None
    return False


@cache
def _code(digits: str) -> _Code | None:
    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(digits or 0))
    if regions is None:
        return None
    known = [PhoneMetadata.metadata_for_region(region) for region in regions]
    plans = [plan for plan in known if plan is not None]  # of no country: left to the library
    prefix = plans[0].national_prefix_for_parsing if plans else None
    alone = len(regions) == 1
    return _Code(
        re.compile(prefix or _NOTHING),
        [
            _Region(
                None if alone or plan.leading_digits is None else re.compile(plan.leading_digits),
                _valid(plan),
            )
            for plan in plans
        ],
    )


def _valid(plan: PhoneMetadata) -> re.Pattern[str]:
    """What matches the region's general pattern and that of some kind."""
    kinds = "|".join(_pattern(getattr(plan, kind)) for kind in _KINDS)
    return re.compile(rf"(?={_pattern(plan.general_desc)}\Z)(?:{kinds})\Z", re.ASCII)


def _pattern(kind: PhoneNumberDesc | None) -> str:
    if kind is None or kind.national_number_pattern is None:
        return _NOTHING
    lengths = "|".join(rf"\d{{{length}}}" for length in kind.possible_length) or r"\d*"
    return rf"(?=(?:{lengths})\Z)(?:{kind.national_number_pattern})"
