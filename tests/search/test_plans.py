"""How PostgreSQL goes about a search. Its planner takes everybody for average, so where that could
cost somebody with thousands of chats, or with a very long one, seconds, it is given no choice."""

from __future__ import annotations

from typing import Any

from tests.people import Person
from tests.search.engines import Engine


def plan_of(statement: str, given: dict[str, Any]) -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("explain " + statement, given)
        return "\n".join(line for (line,) in cursor)


def test_changes_are_looked_up_among_ones_chats(engine: Engine) -> None:
    """Each chat is not compared with each change."""
    from search.documents import source_of
    from search.reading.fresh import _PENDING

    given = {"source": "message", "stores": ["postgres"], "changes": 1000, "reader": 1}
    plan = plan_of(_PENDING.format(near=source_of("message").near), given)
    assert "hashed SubPlan" in plan, plan


def test_a_hit_is_looked_up_by_itself(engine: Engine) -> None:
    """The rest of its chat is not read."""
    from search.documents import source_of

    visible = source_of("message").visible
    plan = plan_of(f"select from search_document d where {visible}", {"reader": 1})
    assert "((chat_id = d.subject) AND (number = d.part))" in plan, plan


def test_only_chats_of_the_answer_are_named(
    engine: Engine, alice: Person, bob: Person, chat: str
) -> None:
    """Whoever wrote some of what is found has other chats too."""
    from search.documents import source_of

    labels = source_of("message").labels
    me = str(alice.id)
    assert labels(int(me), {"chat": [], "sender": [me]})["chat"] == {}
    assert labels(int(me), {"chat": [chat], "sender": [me]})["chat"].keys() == {chat}
