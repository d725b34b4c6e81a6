"""Ask the doors of accounts about known and unknown people in turn, and compare the answers.

    python -m tests.timing [--samples N]

For each door: the statuses, headers and bodies must be the same but for what is random in them, and
the two-sample Kolmogorov-Smirnov test must not tell the times apart (p > 0.05 means that it does
not; of honest runs one in twenty fails). Wants a quiet machine; exits 1 if a door tells.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import secrets
import sys
import time
from bisect import bisect_right
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx

from tests import conftest
from tests.people import PASSWORD, client, make_person

Body = dict[str, Any]
RANDOM = re.compile(r'"(challenge|request_id|to)":"[^"]*"')
OWN_HEADERS = {"date", "x-request-id", "content-length"}


class Door(NamedTuple):
    """A call, its body for an address or a number, and how a made-up one is made."""

    path: str
    body: Callable[[str], Body]
    stranger: Callable[[], str]


def an_address() -> str:
    return f"{secrets.token_hex(6)}@example.com"


def a_number() -> str:
    """Long enough for thousands of them to be different."""
    return f"+43664{secrets.randbelow(9 * 10**8) + 10**8}"


DOORS = [
    Door(
        "/auth/email/register",
        lambda email: {"email": email, "password": PASSWORD, "name": "Somebody"},
        an_address,
    ),
    Door("/auth/email/login", lambda email: {"email": email, "password": "wrong"}, an_address),
    Door("/auth/password/forgot", lambda email: {"email": email}, an_address),
    Door("/auth/phone/start", lambda phone: {"phone": phone}, a_number),
]


def p_value(one: list[float], other: list[float]) -> float:
    """Of the two-sample Kolmogorov-Smirnov test, by its asymptotic distribution."""
    one, other = sorted(one), sorted(other)
    gap = max(
        abs(bisect_right(one, x) / len(one) - bisect_right(other, x) / len(other))
        for x in one + other
    )
    size = math.sqrt(len(one) * len(other) / (len(one) + len(other)))
    x = (size + 0.12 + 0.11 / size) * gap
    terms = (2 * (-1.0) ** (k - 1) * math.exp(-2 * (k * x) ** 2) for k in range(1, 101))
    return min(1.0, max(0.0, sum(terms)))


def face(response: httpx.Response) -> tuple[int, str, tuple[tuple[str, str], ...]]:
    """All of an answer that must be the same for everyone."""
    headers = sorted((k, v) for k, v in response.headers.items() if k not in OWN_HEADERS)
    return response.status_code, RANDOM.sub("", response.text), tuple(headers)


def measure(http: httpx.Client, door: Door, known: list[str]) -> tuple[float, bool]:
    """The p-value of the times, and whether all answers looked the same."""
    times: dict[bool, list[float]] = {True: [], False: []}
    faces = set()
    order = [(True, one) for one in known] + [(False, door.stranger()) for _ in known]
    random.shuffle(order)
    for is_known, asked in order:
        body = door.body(asked)
        started = time.perf_counter()
        response = http.post(door.path, json=body)
        times[is_known].append(time.perf_counter() - started)
        faces.add(face(response))
    return p_value(times[True], times[False]), len(faces) == 1


def many(url: str, count: int) -> list[tuple[str, str]]:
    """Addresses and numbers of people who proved both; each is asked about once, since a door may
    well answer a repeated question more quickly."""
    from accounts.models import User
    from project.sync.log import open_log

    hashed = User.objects.get(pk=int(make_person(url, "known").id)).password
    people = [
        User(
            username=f"known_{secrets.token_hex(8)}",
            name="Known",
            email=an_address(),
            email_verified=True,
            phone=a_number(),
            phone_verified=True,
            password=hashed,
        )
        for _ in range(count)
    ]
    for person in people:
        person.save(force_insert=True)
        open_log(person.pk)
    return [(person.email or "", person.phone or "") for person in people]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=500, help="of each kind, per door")
    given = parser.parse_args()
    conftest.lay_ground()
    good = True
    try:
        with conftest.serving() as url, client(url) as http:
            for door in DOORS:
                # New people for each: whoever is asked for again has to wait longer.
                known = many(url, given.samples)
                asked = [pair[door.stranger is a_number] for pair in known]
                p, same = measure(http, door, asked)
                good = good and same and p > 0.05
                print(f"{door.path:24} p = {p:.3f}  answers {'the same' if same else 'DIFFER'}")
    finally:
        conftest.clear_ground()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
