"""Triggering a message's action: who may, what is taken, and when it is forgotten."""

from __future__ import annotations

import asyncio

import pytest
from django.db import transaction

from chat.doors.hooks import Triggered
from chat.doors.inputs import TriggerAction
from chat.models import ActionRun
from chat.sending.outgoing import params_of
from chat.services import actions
from tests.chat.actions.triggers import State, make_due, run_of, trigger
from tests.chat.conversation import Json, everything, heard
from tests.devices import opened
from tests.people import Person, client

ME, EVERYONE = {"for": "me"}, {"for": "everyone"}


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
    assert params_of(run_of(trigger(bob, chat, params=params)).params) == params
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


def test_a_flood_of_triggers_is_stopped(asked: Json, strict: str, bob: Person, chat: str) -> None:
    path = f"/chats/{chat}/messages/1/action"
    with client(strict, bob.access) as http:
        answers = [http.post(path, json={}) for _ in range(60)]
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {202, 429}
    assert statuses[:30] == [202] * 30
    refused = answers[statuses.index(429)]
    assert refused.json()["code"] == "rate_limited"
    assert int(refused.headers["Retry-After"]) >= 1
    assert ActionRun.objects.filter(chat_id=int(chat)).count() == statuses.count(202)


async def test_triggering_is_told_to_nobody(
    asked: Json, alice: Person, bob: Person, chat: str
) -> None:
    before = everything(alice, chat)
    async with opened(alice) as hers, opened(bob) as his:
        await asyncio.to_thread(trigger, bob, chat)
        assert await heard(his, bob) == await heard(hers, alice) == []
    assert everything(alice, chat)["history"] == before["history"]


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


def test_one_takes_ones_triggers_along_and_they_go_with_one(
    asked: Json, bob: Person, chat: str
) -> None:
    from project.domains import ERASERS, EXPORTS

    taken = trigger(bob, chat, params={"yes": True})
    (part,) = list(EXPORTS["actions"](int(bob.id)))
    assert (part.id, part.chat, part.number, part.params) == (taken["id"], chat, 1, {"yes": True})
    assert ERASERS["actions"](int(bob.id)) == 1
    assert ERASERS["actions"](int(bob.id)) == 0


def test_a_report_keeps_the_action(asked: Json, alice: Person, bob: Person, chat: str) -> None:
    from chat.models import Report

    body = {"chat": chat, "reason": "fraud", "number": 1}
    made = bob.post("/reports", body, 201)
    alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    (kept,) = Report.objects.get(pk=int(made["id"])).snapshot["messages"]
    assert kept["action"] == asked["action"]
