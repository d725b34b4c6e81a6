"""What tests of actions do and look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from chat.doors.hooks import Triggered, action_hook
from chat.models import ActionRun
from tests.chat.conversation import Json
from tests.people import Person

State = ActionRun.State


def trigger(person: Person, chat: str, number: int = 1, status: int = 202, **body: Any) -> Json:
    answer: Json = person.post(f"/chats/{chat}/messages/{number}/action", body, status)
    return answer


def run_of(taken: Json) -> ActionRun:
    return ActionRun.objects.get(pk=int(taken["id"]))


def make_due(run_id: int) -> None:
    """As if the pause were over."""
    ActionRun.objects.filter(pk=run_id).update(due_at=timezone.now() - dt.timedelta(seconds=1))


def failing(name: str, failures: Sequence[BaseException]) -> list[str]:
    """A hook that fails as often as there are failures; the ids it was called with."""
    ids: list[str] = []
    left = list(failures)

    @action_hook(name)
    def fail(triggered: Triggered) -> None:
        ids.append(triggered.id)
        if left:
            raise left.pop()

    return ids


def pause_of(run_id: int) -> float:
    run = ActionRun.objects.get(pk=run_id)
    return (run.due_at - timezone.now()).total_seconds()
