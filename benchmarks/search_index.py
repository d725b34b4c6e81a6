"""A past to search and what indexes it: `python -m benchmarks.search_index COMMAND NUMBER`.

`fill` puts so many messages of random words into the chats that are there and into those of people
made for it; `index` indexes all, while others write, and tells how; `traffic` are these others, so
many a second, until its input ends; `lag` sends a thousand messages a second for so many seconds
and tells when they were in the index; `bare` asks Elasticsearch itself so many queries of those
texts that are its input. Each prints JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from search.documents import SOURCES  # noqa: E402
from search.elastic import (  # noqa: E402
    building,
    configured,
    storing,
)
from search.elastic import searching as elastic  # noqa: E402
from search.elastic.client import client  # noqa: E402
from search.elastic.definition import alias  # noqa: E402
from search.grammar import dates  # noqa: E402
from search.grammar.parsing import parse  # noqa: E402
from search.indexing import auditing, changes, feeding, rebuilding, walking  # noqa: E402
from search.reading import searching  # noqa: E402
from search.reading.understanding import Asker  # noqa: E402

EACH = 500
"""Messages of one chat."""

PEOPLE = """
insert into accounts_user select (jsonb_populate_record(u, jsonb_build_object('id', n, 'username',
    'filler_' || n, 'email', null, 'email_verified', false, 'avatar', null))).*
from accounts_user u, generate_series(1, %(people)s) n
where u.id = (select min(id) from accounts_user)
"""
CHATS = """
insert into chat_chat (id, low_id, high_id)
    select n, n, n + 1 from generate_series(1, %(people)s - 1, 2) n;
insert into chat_participant (chat_id, user_id, opened)
    select id, unnest(array[low_id, high_id]), true from chat_chat where low_id <= %(people)s;
"""
# Words as people use them: of 30,000 the n-th is n times as rare as the first (Zipf's law). They
# are of letters alone, since nobody looks for typing mistakes in what has digits.
MESSAGES = """
insert into chat_message (chat_id, number, sender_id, client_id, fingerprint, text, created_at)
select c.id, n, case when n %% 2 = 0 then c.low_id else c.high_id end,
    'stored-' || c.id || '-' || n, decode(md5(c.id || '-' || n), 'hex'),
    (select string_agg(substr(translate(md5(floor(exp(random() * ln(30000)))::text),
            '0123456789', 'ghijklmnop'), 1, 6), ' ')
        from generate_series(1, 9 + (n + c.id) %% 3) w where n > 0),
    now() - interval '1 minute' * (%(each)s - n)
