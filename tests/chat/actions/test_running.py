"""Running the hook of a trigger: again when it failed or its worker died, once when it is done.

Hooks run in this process here, as the worker runs them; `tests/embedding` runs real ones in a
worker of their own.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from chat.doors.hooks import Triggered, action_hook
from chat.models import ActionRun
from chat.services import actions
from tests.accounts.test_operators import operator
from tests.chat.actions.triggers import State, failing, make_due, pause_of, run_of, trigger
from tests.chat.conversation import Json
from tests.people import Person, client


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
    asked: Json, name: str, bob: Person, chat: str
) -> None:
    """Taken up and never finished: due again when the lease is over, and not before."""
    ids = failing(name, [SystemExit("killed")])
    taken = trigger(bob, chat)
    run_id = int(taken["id"])
    with pytest.raises(SystemExit):
        actions.run(run_id)
    actions.run(run_id)
    assert ids == [taken["id"]]
    assert actions.SECONDS < pause_of(run_id) <= actions.LEASE
    make_due(run_id)
    actions.run(run_id)
    assert ids == [taken["id"]] * 2
    assert (run_of(taken).state, run_of(taken).attempts) == (State.DONE, 2)


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


def test_without_redis_it_is_taken_at_once_and_waits(
    asked: Json, calls: list[Triggered], without_redis: str, bob: Person, chat: str
) -> None:
    with client(without_redis, bob.access) as http:
        began = time.monotonic()
        taken = http.post(f"/chats/{chat}/messages/1/action", json={})
        assert taken.status_code == 202
        assert time.monotonic() - began < 2
    assert run_of(taken.json()).state == State.WAITING
    actions.run(int(taken.json()["id"]))
    assert [call.id for call in calls] == [taken.json()["id"]]


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
