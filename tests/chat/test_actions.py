"""Triggering a message's action: who may, what is remembered of it, and how its hook is run.

Hooks run in this process here, as the worker runs them; `tests/embedding` runs real ones in a
worker of their own.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from chat.hooks import HOOKS, Triggered, action_hook
from chat.models import ActionRun
from chat.services import actions
from chat.wire import TriggerAction
from tests.accounts.test_operators import operator
from tests.chat.conversation import Json, everything, heard, send
from tests.devices import opened
from tests.people import Person

ME, EVERYONE = {"for": "me"}, {"for": "everyone"}
State = ActionRun.State


def trigger(person: Person, chat: str, number: int = 1, status: int = 202, **body: Any) -> Json:
    answer: Json = person.post(f"/chats/{chat}/messages/{number}/action", body, status)
    return answer


def run_of(taken: Json) -> ActionRun:
    return ActionRun.objects.get(pk=int(taken["id"]))


def make_due(run_id: int) -> None:
    """As if the pause were over."""
    ActionRun.objects.filter(pk=run_id).update(due_at=timezone.now() - dt.timedelta(seconds=1))


@pytest.fixture
def name() -> Iterator[str]:
    """An action's name that only this test knows."""
    made = "do " + secrets.token_hex(6)
    yield made
    HOOKS.pop(made, None)


@pytest.fixture
def asked(alice: Person, chat: str, name: str) -> Json:
    """Alice's message with an action, the first of the chat."""
    return send(alice, chat, text="Shall we?", action={"name": name, "params": {"order": 7}})


@pytest.fixture
def calls(name: str) -> list[Triggered]:
    """What the hook of this name was called with."""
    made: list[Triggered] = []
    action_hook(name)(made.append)
    return made


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_either_participant_triggers_it(
    asked: Json, calls: list[Triggered], alice: Person, bob: Person, chat: str, who: str
) -> None:
    person = {"alice": alice, "bob": bob}[who]
    taken = trigger(person, chat, params={"yes": True})
    assert taken.keys() == {"id"}
    actions.run(int(taken["id"]))
    (call,) = calls
    assert (call.id, call.name, call.params) == (
        taken["id"],
        asked["action"]["name"],
        {"yes": True},
    )
    assert call.person.id == person.id
    assert call.message.text == "Shall we?"
    assert call.message.action is not None
    assert call.message.action.params == {"order": 7}
    assert (call.chat.id, call.chat.peer.id) == (chat, alice.id if who == "bob" else bob.id)
    run = run_of(taken)
    assert (run.state, run.attempts, run.error) == (State.DONE, 1, "")
    assert run.done_at is not None


def test_what_is_done_is_not_done_again(
    asked: Json, calls: list[Triggered], bob: Person, chat: str
) -> None:
    run_id = int(trigger(bob, chat)["id"])
    for _ in range(3):
        actions.run(run_id)
        make_due(run_id)
    assert len(calls) == 1
    trigger(bob, chat)
    assert ActionRun.objects.filter(chat_id=int(chat)).count() == 2


def test_without_a_hook_it_is_taken_and_recorded(asked: Json, bob: Person, chat: str) -> None:
    taken = trigger(bob, chat)
    actions.run(int(taken["id"]))
    run = run_of(taken)
    assert (run.state, run.error) == (State.NOT_RUN, "nothing is registered")
    assert run.done_at is None


def test_a_message_without_action_has_none_to_trigger(
    alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "just words")
    assert trigger(bob, chat, 1, 400)["code"] == "validation"
    assert trigger(bob, chat, 2, 404)["code"] == "not_found"
    assert not ActionRun.objects.filter(chat_id=int(chat)).exists()


def test_what_is_deleted_cannot_be_triggered(
    asked: Json, alice: Person, bob: Person, chat: str
) -> None:
    bob.delete(f"/chats/{chat}/messages/1", **ME)
    assert trigger(bob, chat, 1, 404)["code"] == "not_found"
    trigger(alice, chat)
    alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    assert trigger(alice, chat, 1, 400)["code"] == "validation"


def test_deleting_for_everyone_takes_the_triggers_along(
    asked: Json, calls: list[Triggered], alice: Person, bob: Person, chat: str
) -> None:
    taken = trigger(bob, chat, params={"secret": "canary"})
    alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    assert not ActionRun.objects.filter(chat_id=int(chat)).exists()
    actions.run(int(taken["id"]))
    assert calls == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"params": []}, "/params"),
        ({"params": None}, "/params"),
        ({"params": "{}"}, "/params"),
        ({"params": {"x": "x" * 4089}}, "/params"),
        ({"more": 1}, "/more"),
    ],
)
def test_what_is_refused(asked: Json, bob: Person, chat: str, body: Json, pointer: str) -> None:
    problem = trigger(bob, chat, 1, 400, **body)
    assert (problem["code"], problem["errors"][0]["pointer"]) == ("validation", pointer)


