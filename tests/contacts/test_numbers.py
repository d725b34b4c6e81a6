"""What people write becomes numbers, and nothing that no telephone has."""

from __future__ import annotations

import random

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contacts.numbers import Number, alias, normalise
from contacts.numbers.full import in_full
from tests.cheapness import costs_less
from tests.contacts.country_table import cases


def shown(number: Number) -> str:
    if number.e164 is None:
        return f"-{number.reason}"
    assert number.reason is None
    return "~" * number.assumed + number.e164


@pytest.mark.parametrize(("region", "written", "meant"), cases())
def test_country_table(region: str | None, written: str, meant: list[str]) -> None:
    assert [shown(number) for number in normalise(written, entry_region=region)] == meant


def test_the_table_is_wide() -> None:
    assert len(cases()) >= 80
    assert len({region for region, _, _ in cases()}) > 25


OWNER = "+4366412345678"


@pytest.mark.parametrize(
    ("own", "entry", "owner", "request_region", "country"),
    [
        ("DE", "FR", OWNER, "IT", "+49"),
        (None, "DE", OWNER, "IT", "+49"),
        (None, None, OWNER, "DE", "+43"),
        (None, None, None, "DE", "+49"),
        ("XX", "de", OWNER, "IT", "+43"),
        (None, None, "+80012345678", "DE", "+49"),
        (None, None, "no number", "DE", "+49"),
    ],
)
def test_the_first_region_that_is_known_counts(
    own: str | None, entry: str | None, owner: str | None, request_region: str | None, country: str
) -> None:
    (number,) = normalise(
        "0664 1234567",
        own_region=own,
        entry_region=entry,
        owner_number=owner,
        request_region=request_region,
    )
    assert number.e164 is not None
    assert number.e164.startswith(country)
    assert number.assumed


@pytest.mark.parametrize("written", ["+43 664 1234567", "0043 664 1234567"])
def test_a_number_that_names_its_country_needs_no_region(written: str) -> None:
    (number,) = normalise(written, own_region="DE", owner_number=OWNER, request_region="US")
    assert number == Number(written, "+436641234567", False, None)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("", []),
        (" \n ; ::: ", []),
        ("030 1234567;;030 1234568\n", ["~+49301234567", "~+49301234568"]),
        ("030 1234567:::x:::12", ["~+49301234567", "-letters", "-no_number"]),
        ("030 1234567 / 12", ["~+4930123456712"]),
        ("030 1234567 / 030 1234568 / 030 1234569", [f"~+4930123456{n}" for n in (7, 8, 9)]),
        ("030/1234567 / 030/1234568", ["~+49301234567", "~+49301234568"]),
        ("030 1234567|030 1234568", ["~+49301234567", "~+49301234568"]),
        ("030 1234567 & 030 1234568", ["~+49301234567", "~+49301234568"]),
        ("+49 30 1234567,,12#", ["-extension"]),
        ("tel:+49301234567", ["-letters"]),
        ("1/2/3/4/5/6/7/8/9/10", ["-no_number"]),
        ("030 1234567" + " " * 300, ["~+49301234567"]),
        ("030 1234567" + "1" * 300, ["-too_long"]),
        ("1" * 100_000, ["-too_long"]),
    ],
)
def test_what_parts_numbers(written: str, meant: list[str]) -> None:
    assert [shown(number) for number in normalise(written, own_region="DE")] == meant


def test_each_number_keeps_what_was_written() -> None:
    first, second = normalise("030 1234567 / 030 1234568", own_region="DE")
    assert (first.value, second.value) == ("030 1234567", "030 1234568")
    (refused,) = normalise("call me", own_region="DE")
    assert refused == Number("call me", None, False, "letters")


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("+5491166773399", "+541166773399"),
        ("+5215512345678", "+525512345678"),
        ("+551161234567", "+5511961234567"),
        ("+22990011234", "+2290190011234"),
        ("+22501234567", "+2250101234567"),
        ("+22544123456", "+2250544123456"),
        ("+22587123456", "+2250787123456"),
        ("+22520212345", "+2252720212345"),
        ("+22520012345", "+2252520012345"),
        ("+22522812345", "+2252122812345"),
        ("+22536812345", "+2252736812345"),
    ],
)
def test_forms_of_other_times_have_one_key(older: str, newer: str) -> None:
    assert alias(older) == alias(newer) == newer


@pytest.mark.parametrize(
    "number",
    [
        "+551131234567",  # a landline never got a 9
        "+551171234567",  # nor did trunked radio
        "+5411667733",
        "+52155123456",
        "+229019001123",
        "+22510123456",
        "+4915123456789",
        "+14155552671",
        "",
        "+",
        "+54",
    ],
)
def test_other_numbers_are_their_own_key(number: str) -> None:
    assert alias(number) == number


HOSTILE = [
    sign * count
    for sign in [
        "+",
        "0",
        "1",
        " ",
        "/",
        "/1",
        ",",
        ";",
        ":::",
        "(",
        "-",
        "x",
        "x1",
        "#",
        "\n",
        "٠",
    ]
    for count in (249, 999)
] + ["+1" + "/+1" * 80, "(0" * 100, "+49" + ",1" * 100, ";ext=1" * 40, "1/" * 4 + "030 1234567"]


@pytest.mark.parametrize("written", HOSTILE)
def test_hostile_numbers_cost_little(written: str) -> None:
    assert costs_less(0.05, lambda: normalise(written, own_region="DE"))


@settings(max_examples=50)
@given(
    st.text(max_size=300) | st.text("0123456789+()/,;x#* -.\n", max_size=300), st.text(max_size=3)
)
def test_any_text_has_a_clear_outcome(written: str, region: str) -> None:
    for number in normalise(written, own_region=region, entry_region="AR"):
        assert (number.e164 is None) == (number.reason is not None)
        assert number.value.strip()
        if number.e164:
            assert alias(alias(number.e164)) == alias(number.e164)
            (again,) = normalise(number.e164)
            assert again.e164 == number.e164


def test_numbers_in_full_are_read_as_the_library_reads_them() -> None:
    """Of all country codes; with a digit changed, too many, or signs between."""
    dice = random.Random(14)
    quick = 0
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        for _ in range(20):
            example = phonenumbers.example_number(dice.choice(regions))
            digits = list(str(example.national_number) if example else "2345678")
            for _ in range(dice.randrange(4)):
                digits[dice.randrange(len(digits))] = dice.choice("0123456789")
            if dice.random() < 0.2:
                digits.insert(0, dice.choice("0189"))
            signs = dice.choice(["", "", " ", "-", " (", "(0)"])
            written = f"+{code}{signs}{''.join(digits)}"
            if (full := in_full(written)) is not None:
                quick += 1
                number = phonenumbers.parse(written)
                assert phonenumbers.is_valid_number(number), written
                assert full == phonenumbers.format_number(number, 0), written
    assert quick > 1_000
