"""Random people, histories and queries: nobody finds more than their history shows, or less, and no
count or facet tells more.

    python -m tests.search.leaks --queries 100000 --seed 1 --restart "…/stop && …/start"

runs it for long; with ELASTICSEARCH_URL on Elasticsearch too, which that command restarts now and
then. Writers that sleep between reading and writing are at work as well. The tests run a short
form.
"""

from __future__ import annotations

import contextlib
import random
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from tests.search.insiders import chat_of, say, somebody
from tests.search.stragglers import Straggler, lose_memory

WORDS = ["kite1", "kite2", "kite3", "q7", "東", "東京"]
BEGINNINGS = ["kit", "kite", *WORDS]
TAGS = ["t1", "t2"]
LABELS = ["own1", "own2"]


@dataclass
class World:
    """Some people, each two of whom have a chat."""

    random: random.Random
    people: list[int] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    chats: list[tuple[int, int, int]] = field(default_factory=list)
    asked: int = 0
    hits: int = 0

    @classmethod
    def made(cls, seed: int, size: int = 4) -> World:
        from accounts.models import User

        world = cls(random.Random(seed))
        for _ in range(size):
            person = somebody()
            world.people.append(person.pk)
            world.names[person.pk] = User.objects.get(pk=person.pk).username
        for place, one in enumerate(world.people):
            for other in world.people[place + 1 :]:
                world.chats.append((chat_of(one, other), one, other))
        return world

    def act(self) -> None:
        """Something happens; what is refused has not happened."""
        from project.errors import Problem

        chat, one, other = self.random.choice(self.chats)
        person, peer = self.random.sample([one, other], 2)
        acts = [send] * 6 + [edit, delete, hide, clear, block, unblock, label, unlabel, react]
        with contextlib.suppress(Problem):
            self.random.choice(acts)(self, chat, person, peer)

    def text(self) -> str:
        said = self.random.choices(WORDS, k=self.random.randint(1, 4))
        if self.random.random() < 0.3:
            said.append("#" + self.random.choice(TAGS))
        return " ".join(said)


def send(world: World, chat: int, person: int, peer: int) -> None:
    say(person, chat, world.text())


def _number(world: World, chat: int) -> int:
    from chat.models import Chat

    return world.random.randint(1, max(1, Chat.objects.get(pk=chat).last_number))


def edit(world: World, chat: int, person: int, peer: int) -> None:
    from chat.services.messages import edit_message

    number = _number(world, chat)
    edit_message(user_id=person, chat=str(chat), number=number, text=world.text())


def delete(world: World, chat: int, person: int, peer: int) -> None:
    from chat.services.messages import delete_for_everyone

    delete_for_everyone(user_id=person, chat=str(chat), number=_number(world, chat))


def hide(world: World, chat: int, person: int, peer: int) -> None:
    from chat.services.messages import delete_for_me

    delete_for_me(user_id=person, chat=str(chat), number=_number(world, chat))


def clear(world: World, chat: int, person: int, peer: int) -> None:
    from chat.services.chats import clear_chat

    if world.random.random() < 0.2:
        clear_chat(user_id=person, chat=str(chat))


def block(world: World, chat: int, person: int, peer: int) -> None:
    from accounts.services.blocks import block as do

    do(user_id=person, other=str(peer))


def unblock(world: World, chat: int, person: int, peer: int) -> None:
    from accounts.services.blocks import unblock as do

    do(user_id=person, other=str(peer))


def label(world: World, chat: int, person: int, peer: int) -> None:
    from chat.services.tags import tag

    number = _number(world, chat)
    tag(user_id=person, chat=str(chat), number=number, tag=world.random.choice(LABELS))


def unlabel(world: World, chat: int, person: int, peer: int) -> None:
    from chat.services.tags import untag

    number = _number(world, chat)
    untag(user_id=person, chat=str(chat), number=number, tag=world.random.choice(LABELS))


def react(world: World, chat: int, person: int, peer: int) -> None:
    from chat.services.reactions import react as do

    do(user_id=person, chat=str(chat), number=_number(world, chat), emoji="👍")


Key = tuple[int, int]


def history(person: int) -> dict[Key, Any]:
    """All that this person reads in their chats, by the functions that show history."""
    from chat.models import Participant
    from chat.reading.selectors import visible_to
    from chat.reading.shapes import message_outputs

    found = {}
    for side in Participant.objects.filter(user_id=person):
        messages = list(visible_to(side).filter(deleted_at=None))
        for output in message_outputs(side, messages):
            found[int(output.chat), output.number] = output
    return found