def test_params_have_up_to_4096_bytes(asked: Json, bob: Person, chat: str) -> None:
    params = {"x": "x" * 4088}
    assert run_of(trigger(bob, chat, params=params)).params == params
    deep: Json = {}
    for _ in range(200):
        deep = {"d": deep}
    trigger(bob, chat, 1, 400, params=deep)


def test_a_stranger_triggers_nothing(asked: Json, mallory: Person, chat: str) -> None:
    there = trigger(mallory, chat, 1, 404)
    nowhere = trigger(mallory, "119122759945641793", 1, 404)
    assert there | {"request_id": 0} == nowhere | {"request_id": 0}
    assert not ActionRun.objects.filter(chat_id=int(chat)).exists()


def test_a_blocked_person_notices_nothing_and_reaches_nobody(
    asked: Json, calls: list[Triggered], alice: Person, bob: Person, chat: str
) -> None:
    before = trigger(bob, chat)
    alice.put(f"/blocks/{bob.id}")
    taken = trigger(bob, chat)
    assert taken.keys() == before.keys()
    actions.run(int(taken["id"]))
    make_due(int(taken["id"]))
    actions.sweep()
    actions.run(int(taken["id"]))
    assert calls == []
    assert (run_of(taken).state, run_of(taken).error) == (State.NOT_RUN, "blocked")
    assert trigger(alice, chat, 1, 403)["code"] == "forbidden"
    alice.delete(f"/blocks/{bob.id}")
    actions.run(int(trigger(bob, chat)["id"]))
    assert len(calls) == 1


async def test_triggering_is_told_to_nobody(
    asked: Json, alice: Person, bob: Person, chat: str
) -> None:
    before = everything(alice, chat)
    async with opened(alice) as hers, opened(bob) as his:
        await asyncio.to_thread(trigger, bob, chat)
        assert await heard(his, bob) == await heard(hers, alice) == []
    assert everything(alice, chat)["history"] == before["history"]


def failing(name: str, failures: list[Exception]) -> list[str]:
    """A hook that fails as often as there are failures; the ids it was called with."""
    ids: list[str] = []

    @action_hook(name)
    def fail(triggered: Triggered) -> None:
        ids.append(triggered.id)
        if failures:
            raise failures.pop()

    return ids


def pause_of(run_id: int) -> float:
    run = ActionRun.objects.get(pk=run_id)
    return (run.due_at - timezone.now()).total_seconds()


def test_a_hook_that_fails_is_run_again_ever_later(
    asked: Json, name: str, bob: Person, chat: str
) -> None:
    ids = failing(name, [RuntimeError("again\x00"), OSError("away"), ValueError("odd")])
    taken = trigger(bob, chat)
    run_id = int(taken["id"])
    for pause in (15, 30, 60):
        actions.run(run_id)
        assert pause - 5 < pause_of(run_id) <= pause + 1
        assert run_of(taken).state == State.WAITING
        actions.run(run_id)  # too early
        make_due(run_id)
    assert run_of(taken).error == "RuntimeError: again"
    actions.run(run_id)
    assert ids == [taken["id"]] * 4
    assert (run_of(taken).state, run_of(taken).attempts, run_of(taken).error) == (State.DONE, 4, "")


def test_it_is_given_up_after_nine_times(asked: Json, name: str, bob: Person, chat: str) -> None:
    ids = failing(name, [RuntimeError("never")] * 20)
    taken = trigger(bob, chat)
    for _ in range(12):
        actions.run(int(taken["id"]))
        make_due(int(taken["id"]))
    assert len(ids) == actions.ATTEMPTS == 9
    run = run_of(taken)
    assert (run.state, run.error, run.done_at) == (State.GIVEN_UP, "RuntimeError: never", None)


def test_a_worker_that_ends_without_a_word_is_followed_by_another(
    asked: Json, name: str, calls: list[Triggered], bob: Person, chat: str
) -> None:
    """Claimed and never finished: due again when the lease is over, and not before."""
    taken = trigger(bob, chat)
    run_id = int(taken["id"])
    assert actions._claim(run_id) is not None
    actions.run(run_id)
    assert calls == []
    assert actions.SECONDS < pause_of(run_id) <= actions.LEASE
    make_due(run_id)
    actions.run(run_id)
    assert [call.id for call in calls] == [taken["id"]]
    assert run_of(taken).attempts == 2


