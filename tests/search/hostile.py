"""Queries that nobody types: pieces of the grammar, of other languages and of binary rubbish.

    python -m tests.search.hostile --queries 100000 --seed 1

asks them of the REST door, with ELASTICSEARCH_URL of Elasticsearch too. An answer must be 200, or
400 for what is blank, and may take 250 ms; one that was slower is asked again, since the machine
may have been busy. The tests run a short form.
"""

from __future__ import annotations

import random
import time
from typing import Any

from tests.search.insiders import chat_of, say, somebody

SIGNS = """from: to:me in:@x has:link tag: before:2024 after:9999-12-31 on:0000-00-00 during:0001
    before:0001-01-01 is:unread type:text " - OR ( ) & | ! <-> :* ' \\ *a* /a+/ ~9 ^5 _exists_:x { }
    %s %(reader)s @=1 sender=1 東京 ﷺ \u202e 😀 \ud7ff x:y # ##t"""
PIECES = [*SIGNS.split(), "\x1f", "a" * 300, "0" * 40]
LONG = ("a ", "東", "a OR ", '"a b" ', "-a ", "from:x ", "ab", "#t ", "has:link OR ", "x:", '"')
"""Pieces of which a query of ten kilobytes is made."""
SLOW = 0.250


def some_query(dice: random.Random) -> str:
    joined = dice.choice(["", " ", " "])
    return joined.join(dice.choices(PIECES, k=dice.randint(1, 12)))


def long_query(piece: str) -> str:
    return (piece * 10_000).encode()[:10_000].decode(errors="ignore")


class Asker:
    """Somebody with a past, at the REST door."""

    def __init__(self, dice: random.Random) -> None:
        people = [somebody(), somebody()]
        chat = chat_of(people[0].pk, people[1].pk)
        for number in range(300):
            text = "".join(dice.choices(PIECES, k=4)).encode("utf-16", "replace").decode("utf-16")
            said = text.replace("\x1f", "")[:500]
            say(people[number % 2].pk, chat, f"a {said} {number}")
        self._person = people[0]
        self.log_in()

    def log_in(self) -> None:
        """Again now and then: a long run outlives a token."""
        from django.test import Client

        from accounts.doors.devices import Device
        from accounts.services.sessions import open_session

        access = open_session(self._person, Device("hostile")).access
        self._client = Client(
            raise_request_exception=False, headers={"authorization": f"Bearer {access}"}
        )

    def ask(self, path: str, **query: Any) -> tuple[Any, float]:
        """The response, and the seconds it took."""
        started = time.perf_counter()
        response = self._client.get(f"/api/v1{path}", query)
        return response, time.perf_counter() - started


def run(asker: Asker, dice: random.Random, queries: int, backend: str) -> tuple[int, float]:
    """How many were slow every time, and the longest of the others. Raises AssertionError for an
    error of the server."""
    slow, longest = 0, 0.0
    for number in range(queries):
        text = some_query(dice) if number % 1000 else long_query(dice.choice(LONG))
        query = {"q": text, "sort": dice.choice(["newest", "relevance"])}
        wanted = 200 if text.strip() else 400
        times: list[float] = []
        while not times or (times[-1] > SLOW and len(times) < 5):
            response, taken = asker.ask("/search", **query)
            times.append(taken)
            assert response.status_code == wanted, (query, response.content)
        if wanted == 200:
            assert response.json()["backend"] == backend, query
        if number % 1000 == 999:
            asker.log_in()
        if number % 10 == 0:
            assert asker.ask("/search/suggest", q=text)[0].status_code == 200, text
        slow += min(times) > SLOW
        longest = max(longest, min(times))
    return slow, longest


def main() -> None:
    import argparse

    from tests import conftest

    options = argparse.ArgumentParser()
    options.add_argument("--queries", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--engine", choices=["postgres", "elasticsearch"])
    given = options.parse_args()
    conftest.lay_ground()
    from tests.search.engines import Engine, elastic_environment, elastic_url, indexing_into

    def ask_all(name: str) -> None:
        dice = random.Random(given.seed)
        asker = Asker(dice)
        Engine(name, "").catch_up()
        slow, longest = run(asker, dice, given.queries, name)
        print(
            f"{name}: {given.queries:,} queries, no error, {slow} above {SLOW * 1000:.0f} ms,"
            f" the longest {longest * 1000:.0f} ms",
            flush=True,
        )

    try:
        if given.engine != "elasticsearch":
            ask_all("postgres")
        if given.engine != "postgres" and elastic_url():
            with indexing_into(elastic_environment(elastic_url())):
                ask_all("elasticsearch")
    finally:
        conftest.clear_ground()


if __name__ == "__main__":
    main()