def a_query(world: World, person: int) -> tuple[str, Callable[[Any], bool]]:
    """A query, and whether a message fits it."""
    pick = world.random.choice
    word, tag, own = pick(BEGINNINGS), pick(TAGS), pick(LABELS)
    other = pick([each for each in world.people if each != person])
    peer = f"@{world.names[other]}"
    return pick(
        [
            (word, lambda m: has_word(m, word)),
            (f"-{word}", lambda m: not has_word(m, word)),
            (f"{word} OR #{tag}", lambda m: has_word(m, word) or tag in m.hashtags),
            (f"#{tag}", lambda m: tag in m.hashtags),
            (f"tag:{own}", lambda m: own in m.tags),
            ("from:me", lambda m: m.sender == str(person)),
            (f"from:{peer} -{word}", lambda m: m.sender == str(other) and not has_word(m, word)),
            ("to:me has:reaction", lambda m: m.sender != str(person) and bool(m.reactions)),
            ("is:edited", lambda m: m.edited_at is not None),
            (f"in:{peer}", lambda m: m.chat in chats_of(world, person, other)),
        ]
    )


def has_word(message: Any, word: str) -> bool:
    if word[0] == "東":
        return word in message.text
    return any(said.startswith(word) for said in message.text.split())


def chats_of(world: World, one: int, other: int) -> list[str]:
    return [str(chat) for chat, a, b in world.chats if {a, b} == {one, other}]


def check(world: World, queries: int) -> None:
    """So many queries of one person against their history."""
    person = world.random.choice(world.people)
    past = history(person)
    for _ in range(queries):
        _check(world, person, past)


def _check(world: World, person: int, past: dict[Key, Any]) -> None:
    from search.doors.inputs import SearchQuery
    from search.reading.searching import search

    text, fits = a_query(world, person)
    query = SearchQuery(q=text, kinds="messages", limit=200, sort=world.random.choice(SORTS))
    answer = search(person, query)
    assert not answer.degraded
    expected = {key: message for key, message in past.items() if fits(message)}
    found = {(int(r.message.chat), r.message.number): r.message for r in answer.results}
    assert found == expected, (text, found.keys() ^ expected.keys())
    assert answer.total == len(expected), text
    facets = {
        "chat": Counter(m.chat for m in expected.values()),
        "sender": Counter(m.sender for m in expected.values()),
        "type": Counter(m.type for m in expected.values()),
        "tag": Counter(t for m in expected.values() for t in {*m.tags, *m.hashtags}),
    }
    for name, counts in facets.items():
        told = {value.value: value.count for value in getattr(answer.facets, name)}
        assert told == counts, (text, name)
    world.asked += 1
    world.hits += len(found)


SORTS: list[Any] = ["newest", "relevance"]
QUERIES = 10
"""Of one person in a row."""


def run(
    seed: int,
    queries: int,
    catch_up: Callable[[], None],
    forget: Callable[[], object] | None = None,
) -> World:
    """Raises AssertionError for the first answer that is not exactly history's. With `forget`,
    which restarts Elasticsearch, there are writers that sleep between reading and writing. In every
    other world PostgreSQL looks beginnings up, as for people who have written much."""
    from search.postgres import searching
    from search.postgres.matching import FEW

    with patch.object(searching, "FEW", 0 if seed % 2 else FEW):
        return _run(seed, queries, catch_up, forget)


def _run(
    seed: int,
    queries: int,
    catch_up: Callable[[], None],
    forget: Callable[[], object] | None,
) -> World:
    world = World.made(seed)
    while world.asked < queries:
        asleep = Straggler(world.chats[0][0]) if forget and world.random.random() < 0.1 else None
        for _ in range(world.random.randint(1, 4)):
            world.act()
        check(world, QUERIES)
        if asleep is not None or world.random.random() < 0.15:
            catch_up()
            check(world, QUERIES)
        if asleep is not None and forget is not None:
            if world.random.random() < 0.5:
                forget()
            asleep.write()
            check(world, QUERIES)
    return world


EACH = 500
"""Queries of one world; histories that are longer than a page hold nothing new."""


def main() -> None:
    import argparse

    from tests import conftest

    options = argparse.ArgumentParser()
    options.add_argument("--queries", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--engine", choices=["postgres", "elasticsearch"])
    options.add_argument("--restart", help="a command that restarts Elasticsearch")
    given = options.parse_args()
    conftest.lay_ground()
    from tests.search.engines import elastic_environment, elastic_url, indexing_into

    seeds = range(given.seed, given.seed + given.queries // EACH)
    try:
        if given.engine != "elasticsearch":
            _run_all("postgres", seeds, None)
        if given.engine != "postgres" and elastic_url():
            with indexing_into(elastic_environment(elastic_url())):
                _run_all("elasticsearch", seeds, given.restart)
    finally:
        conftest.clear_ground()


def _run_all(name: str, seeds: range, restart: str | None) -> None:
    from tests.search.engines import Engine

    engine = Engine(name, "")
    asked = hits = restarts = 0

    def restarted() -> None:
        nonlocal restarts
        restarts += 1
        subprocess.run(str(restart), shell=True, check=True, capture_output=True)  # noqa: S602

    for place, seed in enumerate(seeds):
        forget: Callable[[], None] | None = lose_memory if name == "elasticsearch" else None
        if forget is not None and restart and place % 40 == 0:
            forget = restarted
        world = run(seed, EACH, engine.catch_up, forget)
        asked, hits = asked + world.asked, hits + world.hits
    print(f"{name}: {asked:,} queries, {hits:,} hits, {restarts} restarts, no leak", flush=True)


if __name__ == "__main__":
    main()
