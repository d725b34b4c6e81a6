"""Reporting somebody to the operators, with what was said as it was then."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import transaction

from accounts.public import user_outputs
from chat.doors.inputs import ReportGiven
from chat.doors.wire import ReportTaken
from chat.models import Report
from chat.reading import selectors
from chat.reading.selectors import Side
from chat.reading.shapes import message_outputs
from project.errors import Problem, invalid
from project.wire import moment

CONTEXT = 5
"""Messages before the reported one that go along, so that it can be judged."""


@transaction.atomic
def report(*, user_id: int, given: ReportGiven) -> ReportTaken:
    """Keep a snapshot of the peer and of what they said. It stays as it is, whatever is edited or
    deleted later; the peer learns nothing.

    Only a participant can report, and only what the peer said and they may see: anything else is
    `not_found`, one's own message `validation`.
    """
    side = selectors.get_chat_for(user_id, given.chat)
    snapshot = {
        "person": msgspec.to_builtins(user_outputs(side.peer_id, [side.peer_id])[side.peer_id]),
        "messages": _messages(side, given.number),
    }
    made = Report.objects.create(
        reporter_id=user_id,
        reported_id=side.peer_id,
        chat=side.chat,
        number=given.number,
        reason=given.reason,
        comment=given.comment,
        snapshot=snapshot,
    )
    made.refresh_from_db(fields=["created_at"])
    return ReportTaken(id=str(made.pk), created_at=moment(made.created_at))


def _messages(side: Side, number: int | None) -> list[dict[str, Any]]:
    """The reported message last, or the newest ones when the report is about the person; without
    the reporter's private tags."""
    visible = selectors.visible_to(side.mine)
    if number is not None:
        reported = visible.filter(number=number).first()
        if reported is None:
            raise Problem("not_found")
        if reported.sender_id == side.user_id:
            raise invalid("/number", "This message is your own.")
        visible = visible.filter(number__lte=number)
    newest = list(visible.order_by("-number")[: CONTEXT + 1])
    shown = message_outputs(side.mine, newest[::-1])
    return [msgspec.to_builtins(message) | {"tags": []} for message in shown]
