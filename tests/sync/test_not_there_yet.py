"""Not there is not taken away: an update whose object cannot be found waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

import pytest
from django.db import connection, transaction

from project.sync import kinds, log, threads
from project.sync.hub import Hub
from project.sync.kinds import NOT_FOUND, Rendered
from project.sync.log import Row
from project.wire import Nothing
from tests.people import Person
from tests.sync.line import lined

KIND = "late.object"
there: set[int] = set()


@pytest.fixture(autouse=True)
def late_kind() -> Iterator[None]:
    """A kind whose objects are to be seen only once `there` has them."""

    @kinds.kind(KIND, Nothing)
    def render(user_id: int, rows: Sequence[Row]) -> list[Rendered]:
        return [Rendered(KIND, {}) if row.subject in there else NOT_FOUND for row in rows]

    yield
    del kinds.KINDS[KIND]
    there.clear()


def write(person: Person, *subjects: int) -> None:
    with transaction.atomic():
        entries = [log.Entry(int(person.id), KIND, subject) for subject in subjects]
        log.append_and_tell_on_commit(entries)


def age(person: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update sync_update set at = at - interval '1 minute' where user_id = %s", [person.id]
        )


async def test_a_socket_waits_and_then_tells_everything_in_order(hub: Hub, alice: Person) -> None:
    there.update((1, 3))
    async with lined(alice) as line:
        await threads.run(write, alice, 1, 2, 3)
        await line.until(lambda: len(line.updates()) == 1)
        there.add(2)
        await line.until(lambda: len(line.updates()) == 3)
        assert line.updates() == [1, 2, 3]
        assert [frame["kind"] for frame in line.of("update")] == [KIND] * 3


async def test_what_never_comes_is_passed_over_in_the_end(hub: Hub, alice: Person) -> None:
    there.add(2)
    async with lined(alice) as line:
        await threads.run(write, alice, 1, 2)
        await asyncio.sleep(0)
        assert line.updates() == []
        await threads.run(age, alice)
        await line.until(lambda: len(line.updates()) == 2)
        assert [frame["kind"] for frame in line.of("update")] == ["skipped", KIND]
