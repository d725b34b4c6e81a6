"""The final read: what each person's fresh login shows, and what PostgreSQL holds."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg

from tests.faults.checkers.run import Row, Truth, UserTruth
from tests.faults.device import Person
from tests.faults.rest import Rest, Unknown

Json = dict[str, Any]

PAGE = 200


async def insist(rest: Rest, access: str, path: str, **query: Any) -> Any:
    """A GET that is repeated while the server is not there."""
    for _ in range(60):
        try:
            return await rest.call(access, "GET", path, **query)
        except Unknown:
            await asyncio.sleep(0.5)
    raise TimeoutError(f"GET {path} has no answer")


async def head(rest: Rest, person: Person) -> tuple[str, int]:
    """Where the person's log ends now."""
    answer = await insist(rest, person.access, "/bootstrap")
    return answer["epoch"], answer["pts"]


async def read_truth(rest: Rest, people: list[Person], database_url: str) -> Truth:
    """To be called when nothing is under way any more."""
    users = {person.user: await _user(rest, person) for person in people}
    async with await psycopg.AsyncConnection.connect(database_url) as connection:
        return Truth(
            users=users,
            rows=await _rows(connection),
            logs=await _logs(connection),
            deadlocks=await _deadlocks(connection),
            files=await _files(connection),
        )


async def _user(rest: Rest, person: Person) -> UserTruth:
    snapshot = await insist(rest, person.access, "/bootstrap")
    chats = {chat["id"]: chat for chat in snapshot["chats"]}
    histories = await asyncio.gather(*(_history(rest, person, chat) for chat in chats))
    return UserTruth(
        epoch=snapshot["epoch"],
        pts=snapshot["pts"],
        chats=chats,
        messages=dict(zip(chats, histories, strict=True)),
        chats_unread=snapshot["counts"]["chats_unread"],
    )


async def _history(rest: Rest, person: Person, chat: str) -> dict[int, Json]:
    messages: dict[int, Json] = {}
    more, after = True, 0
    while more:
        path = f"/chats/{chat}/messages"
        page = await insist(rest, person.access, path, after=after, limit=PAGE)
        messages |= {message["number"]: message for message in page["results"]}
        more, after = page["has_more_after"], max(messages, default=0)
    return messages


Connection = psycopg.AsyncConnection[Any]


async def _rows(connection: Connection) -> dict[str, list[Row]]:
    cursor = await connection.execute(
        "select chat_id::text, number, client_id, sender_id::text, deleted_at is not null,"
        " length(text), hidden_from::text[], coalesce(file_id::text, ''), no_forward"
        " from chat_message order by 1, 2"
    )
    rows: dict[str, list[Row]] = {}
    async for chat, *values in cursor:
        rows.setdefault(chat, []).append(Row(*values))
    return rows


async def _files(connection: Connection) -> dict[str, bool]:
    cursor = await connection.execute("select id::text, used_at is not null from files_file")
    return {file: used async for file, used in cursor}


async def _logs(connection: Connection) -> dict[str, tuple[int, int, int, int]]:
    cursor = await connection.execute(
        "select h.user_id::text, h.floor, h.pts, count(u.pts), coalesce(max(u.pts), 0)"
        " from sync_head h left join sync_update u using (user_id) group by 1, 2, 3"
    )
    return {user: (floor, pts, count, last) async for user, floor, pts, count, last in cursor}


async def _deadlocks(connection: Connection) -> int:
    cursor = await connection.execute("select sum(deadlocks) from pg_stat_database")
    row = await cursor.fetchone()
    return int(row[0] or 0) if row else 0
