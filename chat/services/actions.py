"""Triggering a message's action, and running the embedding application's hook for it.

A trigger is a row before it is a task: the hook runs at least once for it, whatever dies between.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from accounts.public import user_outputs
from chat.doors.hooks import HOOKS, Triggered
from chat.doors.inputs import TriggerAction
from chat.doors.wire import ActionTaken
from chat.models import ActionRun
from chat.reading import selectors
from chat.reading.overview import chat_of
from chat.sending.outgoing import check_params, params_of, text_of
from chat.services.blocking import is_unheard
from project import purging
from project.errors import Problem
from project.queueing import queue, queue_on_commit

logger = logging.getLogger(__name__)

State = ActionRun.State
PURGE_SECONDS = 2.0  # of each quarter of a minute

RUN = "chat.tasks.run_action"
SECONDS = 60
"""How long a hook may take."""
LEASE = 90
"""Seconds after which a run whose worker says nothing any more is taken up again."""
ATTEMPTS = 9
FIRST_PAUSE, LONGEST_PAUSE = 15, 1920
SWEPT = 200
BLOCKED = "blocked"


@transaction.atomic
def trigger(*, user_id: int, chat: str, number: int, given: TriggerAction) -> ActionTaken:
    """Take note that a participant wants a message's action; the hook runs after the commit.

    Raises `validation` for a message without an action, also one that was deleted. While the peer
    has blocked this person it is taken all the same, and goes nowhere.
    """
    check_params(given.params, "/params")
    side, message = selectors.get_message_for(user_id, chat, number, lock=True)
    if message.action is None:
        raise Problem("validation", "This message has no action.")
    unheard = is_unheard(side)
    run = ActionRun.objects.create(
        chat=side.chat,
        number=number,
        user_id=user_id,
        name=message.action["name"],
        params=text_of(given.params),
        state=State.NOT_RUN if unheard else State.WAITING,
        error=BLOCKED if unheard else "",
    )
    if not unheard:
        queue_on_commit(RUN, run.pk)
    return ActionTaken(id=str(run.pk))


def run(run_id: int) -> None:
    """Call the hook, unless somebody does already or it is over."""
    claimed = _claim(run_id)
    if claimed is None:
        return
    hook = HOOKS.get(claimed.name)
    if hook is None:
        logger.warning("nothing is registered for the action %r", claimed.name)
        _end(claimed, State.NOT_RUN, "nothing is registered")
        return
    try:
        triggered = _triggered(claimed)
        if not triggered.message.deleted:
            hook(triggered)
    except Exception as error:
        logger.exception("the hook of action %r failed", claimed.name)
        _fail(claimed, error)
    else:
        _end(claimed, State.DONE, "")


def _claim(run_id: int) -> ActionRun | None:
    """Whoever raises the due time has it until then."""
    due = ActionRun.objects.filter(pk=run_id, state=State.WAITING, due_at__lte=Now())
    claimed = due.update(due_at=Now() + dt.timedelta(seconds=LEASE), attempts=F("attempts") + 1)
    return ActionRun.objects.filter(pk=run_id).first() if claimed else None


def _triggered(run: ActionRun) -> Triggered:
    return Triggered(
        id=str(run.pk),
        name=run.name,
        person=user_outputs(run.user_id, [run.user_id])[run.user_id],
        chat=chat_of(run.user_id, run.chat_id),
        message=selectors.sent_message(run.user_id, run.chat_id, run.number),
        params=params_of(run.params),
    )


def _fail(run: ActionRun, error: Exception) -> None:
    why = f"{type(error).__name__}: {error}".replace("\x00", "")[:500]
    if run.attempts >= ATTEMPTS:
        _end(run, State.GIVEN_UP, why)
        return
    pause = min(FIRST_PAUSE * 2 ** (run.attempts - 1), LONGEST_PAUSE)
    _mine(run).update(due_at=Now() + dt.timedelta(seconds=pause), error=why)


def _end(run: ActionRun, state: str, why: str) -> None:
    done_at = Now() if state == State.DONE else None
    _mine(run).update(state=state, done_at=done_at, error=why)


def _mine(run: ActionRun) -> QuerySet[ActionRun]:
    """The run as long as nobody took it up after this attempt's time was over."""
    return ActionRun.objects.filter(pk=run.pk, attempts=run.attempts, state=State.WAITING)


def sweep() -> None:
    """Go on with what is due, give up what ended its worker again and again, forget what is old."""
    due = ActionRun.objects.filter(state=State.WAITING, due_at__lte=Now())
    due.filter(attempts__gte=ATTEMPTS).update(
        state=State.GIVEN_UP, error="the worker ended every time"
    )
    for run_id in due.order_by("due_at").values_list("pk", flat=True)[:SWEPT]:
        if not queue(RUN, run_id):
            break
    old = Now() - dt.timedelta(days=settings.LOG_DAYS)
    over = ActionRun.objects.filter(created_at__lt=old).exclude(state=State.WAITING)
    purging.purge(over.order_by("created_at"), budget=PURGE_SECONDS)
