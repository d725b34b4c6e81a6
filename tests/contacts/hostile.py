"""Random and hostile rows: `python -m tests.contacts.hostile --rows 100000`.

As JSON, CSV and vCard by turns. Each row must have exactly one outcome, none of them `unreadable`
(which is what an entry gets that the server itself stumbles over), and memory must stay bounded.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import resource
from collections import Counter
from typing import Any

from tests.conftest import clear_ground, lay_ground

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


def _import(brought: Any) -> Counter[str]:
    import msgspec
    from django.utils import timezone

    from accounts.models import User
    from contacts.doors.inputs import ImportForm, ImportGiven, OutcomeQuery
    from contacts.importing.work import work
    from contacts.models import Import
    from contacts.reading.listing import list_outcomes
    from contacts.services.imports import ask_for, ask_for_file
    from tests.people import make_person

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
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    lay_ground()
    try:
        print(dict(run(given.rows, given.seed)))
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{most:.0f} MiB at most")
    finally:
        clear_ground()


if __name__ == "__main__":
    main()
