"""Hooks of an embedding application, in a worker of their own."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.chat.conversation import send
from tests.people import Person


def wait_for(found: Callable[[], Any]) -> Any:
    until = time.monotonic() + 30
    while not (result := found()):
        if time.monotonic() > until:
            pytest.fail("it takes too long")
        time.sleep(0.05)
    return result


def state_of(run_id: str) -> Any:
    from chat.models import ActionRun

    return ActionRun.objects.get(pk=int(run_id))


def sweep_when_due(run_id: str, environment: dict[str, str]) -> None:
    """As beat does it, once the pause is over."""
    from celery import Celery

    from chat.models import ActionRun

    past = timezone.now() - dt.timedelta(seconds=1)
    ActionRun.objects.filter(pk=int(run_id)).update(due_at=past)
    with Celery(broker=environment["REDIS_URL"]) as app:
        app.send_task("chat.tasks.sweep_actions")


def test_the_example_of_the_document_runs(alice: Person, bob: Person) -> None:
    chat = alice.post("/chats", {"user": bob.id}, 201)["id"]
    action = {"name": "approve", "params": {"order": 7}}
    send(alice, chat, text="Shall I order this?", action=action)
    bob.post(f"/chats/{chat}/messages/1/action", {"params": {"yes": True}}, 202)
    wait_for(lambda: bob.get(f"/chats/{chat}")["last_number"] == 2)
    said = bob.get(f"/chats/{chat}/messages/2")
    assert said["text"] == "Bob approved order 7."
    assert (said["sender"], said["reply_to"]["number"]) == (alice.id, 1)
    assert said["reference"] == {"type": "order", "id": "7"}


def test_a_hook_that_raised_runs_again(
    alice: Person, bob: Person, environment: dict[str, str], trials: Path
) -> None:
    chat = alice.post("/chats", {"user": bob.id}, 201)["id"]
    send(alice, chat, action={"name": "raise once"})
    run_id = bob.post(f"/chats/{chat}/messages/1/action", {}, 202)["id"]
    wait_for(lambda: state_of(run_id).error == "RuntimeError: not now")
    sweep_when_due(run_id, environment)
    wait_for(lambda: state_of(run_id).state == "done")
    assert (trials / "raise once").read_text().splitlines() == [run_id] * 2


def test_a_worker_that_is_killed_in_a_hook_loses_nothing(
    alice: Person, bob: Person, environment: dict[str, str], trials: Path
) -> None:
    chat = alice.post("/chats", {"user": bob.id}, 201)["id"]
    send(alice, chat, action={"name": "die once"})
    body = {"params": {"key": "x"}}
    run_id = bob.post(f"/chats/{chat}/messages/1/action", body, 202)["id"]
    wait_for((trials / "die once").exists)
    assert (state_of(run_id).state, state_of(run_id).attempts) == ("waiting", 1)
    sweep_when_due(run_id, environment)
    wait_for(lambda: state_of(run_id).state == "done")
    assert (trials / "die once").read_text().splitlines() == [f"{run_id} x"] * 2
    assert state_of(run_id).attempts == 2
