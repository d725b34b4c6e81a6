"""Finding contacts by parts of a number or address, though the index holds neither.

As for matching, only keyed hashes lie in the database: of three to five digits in a row, of the
country's code, of an address and its two sides. They differ from owner to owner, so that equal
parts in two books do not show.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator

from contacts.importing.entries import Card
from contacts.matching import keys
from project.email_addresses import normal_email
from search.public import Both, Condition, Has

SHORTEST, LONGEST = 3, 5
"""Digits in a row that have a hash; more of them are found by all their parts."""

KEPT = 9
"""Bytes of a hash: the version of its key, and enough to tell the parts of one book apart."""

MOST = 30
"""A number with more digits is none, so that no query is dear."""

_NUMBER = re.compile(r"\+?[\d()/.-]+")
_NO_DIGIT = re.compile(r"\D")


def terms_of(owner_id: int, card: Card) -> list[str]:
    """What a contact with this card is found by."""
    parts = dict.fromkeys(
        part for value, e164, _ in card.phones for part in _of_number(value, e164)
    )
    for email in card.emails:
        parts |= dict.fromkeys(_of_address(email.casefold()))
    return [_terms(owner_id, part)[0] for part in parts]


def sought(reader: int, text: str) -> Condition | None:
    """What a word of a query asks of numbers or addresses; None for what can be part of neither."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        return _number(reader, text)
    return Has(tuple(_terms(reader, normal_email(text) or text.casefold())))


def _number(reader: int, text: str) -> Condition | None:
    """A zero in front may stand for the country, or be what is dialled at home."""
    digits = _digits(text)
    if text.startswith("+") and len(digits) < SHORTEST:
        return Has(tuple(_terms(reader, f"+{digits}")))
    if len(digits.lstrip("0")) >= SHORTEST:
        digits = digits.lstrip("0")
    if not SHORTEST <= len(digits) <= MOST:
        return None
    size = min(len(digits), LONGEST)
    first, *others = [Has(tuple(_terms(reader, part))) for part in _in_a_row(digits, size)]
    found: Condition = first
    for other in others:
        found = Both(found, other)
    return found


def _of_number(value: str, e164: str | None) -> Iterator[str]:
    if e164 is not None:
        yield from (e164[:end] for end in range(2, SHORTEST + 1))
    for text in filter(None, (e164, value)):
        digits = _digits(text)
        for size in range(SHORTEST, LONGEST + 1):
            yield from _in_a_row(digits, size)


def _of_address(email: str) -> Iterable[str]:
    local, _, host = email.rpartition("@")
    return filter(None, (email, local, host))


def _in_a_row(digits: str, size: int) -> Iterator[str]:
    return (digits[start : start + size] for start in range(len(digits) - size + 1))


def _digits(text: str) -> str:
    """In whatever script they are written, as 0 to 9."""
    return "".join(str(int(digit)) for digit in _NO_DIGIT.sub("", text))


def _terms(owner_id: int, part: str) -> list[str]:
    """Under each key; the first is the one to be stored."""
    found = keys.hashes("part", f"{owner_id}:{part}")
    return [f"part={base64.b64encode(each[:KEPT]).decode()}" for each in found]
