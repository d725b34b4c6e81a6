"""Publishing, as an embedding application does it: `python -m benchmarks.publisher RATE SECONDS`.

Reads ids of people from its input, one a line, and tells each in turn, at `RATE` events a second
of all. An event's group is the moment at which it was published. Prints the events a second that it
came to. `python -m benchmarks.publisher fill COUNT` gives the first of the people so many items;
`… crowd COUNT` makes logs for so many people and tells them all of one event: seconds, statements.
"""

from __future__ import annotations

import itertools
import secrets
import sys
import threading
import time
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from feed.public import publish  # noqa: E402
from project.ids import new_ids  # noqa: E402
from project.sync.models import Head  # noqa: E402

KIND = "import.finished"
THREADS = 4
FILL = """
with raised as (update sync_head set pts = pts + %(count)s where user_id = %(person)s
                returning pts - %(count)s as before)
insert into feed_item (id, user_id, kind, "group", data, actors, actor_count, event_count, period,
    position, shown, created_at, updated_at, newest, read_number, floor)
select %(person)s + n, %(person)s, %(kind)s, 'filled ' || n, '{}', '{}', 0, 1, 1, before + n, true,
    now(), now(), 0, 0, 0
from raised, generate_series(1, %(count)s) n"""


def fill(person: int, count: int) -> None:
    """Items without log rows: only their list is looked at."""
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"person": person, "count": count, "kind": KIND})
        cursor.execute("analyze feed_item")


def publish_to_all(count: int) -> tuple[float, int]:
    """How long it takes until all of them have the item, and by how many statements."""
    people = new_ids(count)
    Head.objects.bulk_create([Head(user_id=person) for person in people], batch_size=2000)
    statements: list[str] = []

    def counted(execute: Any, *arguments: Any) -> Any:
        statements.append(arguments[0])
        return execute(*arguments)

    with connection.execute_wrapper(counted):
        started = time.perf_counter()
        told = publish(kind=KIND, recipients=people, dedupe_key=secrets.token_hex(8))
        taken = time.perf_counter() - started
    if told != count:
        raise RuntimeError(f"{told} were told")
    return taken, len(statements)


def publish_at(rate: float, seconds: float, people: list[str]) -> float:
    """Each thread takes the next turn when its time has come."""
    turns = itertools.count()
    begun = time.monotonic()
    done = [0] * THREADS

    def work(number: int) -> None:
        while (turn := next(turns)) < rate * seconds:
            time.sleep(max(0.0, begun + turn / rate - time.monotonic()))
            person = people[turn % len(people)]
            moment = f"{time.time():.6f}"
            key = f"{moment} {secrets.token_hex(4)}"
            publish(kind=KIND, recipients=[person], dedupe_key=key, group=moment)
            done[number] += 1
        connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.monotonic() - begun)


if __name__ == "__main__":
    told = sys.stdin.read().split()
    if sys.argv[1] == "crowd":
        print(*publish_to_all(int(sys.argv[2])))
    elif sys.argv[1] == "fill":
        call_command("migrate", verbosity=0)
        fill(int(told[0]), int(sys.argv[2]))
    else:
        print(publish_at(float(sys.argv[1]), float(sys.argv[2]), told))
