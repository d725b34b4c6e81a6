"""What chat remembers of the actions that a person triggered."""

from __future__ import annotations

from collections.abc import Iterator

from chat.doors.wire import ActionTriggered
from chat.models import ActionRun
from chat.sending.outgoing import params_of
from project.wire import moment

PAGE = 500


def actions(user_id: int) -> Iterator[ActionTriggered]:
    """For the copy of their data."""
    for run in ActionRun.objects.filter(user_id=user_id).order_by("pk").iterator(PAGE):
        yield ActionTriggered(
            id=str(run.pk),
            chat=str(run.chat_id),
            number=run.number,
            name=run.name,
            params=params_of(run.params),
            created_at=moment(run.created_at),
        )


def erase_actions(user_id: int) -> int:
    """Forget them, since the person left; how many. What did not run yet does not run any more."""
    return ActionRun.objects.filter(user_id=user_id).delete()[0]
