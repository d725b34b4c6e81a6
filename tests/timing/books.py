"""Ask a book for hidden, blocking and unknown people in turn, and compare outcomes and times.

    python -m tests.timing.books [--samples N]

What is timed is the import of a single entry, without its way through the queue. Like the program
for the doors of accounts it wants a quiet machine, and exits 1 if one of them tells.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from typing import Any

from tests import conftest
from tests.timing.__main__ import a_number, p_value

HIDDEN, BLOCKED, UNKNOWN = "hidden", "blocked", "unknown"


def people(owner_id: int, kind: str, count: int) -> list[str]:
    """Numbers of so many people whom the owner must not find."""
    from accounts.models import Block, User

    phones = list({a_number() for _ in range(count)})
    if kind == UNKNOWN:
        return phones
    audience = "nobody" if kind == HIDDEN else "everyone"
    made = User.objects.bulk_create(
        User(username=f"t{phone[1:]}", name="T", phone=phone, phone_verified=True,
             discoverable_by=audience)
        for phone in phones
    )  # fmt: skip
    if kind == BLOCKED:
        Block.objects.bulk_create(Block(blocker_id=u.pk, blocked_id=owner_id) for u in made)
    return phones


def imported(owner_id: int, batch: str, phone: str) -> tuple[float, Any]:
    """Seconds that an entry takes, and what its owner is told of it."""
    from contacts.doors.inputs import EntryGiven, ImportGiven, OutcomeQuery
    from contacts.importing.work import work
    from contacts.models import Import
    from contacts.reading.listing import list_outcomes
    from contacts.services.imports import ask_for

    entry = EntryGiven(ref=1, name="Somebody", phones=[phone])
    given = ImportGiven(batch=batch, device="phone", mode="full", entries=[entry])
    job = Import.objects.get(pk=int(ask_for(user_id=owner_id, given=given).id))
    started = time.perf_counter()
    work(job.book_id)
    seconds = time.perf_counter() - started
    (outcome, *_) = list_outcomes(job, OutcomeQuery()).results
    return seconds, (outcome.outcome, outcome.reason)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=500, help="of each kind")
    given = parser.parse_args()
    conftest.lay_ground()
    try:
        from tests.people import make_person

        person = make_person("http://nowhere", "owner")
        person.http.close()
        owner_id = int(person.id)
        asked = [
            (kind, phone)
            for kind in (HIDDEN, BLOCKED, UNKNOWN)
            for phone in people(owner_id, kind, given.samples)
        ]
        random.shuffle(asked)
        times: dict[str, list[float]] = {HIDDEN: [], BLOCKED: [], UNKNOWN: []}
        told = set()
        for number, (kind, phone) in enumerate(asked):
            seconds, outcome = imported(owner_id, str(number), phone)
            times[kind].append(seconds)
            told.add(outcome)
    finally:
        conftest.clear_ground()
    good = len(told) == 1
    print(f"outcomes {'the same' if good else 'DIFFER'}")
    for kind in (HIDDEN, BLOCKED):
        p = p_value(times[kind], times[UNKNOWN])
        good = good and p > 0.05
        print(f"{kind} and unknown: p = {p:.3f}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