from chat_chat c, generate_series(1, %(each)s) n
"""
NUMBERS = "update chat_chat set last_number = %(each)s"


def fill(messages: int) -> dict[str, Any]:
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("set local statement_timeout = 0")
        cursor.execute("alter table chat_message disable trigger user")
        cursor.execute("select count(*) from chat_chat")
        people = 2 * max(0, messages // EACH - cursor.fetchone()[0])
        given = {"people": people, "each": EACH}
        cursor.execute(PEOPLE, given)
        for statement in CHATS.strip().split(";"):
            if statement.strip():
                cursor.execute(statement, given)
        cursor.execute(MESSAGES, given)
        cursor.execute(NUMBERS, given)
        cursor.execute("alter table chat_message enable trigger user")
        cursor.execute("delete from search_change")
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
        cursor.execute("vacuum analyze")
        cursor.execute("select text from chat_message order by random() limit 200")
        texts = [text for (text,) in cursor]
    return {"texts": texts}


def index(messages: int) -> dict[str, Any]:
    told: dict[str, Any] = {"postgres": _rate(rebuilding.rebuild_postgres)}
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
        cursor.execute("vacuum analyze search_document")
        cursor.execute(
            "select pg_relation_size('search_document_tsv'), count(*) from search_document"
            " where kind = 'message'"
        )
        size, count = cursor.fetchone()
        told["gin_bytes"] = size / count
    if configured():
        told |= _index_elastic(messages)
    return told


def _index_elastic(messages: int) -> dict[str, Any]:
    told = {"bulk": _raw_bulk(messages)}
    with _traffic():
        told["elastic"] = _rate(rebuilding.rebuild_elastic)
    feeding.feed("postgres", float("inf"))
    feeding.feed("elastic", float("inf"))
    (name,) = storing.live()
    counts = auditing.audit("elastic", lambda done: None)
    told["wrong"] = counts["missing"] + counts["stale"] + counts["surplus"]
    client().options(request_timeout=300).indices.forcemerge(index=name, max_num_segments=1)
    stats = client().indices.stats(index=name)["indices"][name]["primaries"]
    told["elastic_bytes"] = stats["store"]["size_in_bytes"] / stats["docs"]["count"]
    return told


def _rate(rebuild: Any) -> float:
    started = time.perf_counter()
    done = rebuild(lambda count, total: None)
    return float(done / (time.perf_counter() - started))


def _raw_bulk(messages: int) -> float:
    """Documents a second of the same mapping, when they lie there ready to be sent; as many as a
    rebuild sends, since merging is part of it."""
    source = SOURCES["message"]
    ready: list[dict[str, Any]] = []
    after = walking.START
    while len(ready) < 20_000 and (keys := source.keys(after, walking.PAGE)):
        ready += list(storing.actions(source, keys, source.build(keys), surely_new=True))
        after = keys[-1]
    made = building.begin()
    again = range(max(1, messages // len(ready)))
    started = time.perf_counter()
    storing.bulk(
        made.name,
        ({**each, "_id": f"{each['_id']}-{turn}"} for turn in again for each in ready),
        changes.last_number(),
    )
    client().options(request_timeout=60).indices.refresh(index=made.name)
    taken = time.perf_counter() - started
    client().indices.delete(index=made.name)
    made.delete()
    return len(ready) * len(again) / taken


WRITES = 200
"""A second, while an index is rebuilt."""


@contextmanager
def _traffic() -> Iterator[None]:
    """Others write, and the workers index that, in a process of their own."""
    command = [sys.executable, "-m", "benchmarks.search_index", "traffic", str(WRITES)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.communicate(timeout=60)


def traffic(rate: int) -> dict[str, Any]:
    """Of each ten writes eight are new messages, one is an edit, one a deletion."""
    over = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        over.set()

    writer = threading.Thread(target=_write, args=(rate, over))
    writer.start()
    reader = threading.Thread(target=listen)
    reader.start()
    while not over.wait(1.0):
        for store in ("postgres", "elastic"):
            feeding.feed(store, 1.0)
    writer.join()
    return {}


def _write(rate: int, over: threading.Event) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, low_id, (select max(number) from chat_message where chat_id = c.id)"
            " from chat_chat c order by id limit 8"
        )
        chats = [list(row) for row in cursor]
        while not over.wait(10 / rate):
            _send_one_each(cursor, chats)
            chat, _, last = chats[0]
            cursor.execute(
                "update chat_message set text = 'changed ' || text, edited_at = now()"
                " where chat_id = %s and number = %s",
                [chat, last - 5],
            )
            cursor.execute(
                "update chat_message set text = '', deleted_at = now()"
                " where chat_id = %s and number = %s",
                [chat, last - 10],
            )
    connection.close()


def _send_one_each(cursor: Any, chats: list[list[int]]) -> None:
    for chat in chats:
        chat[2] += 1
    cursor.execute(
        "insert into chat_message"
        " (chat_id, number, sender_id, client_id, fingerprint, text)"
        " select c, n, s, 'new-' || c || '-' || n, '', 'just sent ' || n"
        " from unnest(%s::bigint[], %s::bigint[], %s::int[]) u (c, s, n)",
        [list(column) for column in zip(*chats, strict=True)],
    )


def lag(seconds: int) -> dict[str, Any]:
    """Messages are inserted as the writers do, in batches; the indexers go to work every second."""
    over = threading.Event()
    sender = threading.Thread(target=_send, args=(seconds, over))
    sender.start()
    ages: list[float] = []
    while not over.is_set():
        started = time.monotonic()
        for store in ["postgres", "elastic"] if configured() else ["postgres"]:
            feeding.feed(store, 1.0)
        ages += _newly_there()
        time.sleep(max(0.0, 1.0 - (time.monotonic() - started)))
    sender.join()
    return {"ages": sorted(ages)}


SENT: list[tuple[float, int, int]] = []


def _send(seconds: int, over: threading.Event) -> None:
    started = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, low_id, (select max(number) from chat_message where chat_id = c.id)"
            " from chat_chat c order by id limit 50"
        )
        chats = [list(row) for row in cursor]
        while (spent := time.monotonic() - started) < seconds:
            _send_one_each(cursor, chats)
            SENT.append((time.time(), chats[0][0], chats[0][2]))
            time.sleep(max(0.0, 0.05 - (time.monotonic() - started - spent)))
    connection.close()
    over.set()


def _newly_there() -> list[float]:
    """How old the batches are that the index has now and had not before."""
    now, ages = time.time(), []
    while SENT:
        at, chat, number = SENT[0]
        with connection.cursor() as cursor:
            cursor.execute(
                "select not exists (select from search_change where %s = any(subjects)"
                " and %s = any(parts))",
                [chat, number],
            )
            if not cursor.fetchone()[0]:
                break
        ages.append(now - at)
        SENT.pop(0)
    return ages


def bare(queries: int) -> dict[str, Any]:
    """Milliseconds of what Elasticsearch is asked, without all that is done before and after."""
    with connection.cursor() as cursor:
        cursor.execute("select user_id from chat_participant order by chat_id limit 200")
        readers = [user_id for (user_id,) in cursor]
    times = []
    for place, text in enumerate(json.load(sys.stdin)):
        asker = Asker(readers[place % len(readers)], dates.zone("UTC"), timezone.now())
        asked = searching._asked(parse(text), ["message"], asker, "elastic", 50, False, None)
        request = elastic._request(asked)
        started = time.perf_counter()
        client().search(index=alias(), **request)
        times.append((time.perf_counter() - started) * 1000)
    return {"times": times[-queries:]}


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    command = {"fill": fill, "index": index, "traffic": traffic, "lag": lag, "bare": bare}[
        sys.argv[1]
    ]
    print(json.dumps(command(int(sys.argv[2]))))
