"""Random and hostile rows: `python -m tests.contacts.hostile --rows 100000 [--door]`.

As JSON, CSV and vCard by turns. Each row must have exactly one outcome, none of them `unreadable`
(which is what an entry gets that the server itself stumbles over), and memory must stay bounded.
With `--door` they come by HTTP, where JSON may also be refused, for a reason that names a row.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import resource
import secrets
from collections import Counter
from contextlib import ExitStack
from typing import Any

import httpx

from tests.conftest import clear_ground, lay_ground, serving, working
from tests.people import Person, make_person

ROWS = 10_000  # a card that holds the beginning of another one counts twice
PIECES = [
    "+43", "0664", "00", "1234567", "９９９", "٠٦٦٤", "ext. 5", ";", "/", " ::: ", "(0)", "-", ".",
    "=1+1", "@SUM(A1)", '"', '""', "'", ",", "\t", "\r", "\n", "\\", "a@b.example", "@", "é",
    "\u202e", "\ud83d", "😀", "\u0000", "BEGIN:VCARD", "END:VCARD", "TEL:", "x" * 300, "9" * 40,
    "%00", "NULL", "\x1b[2J", "\u200b", "ß.example", "tel:+1-555;ext=1", "=0A", "=\r\n",
    "\ufeff", "Ⅷ", "１", "",
]  # fmt: skip


def text(chance: random.Random) -> str:
    return "".join(chance.choice(PIECES) for _ in range(chance.randrange(6)))


def sane(given: str) -> str:
    """What JSON can bring: the door refuses the rest before it comes here."""
    return given.replace("\0", "").encode(errors="replace").decode()


def as_entries(rows: int, chance: random.Random) -> list[dict[str, Any]]:
    return [
        {
            "ref": chance.choice([n, f"r{n}", 0, sane(text(chance))[:100]]),
            "name": sane(text(chance)),
            "phones": [sane(text(chance)) for _ in range(chance.randrange(4))],
            "emails": [sane(text(chance)) for _ in range(chance.randrange(3))],
        }
        for n in range(rows)
    ]


def as_csv(rows: int, chance: random.Random) -> bytes:
    head = "Name,Phone 1 - Value,E-mail 1 - Value"
    lines = [",".join(text(chance) for _ in range(3)).replace('"', "") for _ in range(rows)]
    lines = [line.replace("\r", " ").replace("\n", " ") for line in lines]
    lines = [line.replace("BEGIN:VCARD", "") for line in lines]  # or it would pass for cards
    return "\n".join([head, *lines]).encode(errors="surrogatepass")


def as_cards(rows: int, chance: random.Random) -> bytes:
    cards = [
        f"BEGIN:VCARD\r\nFN:{text(chance)}\r\nTEL:{text(chance)}\r\nEMAIL:{text(chance)}\r\nEND:VCARD"
        for _ in range(rows)
    ]
    return "\r\n".join(cards).encode(errors="surrogatepass")


def run(rows: int, seed: int) -> Counter[str]:
    """Import so many rows in each form; how they ended."""
    chance = random.Random(seed)
    found: Counter[str] = Counter()
    for make in (as_entries, as_csv, as_cards):
        for start in range(0, rows, ROWS):
            found += _import(make(min(ROWS, rows - start), chance))
    return found


ODDITIES: list[Any] = [
    None,
    True,
    -1,
    1e400,
    {},
    [],
    [[]],
    {"value": 1},
    {"value": "1", "region": "ZZZ"},
    "\0",
]
AT_ONCE = 5
"""Rows of JSON in one request: one that is refused takes the others with it."""


def odd_entries(rows: int, chance: random.Random) -> list[dict[str, Any]]:
    """As JSON may bring them: with surrogates, U+0000 and values of every kind."""
    entries = as_entries(rows, chance)
    for entry in entries:
        if chance.random() < 0.3:
            entry[chance.choice(["ref", "name", "phones", "emails", "op", "x"])] = chance.choice(
                [*ODDITIES, [chance.choice(ODDITIES)], text(chance)]
            )
    return entries


def at_the_door(person: Person, rows: int, seed: int) -> Counter[str]:
    """Send so many rows in each form; how they ended, and why requests were refused."""
    chance = random.Random(seed)
    found: Counter[str] = Counter()
    form = {"device": "d", "mode": "full", "region": "AT"}
    for _ in range(0, rows, AT_ONCE):
        body = {**form, "batch": secrets.token_hex(8), "entries": odd_entries(AT_ONCE, chance)}
        content = json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        answer = person.http.post("/contacts/imports", content=content, headers=headers)
        found += _ended(person, answer, AT_ONCE)
    for make in (as_csv, as_cards):
        for start in range(0, rows, ROWS):
            data = make(min(ROWS, rows - start), chance)
            form["batch"] = secrets.token_hex(8)
            files = {"file": ("book", data)}
            answer = person.http.post("/contacts/imports", data=form, files=files)
            assert answer.status_code == 202, answer.text
            found += _ended(person, answer, answer.json()["total"])
    return found


def _ended(person: Person, answer: httpx.Response, rows: int) -> Counter[str]:
    if answer.status_code != 202:
        problem = answer.json()
        assert answer.status_code in (400, 422), answer.text
        assert all(error["pointer"] for error in problem["errors"]), problem
        return Counter([problem["code"]])
    from tests.contacts.books import ended, outcomes

    job = ended(person, answer.json())
    assert (job["state"], job["total"]) == ("done", rows), job
    all_of_it = outcomes(person, job)
    assert len(all_of_it) >= rows  # and what a full import no longer names
    assert all(one.get("reason") != "unreadable" for one in all_of_it)
    return Counter(one["outcome"] for one in all_of_it)


def _import(brought: Any) -> Counter[str]:
    import msgspec
    from django.utils import timezone

    from accounts.models import User
    from contacts.doors.inputs import ImportForm, ImportGiven, OutcomeQuery
    from contacts.importing.work import work
    from contacts.models import Import
    from contacts.reading.listing import list_outcomes
    from contacts.services.imports import ask_for, ask_for_file

    person = make_person("http://nowhere", "hostile")
    person.http.close()
    old = timezone.now() - dt.timedelta(days=2)
    User.objects.filter(pk=int(person.id)).update(created_at=old)
    about = {"batch": "1", "device": "d", "mode": "full", "region": "AT"}
    if isinstance(brought, bytes):
        form = msgspec.convert(about, ImportForm)
        told = ask_for_file(user_id=int(person.id), given=form, name="book", data=brought)
    else:
        given = msgspec.convert(about | {"entries": brought}, ImportGiven)
        told = ask_for(user_id=int(person.id), given=given)
    job = Import.objects.select_related("book").get(pk=int(told.id))
    work(job.book_id)
    job.refresh_from_db()
    assert (job.state, job.processed) == ("done", job.total), job.state
    found: Counter[str] = Counter()
    cursor = None
    while True:
        page = list_outcomes(job, OutcomeQuery(limit=200, cursor=cursor))
        found.update(one.outcome for one in page.results)
        assert all(one.reason != "unreadable" for one in page.results)
        if (cursor := page.next) is None:
            break
    assert found.total() == job.total, (found, job.total)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--door", action="store_true")
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    lay_ground()
    try:
        with ExitStack() as stack:
            if given.door:
                stack.enter_context(working())
                person = make_person(stack.enter_context(serving()), "hostile")
                print(dict(at_the_door(person, given.rows, given.seed)))
            else:
                print(dict(run(given.rows, given.seed)))
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{most:.0f} MiB at most")
    finally:
        clear_ground()


if __name__ == "__main__":
    main()