def test_what_ends_every_worker_is_given_up(asked: Json, bob: Person, chat: str) -> None:
    taken = trigger(bob, chat)
    ActionRun.objects.filter(pk=int(taken["id"])).update(attempts=actions.ATTEMPTS)
    make_due(int(taken["id"]))
    actions.sweep()
    assert run_of(taken).state == State.GIVEN_UP
    assert "ended" in run_of(taken).error


def at_once(count: int, work: Callable[[], None]) -> None:
    def one() -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_of_many_workers_one_runs_it(
    asked: Json, calls: list[Triggered], bob: Person, chat: str
) -> None:
    for _ in range(5):
        run_id = int(trigger(bob, chat)["id"])
        at_once(8, partial(actions.run, run_id))
    assert len(calls) == 5


def test_what_is_rolled_back_was_never_triggered(asked: Json, bob: Person, chat: str) -> None:
    class Undone(Exception):
        pass

    def undone() -> None:
        with transaction.atomic():
            actions.trigger(user_id=int(bob.id), chat=chat, number=1, given=TriggerAction())
            assert ActionRun.objects.filter(chat_id=int(chat)).exists()
            raise Undone

    with pytest.raises(Undone):
        undone()
    assert not ActionRun.objects.filter(chat_id=int(chat)).exists()


def test_a_name_has_one_hook(name: str, calls: list[Triggered]) -> None:
    with pytest.raises(ValueError, match="has a hook already"):
        action_hook(name)(print)


def test_what_is_old_and_over_is_forgotten(asked: Json, bob: Person, chat: str) -> None:
    over, waiting = trigger(bob, chat), trigger(bob, chat)
    actions.run(int(over["id"]))
    ids = [int(taken["id"]) for taken in (over, waiting)]
    ActionRun.objects.filter(pk=ids[1]).update(
        state=State.WAITING, due_at=timezone.now() + dt.timedelta(days=1)
    )
    ActionRun.objects.filter(pk__in=ids).update(created_at=timezone.now() - dt.timedelta(days=31))
    actions.sweep()
    assert list(ActionRun.objects.filter(pk__in=ids).values_list("pk", flat=True)) == ids[1:]


def test_one_takes_ones_triggers_along_and_they_go_with_one(
    asked: Json, bob: Person, chat: str
) -> None:
    from accounts.erasing import ERASERS
    from accounts.services.exporting import PARTS

    taken = trigger(bob, chat, params={"yes": True})
    (part,) = list(PARTS["actions"](int(bob.id)))
    assert (part.id, part.chat, part.number, part.params) == (taken["id"], chat, 1, {"yes": True})
    assert ERASERS["actions"](int(bob.id)) == 1
    assert ERASERS["actions"](int(bob.id)) == 0


def test_an_operator_sees_what_failed_and_has_it_run_again(
    asked: Json, name: str, bob: Person, chat: str
) -> None:
    ids = failing(name, [RuntimeError("the shop is closed")])
    taken = trigger(bob, chat, params={"secret": "canary"})
    actions.run(int(taken["id"]))
    ActionRun.objects.filter(pk=int(taken["id"])).update(state=State.GIVEN_UP)
    browser, pages = operator(), "/admin/chat/actionrun/"
    listed = browser.get(pages, {"name": name})
    assert "RuntimeError: the shop is closed" in listed.content.decode()
    shown = browser.get(f"{pages}{taken['id']}/change/")
    assert (listed.status_code, shown.status_code) == (200, 200)
    assert "canary" not in listed.content.decode() + shown.content.decode()
    act = {"action": "run_again", "_selected_action": taken["id"]}
    assert browser.post(pages, act).status_code == 302
    actions.run(int(taken["id"]))
    assert (run_of(taken).state, ids) == (State.DONE, [taken["id"]] * 2)


def test_an_operator_cannot_undo_a_block(
    asked: Json, calls: list[Triggered], alice: Person, bob: Person, chat: str
) -> None:
    alice.put(f"/blocks/{bob.id}")
    taken = trigger(bob, chat)
    act = {"action": "run_again", "_selected_action": taken["id"]}
    assert operator().post("/admin/chat/actionrun/", act).status_code == 302
    actions.run(int(taken["id"]))
    assert calls == []


def test_a_report_keeps_the_action(asked: Json, alice: Person, bob: Person, chat: str) -> None:
    from chat.models import Report

    body = {"chat": chat, "reason": "fraud", "number": 1}
    made = bob.post("/reports", body, 201)
    alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    (kept,) = Report.objects.get(pk=int(made["id"])).snapshot["messages"]
    assert kept["action"] == asked["action"]
