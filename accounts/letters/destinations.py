"""Addresses and numbers in one normal form, and how one is shown without giving it away."""

from __future__ import annotations

import phonenumbers

from project import email_addresses
from project.errors import invalid
from project.fixed_codes import fixed_code


def normal_email(given: str, pointer: str = "/email") -> str:
    """The one form of all variants of an address (`project.email_addresses`), so that they do not
    count as several. Raises `validation` at `pointer`."""
    address = email_addresses.normal_email(given)
    if address is None:
        raise invalid(pointer, "This is no e-mail address.")
    return address


def email_or_none(given: object) -> str | None:
    """What another company says is an address, if it is one."""
    return email_addresses.normal_email(given) if isinstance(given, str) else None


def normal_phone(given: str, region: str | None = None, pointer: str = "/phone") -> str:
    """In E.164. `region` (as `AT`) tells how to read a number that is not international.

    Raises `validation` at `pointer` for what no telephone has.
    """
    try:
        number = phonenumbers.parse(given, region)
    except phonenumbers.NumberParseException:
        raise invalid(pointer, "This is no phone number; it needs + and a country.") from None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.extension or not (phonenumbers.is_valid_number(number) or fixed_code(e164)):
        raise invalid(pointer, "No telephone has this number.")
    return e164


def country_of(phone: str) -> str:
    """The country of an E.164 number, as `AT`; `001` for numbers of no country."""
    return phonenumbers.region_code_for_number(phonenumbers.parse(phone)) or "001"


_DEAR = {
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
    phonenumbers.PhoneNumberType.SHARED_COST,
    phonenumbers.PhoneNumberType.TOLL_FREE,
    phonenumbers.PhoneNumberType.UAN,
    phonenumbers.PhoneNumberType.PAGER,
    phonenumbers.PhoneNumberType.VOICEMAIL,
}


def is_dear(phone: str) -> bool:
    """Whether an E.164 number is of a kind that nobody receives codes at: a service's, whose
    messages may cost more than others."""
    return phonenumbers.number_type(phonenumbers.parse(phone)) in _DEAR


def masked(destination: str) -> str:
    """`a…e@example.com`, `+43…89`: enough for its owner to recognise it."""
    local, at, domain = destination.rpartition("@")
    if not at:
        return f"{destination[:3]}…{destination[-2:]}"
    return f"{local[:1]}…{local[-1:] if len(local) > 2 else ''}@{domain}"
