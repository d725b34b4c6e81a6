"""Whatever is asked is answered: no query is an error, none is dear, none is another language."""

from __future__ import annotations

import random
import time

from tests.people import Person
from tests.search.engines import Engine

SIGNS = """from: to:me in:@x has:link tag: before:2024 after:9999-12-31 on:0000-00-00 during:0001
    before:0001-01-01 is:unread type:text " - OR ( ) & | ! <-> :* ' \\ *a* /a+/ ~9 ^5 _exists_:x { }
    %s %(reader)s @=1 sender=1 東京 ﷺ \u202e 😀 \ud7ff x:y # ##t"""
PIECES = [*SIGNS.split(), "\x1f", "a" * 300, "0" * 40]


def some_query(dice: random.Random) -> str:
    joined = dice.choice(["", " ", " "])
    return joined.join(dice.choices(PIECES, k=dice.randint(1, 12)))


def test_random_queries(engine: Engine, alice: Person, chat: str) -> None:
    alice.say(chat, "'quoted\\' & | ! <-> :* text %s")
    engine.catch_up()
    dice = random.Random(4)
    for _ in range(60):
        query = some_query(dice)
        sort = dice.choice(["newest", "relevance"])
        response = alice.http.get("/search", params={"q": query, "sort": sort})
        blank = not query.strip()
        assert response.status_code == (400 if blank else 200), (query, response.text)
        assert blank or response.json()["degraded"] is False, query
        if sort == "newest":
            suggested = alice.http.get("/search/suggest", params={"q": query})
            assert suggested.status_code == 200, query


def test_queries_of_ten_kilobytes(engine: Engine, alice: Person, chat: str) -> None:
    alice.say(chat, "a needle")
    for piece in ("a ", "東", "a OR ", '"a b" ', "-a ", "from:x ", "ab", "#t ", "has:link OR "):
        query = (piece * 10_000).encode()[:10_000].decode(errors="ignore")
        started = time.monotonic()
        answer = alice.get("/search", q=query)
        assert time.monotonic() - started < 5, piece  # bounded; the time itself is for the bench
        assert answer["degraded"] is False
        codes = {warning["code"] for warning in answer["query"]["warnings"]}
        assert codes & {"too_long"} or piece == "ab", piece
