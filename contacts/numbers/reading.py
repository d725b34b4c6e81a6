"""From what a person wrote to E.164."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import CountryCodeSource

from contacts.numbers.full import in_full
from contacts.numbers.plans import alias
from project.fixed_codes import fixed_code


class Number(NamedTuple):
    """`assumed`: the country comes from a region, or the number from a plan that changed since.

    Where `e164` is None, `reason` is one of `letters`, `extension`, `no_region` (it is not
    international, and no region is known), `too_long` and `no_number` (no telephone has it).
    """

    value: str
    e164: str | None
    assumed: bool
    reason: str | None


_Read = tuple[str | None, bool, str | None]

LONGEST = 250  # what the library takes
_MOST_PARTS = 4
_ONE = re.compile(r"[\d ()+.-]{5,30}", re.ASCII)  # most are so, and hold no sign that parts
_APART = re.compile(r":::|;(?!\s*(?:ext|isub|phone-context)=)|[\r\n]+", re.IGNORECASE)
_PERHAPS = re.compile(r"[/\\|,&]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_EXTENSION = re.compile(r"(?:ext|\bext?n?|\bx|доб|#|;isub=|,,)[^\d]{0,5}\d", re.IGNORECASE)
_ZEROS = re.compile(r"[\s(]*00\)?")
_PLUS = re.compile(r"[^\d]*[+\uff0b]")


def normalise(
    value: str,
    *,
    own_region: str | None = None,
    entry_region: str | None = None,
    owner_number: str | None = None,
    request_region: str | None = None,
) -> list[Number]:
    """The numbers that `value` holds; none if it is empty.

    A number without its country gets it from the first region that is known: its own, its entry's,
    that of `owner_number` (the owner's verified number in E.164), the request's. Regions are as
    `AT`. `:::`, `;` and line breaks part numbers, and other signs only where both sides are valid.
    """
    if len(value) > _MOST_PARTS * LONGEST:
        return [Number(value[:LONGEST], None, False, "too_long")]
    region = _region(own_region, entry_region, owner_number, request_region)
    if _ONE.fullmatch(value):
        return [_number(value.strip(), region)]
    parts = (part.strip() for part in _APART.split(_UNSEEN.sub("", value)))
    return [number for part in parts if part for number in _numbers(part, region)]


@lru_cache(maxsize=1024)
def _region(
    own: str | None, entry: str | None, owner_number: str | None, request: str | None
) -> str | None:
    """The first that is known; `001`, of numbers without a country, is none."""
    for region in (own, entry, _of_number(owner_number) if owner_number else None, request):
        if region in phonenumbers.SUPPORTED_REGIONS:
            return region
    return None


def _of_number(e164: str) -> str | None:
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return None


def _numbers(text: str, region: str | None) -> Iterator[Number]:
    pieces = _PERHAPS.split(text) if _PERHAPS.search(text) else [text]
    if 1 < len(pieces) <= _MOST_PARTS:
        several = _several(text, region)
        if several:
            yield from several
            return
    yield _number(text, region)


def _several(text: str, region: str | None) -> list[Number]:
    """The numbers that fill `text`, as many as can be; none if a rest is none."""
    for sign in _PERHAPS.finditer(text):
        first = _number(text[: sign.start()].strip(), region)
        if first.e164:
            rest = text[sign.end() :].strip()
            others = _several(rest, region) or [_number(rest, region)]
            if others[-1].e164:
                return [first, *others]
    return []


def _number(text: str, region: str | None) -> Number:
    if (full := in_full(text)) is not None:
        return Number(text, full, False, None)
    e164, assumed, reason = _read(text, region)
    return Number(text[:LONGEST], e164, assumed, reason)


def _read(text: str, region: str | None) -> _Read:
    if len(text) > LONGEST:
        return None, False, "too_long"
    if any(map(str.isalpha, text)) and ";phone-context=" not in text:
        return None, False, "extension" if _EXTENSION.search(text) else "letters"
    found = _parsed(text, region)
    if found[2] in ("no_region", "no_number") and (prefix := _ZEROS.match(text)):
        # 00 is an international prefix nearly everywhere, and begins no number where it is none.
        explicit = _parsed("+" + text[prefix.end() :], None)
        return explicit if explicit[0] else found
    return found


def _parsed(text: str, region: str | None) -> _Read:
    try:
        number = phonenumbers.parse(text, region, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        unknown = region is None and not _PLUS.match(text)
        return None, False, "no_region" if unknown else "no_number"
    if number.extension:
        return None, False, "extension"
    number = _with_country(number)
    e164 = _e164(number)
    assumed = number.country_code_source not in _EXPLICIT
    if phonenumbers.is_valid_number(number) or fixed_code(e164):
        return e164, assumed, None
    newer = alias(e164)
    if newer != e164 and phonenumbers.is_valid_number(phonenumbers.parse(newer)):
        return newer, True, None
    return None, False, "no_number"


def _with_country(number: phonenumbers.PhoneNumber) -> phonenumbers.PhoneNumber:
    """Of a number that may have its country without a plus, the one that has, if it is a mobile's.

    Where numbers have no fixed length, as in Germany, `4915123456789` would pass for a landline.
    """
    digits = str(number.national_number)
    if (
        number.country_code_source != CountryCodeSource.FROM_DEFAULT_COUNTRY
        or not digits.startswith(str(number.country_code))
        or phonenumbers.normalize_digits_only(number.raw_input or "") != digits
    ):
        return number
    try:
        other = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return number
    if phonenumbers.number_type(other) != phonenumbers.PhoneNumberType.MOBILE:
        return number
    other.country_code_source = CountryCodeSource.FROM_NUMBER_WITHOUT_PLUS_SIGN
    return other


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_EXPLICIT = {
    CountryCodeSource.FROM_NUMBER_WITH_PLUS_SIGN,
    CountryCodeSource.FROM_NUMBER_WITH_IDD,
}
