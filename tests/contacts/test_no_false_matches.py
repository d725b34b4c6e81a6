"""People are found by their own number, however it is written, and never by somebody else's."""

from __future__ import annotations

import random

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from contacts.numbers import alias, normalise

CHANGED = ["AR", "MX", "BR", "BJ", "CI"]
OTHERS = "DE AT CH FR IT ES NL BE GB IE US CA RU UA PL CZ TR IL EG SA IN CN JP KR AU ZA NG".split()
PEOPLE = 1_500  # more than 10⁶ pairs
KINDS = [PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE]
FORMS = [PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164]


def valid_numbers(dice: random.Random, count: int) -> dict[str, str]:
    """Numbers in E.164 with their region; half of them of plans that changed, and many alike."""
    found: dict[str, str] = {}
    while len(found) < count:
        region = dice.choice(CHANGED if len(found) % 2 else OTHERS)
        number = phonenumbers.example_number_for_type(region, dice.choice(KINDS))
        assert number is not None
        digits = list(str(number.national_number))
        for place in dice.sample(range(len(digits)), dice.randint(1, len(digits))):
            digits[place] = str(dice.randint(0, 9))
        number.national_number = int("".join(digits))
        if phonenumbers.is_valid_number_for_region(number, region):
            found[phonenumbers.format_number(number, PhoneNumberFormat.E164)] = region
    return found


def one_telephone(first: str, second: str) -> bool:
    """Said without the code under test: Argentina's mobiles, from abroad and at home."""
    longer, shorter = sorted([first, second], key=len, reverse=True)
    return longer.startswith("+549") and longer == f"+549{shorter[3:]}"


def test_a_million_pairs() -> None:
    dice = random.Random(11)
    numbers = valid_numbers(dice, PEOPLE)
    books: dict[str, list[str]] = {}
    for number, region in numbers.items():
        written = phonenumbers.format_number(phonenumbers.parse(number), dice.choice(FORMS))
        (read,) = normalise(written, request_region=region)
        assert read.e164 is not None, (written, region)
        assert alias(read.e164) == alias(number), (written, region)
        books.setdefault(alias(number), []).append(number)
    alike = [
        (first, second)
        for owners in books.values()
        for first in owners
        for second in owners
        if first < second
    ]
    assert all(one_telephone(*pair) for pair in alike)


def test_neighbours_are_other_people() -> None:
    """A digit more, less or other never gives the number of the one who was meant."""
    dice = random.Random(12)
    for number, region in valid_numbers(dice, 150).items():
        for place in range(4, len(number)):
            for other in (
                number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :],
                number[:place] + number[place + 1 :],
                number[:place] + dice.choice("0123456789") + number[place:],
            ):
                for read in normalise(other, request_region=region):
                    if read.e164 and read.e164 != number and not read.assumed:
                        same = alias(read.e164) == alias(number)
                        assert not same or one_telephone(read.e164, number), (number, other)
