"""Searching a long past by REST: in PostgreSQL and, with ELASTICSEARCH_URL, in Elasticsearch."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import psycopg

from benchmarks.bench import Bench, Standing
from benchmarks.designs import DESIGNS, Design
from benchmarks.figures import Figure, Goal, at_least, at_most, figure_of
from benchmarks.load.runs import Run, percentile

NAME = "search"
ELASTIC = "elasticsearch"
WARM = 300
"""Requests before any is counted: a fresh node of Elasticsearch is several times slower."""

MODULE = "benchmarks.search_index"
LAG_SECONDS = 10

Query = Callable[[random.Random, str, list[str]], str]
# Nobody looks for words as often as they are said: of those that occur each is as likely.
QUERIES: dict[str, Query] = {
    "word": lambda dice, text, words: dice.choice(words),
    "phrase": lambda dice, text, words: '"' + " ".join(text.split()[2:4]) + '"',
    "operators": lambda dice, text, words: f"from:me {dice.choice(words)} after:2020 -has:file",
    "prefix of three": lambda dice, text, words: dice.choice(words)[:3],
    "mistyped": lambda dice, text, words: _mistyped(dice, dice.choice(words)),
    "often said": lambda dice, text, words: dice.choice(text.split()),
}
GOALS: dict[tuple[str, str], dict[float, Goal]] = {
    **{("postgres", kind): {0.95: at_most(15)} for kind in ("word", "phrase", "operators")},
    ("postgres", "prefix of three"): {0.95: at_most(60)},
    ("elasticsearch", "mistyped"): {0.5: at_most(12), 0.95: at_most(30), 0.99: at_most(60)},
}


def _mistyped(dice: random.Random, word: str) -> str:
    place = dice.randrange(1, len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _words(texts: list[str]) -> list[str]:
    return sorted({word for text in texts for word in text.split()})


async def run(bench: Bench) -> None:
    elastic = os.environ.get("ELASTICSEARCH_URL", "")
    prefix = f"bench-{secrets.token_hex(4)}"
    plain = replace(
        DESIGNS["confab-uvicorn"], name="confab-search", database="confab-search",
        env={**DESIGNS["confab-uvicorn"].env, "ELASTICSEARCH_URL": "", "RATE_LIMITS": "off"},
    )  # fmt: skip
    bench.people(plain, bench.options.pairs)
    env = {
        "ELASTICSEARCH_URL": elastic,
        "ELASTICSEARCH_PREFIX": prefix,
        "ELASTICSEARCH_SECONDS": "2",
    }
    rich = replace(plain, name="confab-elastic", env={**plain.env, **env})
    stored = bench.options.stored
    texts = (await _do(bench, plain, "fill", stored))["texts"]
    _tell_index(bench, await _do(bench, rich, "index", stored), stored)
    for design in (plain, rich) if elastic else (plain,):
        await asyncio.to_thread(_ask, bench, bench.stand(design), texts)
    if elastic:
        await _compare(bench, rich, texts)
    ages = (await _do(bench, rich, "lag", LAG_SECONDS))["ages"]
    what = "age when indexed, p95, at 1,000 messages/s"
    bench.add(Figure(NAME, rich.name, what, percentile(ages, 0.95), "s", at_most(1.5)))
    bench.rest()
    await _weigh(bench, plain)
    await _ask_more(bench, replace(plain, database="confab-search-more"), 5 * stored)
    bench.rest()


async def _compare(bench: Bench, rich: Design, texts: list[str]) -> None:
    """The whole call to what Elasticsearch alone takes for the same."""
    dice = random.Random(2)
    mistyped = QUERIES["mistyped"]
    words = _words(texts)
    queries = [mistyped(dice, "", words) for _ in range(WARM + bench.options.requests)]
    given = json.dumps(queries)
    times = (await _do(bench, rich, "bare", bench.options.requests, given))["times"]
    for share in (0.5, 0.95):
        alone = percentile(times, share)
        what = f"mistyped, p{share * 100:g}"
        whole = next(f.value for f in bench.figures if (f.design, f.what) == (ELASTIC, what))
        bench.add(
            Figure(NAME, "elasticsearch alone", what, alone, "ms"),
            Figure(NAME, ELASTIC, f"{what}, to it alone", whole / alone, "x", at_most(2)),
        )


async def _weigh(bench: Bench, design: Design) -> None:
    """Sending with the trigger that tells search, and without it, in turns."""
    silent = replace(design, name="confab-untold", database="confab-untold")
    design = replace(design, name="confab-told", database="confab-told")
    runs: dict[str, list[Run]] = {design.name: [], silent.name: []}
    bench.people(silent, bench.options.pairs)
    with psycopg.connect(bench.ground.database(silent.database)) as connection:
        connection.execute("alter table chat_message disable trigger chat_message_sent")
    for turn in range(2 * bench.options.rounds):
        order = (design, silent) if turn % 2 else (silent, design)
        for each in order:
            runs[each.name].append(await bench.speed(bench.stand(each), 4))
    pairs = list(zip(runs[design.name], runs[silent.name], strict=True))
    rates = [told.delivered / untold.delivered for told, untold in pairs]
    costs = [sum(told.cpu.values()) / sum(untold.cpu.values()) for told, untold in pairs]
    bench.add(
        figure_of(NAME, design.name, "sending, to sending untold", rates, "x", at_least(0.97)),
        figure_of(NAME, design.name, "CPU of sending, to untold", costs, "x"),
    )


async def _ask_more(bench: Bench, design: Design, stored: int) -> None:
    bench.people(design, bench.options.pairs)
    texts = (await _do(bench, design, "fill", stored))["texts"]
    _tell_index(bench, await _do(bench, design, "index", stored), stored)
    await asyncio.to_thread(_ask, bench, bench.stand(design), texts, f" of {stored:,}")


async def _do(
    bench: Bench, design: Design, command: str, number: int, given: str = ""
) -> dict[str, Any]:
    settings = {**design.settings(bench.ground), "CELERY_WORKER": "1", "DATABASE_TIME_LIMITS": "0"}
    told = await asyncio.to_thread(
        bench.ground.program, MODULE, settings, command, str(number), given=given, seconds=3600
    )
    answer: dict[str, Any] = json.loads(told)
    return answer


def _tell_index(bench: Bench, told: dict[str, Any], stored: int) -> None:
    what = f"rebuild of {stored:,}"
    add = bench.add
    add(Figure(NAME, "postgres", what, told["postgres"], "documents/s"))
    add(Figure(NAME, "postgres", "GIN", told["gin_bytes"], "bytes/message", at_most(60)))
    if "elastic" in told:
        add(
            Figure(NAME, "elasticsearch", what, told["elastic"], "documents/s"),
            Figure(NAME, "elasticsearch", "raw bulk", told["bulk"], "documents/s"),
            Figure(
                NAME, "elasticsearch", "rebuild to raw bulk", told["elastic"] / told["bulk"], "x",
                at_least(0.7),
            ),
            Figure(
                NAME, "elasticsearch", "lost or stale after it", told["wrong"], "documents",
                at_most(0),
            ),
            Figure(
                NAME, "elasticsearch", "index", told["elastic_bytes"], "bytes/document",
                at_most(220),
            ),
        )  # fmt: skip


def _ask(bench: Bench, standing: Standing, texts: list[str], of: str = "") -> None:
    """Each kind of query by itself, one after the other, each by a random person."""
    backend = ELASTIC if standing.design.name == "confab-elastic" else "postgres"
    dice, words = random.Random(1), _words(texts)
    link = http.client.HTTPConnection("127.0.0.1", standing.server.port, timeout=10)
    for kind, query in QUERIES.items():
        if kind == "mistyped" and backend == "postgres":
            continue
        times: list[float] = []
        for number in range(WARM + bench.options.requests):
            pair = dice.choice(standing.pairs)
            asked = urlencode({"q": query(dice, dice.choice(texts), words), "in": "messages"})
            started = time.perf_counter()
            link.request(
                "GET", f"/api/v1/search?{asked}", headers={"Authorization": f"Bearer {pair.sender}"}
            )
            response = link.getresponse()
            body = response.read()
            if response.status != 200:
                raise RuntimeError(f"{asked}: {response.status} {body[:200]!r}")
            if number >= WARM:
                times.append((time.perf_counter() - started) * 1000)
                if json.loads(body)["backend"] != backend:
                    raise RuntimeError(f"{asked}: answered by another backend")
        for share in (0.5, 0.95, 0.99):
            goal = GOALS.get((backend, kind), {}).get(share)
            what = f"{kind}{of}, p{share * 100:g}"
            bench.add(Figure(NAME, backend, what, percentile(times, share), "ms", goal))
    link.close()
