"""Workers killed at random moments, Redis emptied and stopped: `python -m tests.contacts.kills`.

The same book is imported twice: by one person in peace, and by another while workers are killed
with SIGKILL, or Redis loses all it has or is away. In the end both must have the same rows, and the
import the same outcomes. Nothing but the sweep may be needed to go on.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from typing import Any
from unittest.mock import patch

from tests.conftest import ROOT, clear_ground, engines, lay_ground

PATIENCE = 400.0
SMALL = 200
"""Entries of a chunk of the import that is disturbed."""


def book(entries: int, chance: random.Random) -> list[dict[str, Any]]:
    """New numbers, numbers of members, doubles, what is broken, and an address here and there."""
    from tests.contacts.books import number

    members = _members(20)
    found: list[dict[str, Any]] = []
    for ref in range(entries):
        phone = chance.choice(members) if ref % 40 == 7 else number()
        if ref % 50 == 9 and found:
            phone = chance.choice(found)["phones"][0]
        phones = ["12"] if ref % 70 == 3 else [phone]
        emails = [f"p{ref}@example.net"] if ref % 9 == 0 and ref % 70 != 3 else []
        found.append({"ref": ref, "name": f"Person {ref}", "phones": phones, "emails": emails})
    return found


def _members(count: int) -> list[str]:
    from accounts.models import User
    from tests.contacts.books import number

    phones = [number() for _ in range(count)]
    people = [
        User(username=f"m{phone[1:]}", name="M", phone=phone, phone_verified=True,
             discoverable_by="everyone")
        for phone in phones
    ]  # fmt: skip
    User.objects.bulk_create(people)
    return phones


def ask(entries: list[dict[str, Any]]) -> int:
    """The import of a new person of some age, queued; its id."""
    import msgspec
    from django.utils import timezone

    from accounts.models import User
    from contacts.doors.inputs import ImportGiven
    from contacts.services.imports import ask_for
    from tests.people import make_person

    person = make_person("http://nowhere", "killed")
    person.http.close()
    old = timezone.now() - dt.timedelta(days=2)
    User.objects.filter(pk=int(person.id)).update(created_at=old)
    body = {"batch": "1", "device": "phone", "mode": "full", "entries": entries}
    job = ask_for(user_id=int(person.id), given=msgspec.convert(body, ImportGiven))
    return int(job.id)


def digest(job_id: int) -> str:
    """Of all that an import left, whoever owns it and whatever ids it got."""
    from contacts.importing.entries import Outcome, opened
    from contacts.importing.writing import card_of
    from contacts.models import Chunk, Contact, Import, Key, Match, Seen

    job = Import.objects.get(pk=job_id)
    contacts = list(Contact.objects.filter(book_id=job.book_id))
    by_id = {contact.pk: contact.ref for contact in contacts}
    owner = {"owner_id": job.owner_id}
    rows: list[Any] = sorted(
        (c.ref, bytes(c.anchor).hex(), bytes(c.digest).hex(), c.name, str(card_of(c.card)),
         c.user_id or 0)
        for c in contacts
    )  # fmt: skip
    rows += sorted(
        (by_id[k.contact_id], bytes(k.key).hex(), k.assumed) for k in Key.objects.filter(**owner)
    )
    rows += sorted((bytes(m.key).hex(), m.user_id) for m in Match.objects.filter(**owner))
    rows += sorted(bytes(s.key).hex() for s in Seen.objects.filter(**owner))
    for chunk in Chunk.objects.filter(job=job).order_by("number"):
        for one in opened(list[Outcome], chunk.outcomes or b""):
            rows.append((one.ref, one.outcome, one.reason, one.duplicate_of))
    rows.append((job.state, job.total, job.processed, job.matched, job.invitable, job.invalid))
    rows.append((job.duplicate, job.removed, job.changed, job.told))
    return hashlib.sha256(repr(rows).encode()).hexdigest()


class Workers:
    """One worker at a time, which is killed with all of its processes."""

    def __init__(self) -> None:
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        options = "worker --loglevel=ERROR -c1 --queues bulk --without-gossip --without-mingle"
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "celery", "-A", "project", *options.split()],
            cwd=ROOT,
            env={**os.environ, "CELERY_WORKER": "1"},
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def replace(self) -> None:
        self.kill()
        self._process = self._start()


def disturb(job_id: int, kills: int, flushes: int, stops: int, chance: random.Random) -> int:
    """Kill workers while the import runs, stop Redis for a while and empty it; how many kills hit
    it under way."""
    from contacts.importing import sweeping
    from contacts.models import Import
    from project.redis import connect

    workers, hits = Workers(), 0
    deadline = time.monotonic() + PATIENCE
    try:
        while (job := Import.objects.get(pk=job_id)).is_open:
            assert time.monotonic() < deadline, f"{job.processed} of {job.total} after {hits} kills"
            sweeping.sweep(dt.timedelta(seconds=1))
            before = job.processed
            _wait_for_progress(job_id, before, chance.uniform(0, 0.04))
            if hits < kills and Import.objects.get(pk=job_id).is_open:
                hits += 1
                workers.replace()
                if flushes:
                    flushes -= 1
                    connect().flushall()
                if stops:
                    stops -= 1
                    _without_redis(chance.uniform(0.5, 2))
                Import.objects.filter(pk=job_id).update(attempts=0)  # they are not its fault
    finally:
        workers.kill()
    return hits


def _without_redis(seconds: float) -> None:
    engines.redis.stop()
    time.sleep(seconds)
    engines.redis.start()


def _wait_for_progress(job_id: int, before: int, more: float) -> None:
    """Until a worker is at it, and a little longer."""
    from contacts.models import Import

    until = time.monotonic() + 20
    while time.monotonic() < until:
        job = Import.objects.get(pk=job_id)
        if job.processed != before or not job.is_open:
            time.sleep(more)
            return
        time.sleep(0.005)


def run(entries: int, kills: int, flushes: int, seed: int, stops: int = 0) -> int:
    """Both imports; how many kills hit. Fails if their digests differ. `stops` need a Redis that
    nobody else uses."""
    from contacts.importing.work import work
    from contacts.models import Import
    from contacts.services import imports

    chance = random.Random(seed)
    brought = book(entries, chance)
    calm = ask(brought)
    work(Import.objects.get(pk=calm).book_id)
    with patch.multiple(imports, FIRST=SMALL, CHUNK=SMALL):  # or it would be over before a kill
        wild = ask(brought)
    hits = disturb(wild, kills, flushes, stops, chance)
    assert Import.objects.get(pk=wild).state == "done"
    assert digest(wild) == digest(calm), f"the rows differ (seed {seed})"
    return hits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    lay_ground()
    try:
        hits = run(given.entries, given.kills, 2, given.seed, stops=3)
        print(f"{hits} kills, Redis emptied twice and stopped three times on the way: same rows")
    finally:
        clear_ground()


if __name__ == "__main__":
    main()
