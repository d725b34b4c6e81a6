"""Receipts: two marks per person and chat that only move forward."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from chat.doors.wire import MarkAnswer
from chat.reading.overview import chat_of
from chat.sending import statements
from chat.sending.statements import Mark, Marked
from feed.public import touch_on_commit
from project.ids import parse_id
from project.sync import hints


def move_marks(batch: Sequence[Mark]) -> list[Marked]:
    """Move marks in one transaction and tell devices on commit, as the writers do. Each has its own
    outcome; a refused one (see `refusal`) spoils no other."""
    with transaction.atomic():
        rows = statements.call(statements.MARK, statements.marks_as_arrays(batch))
        results = [Marked(*row) for row in rows]
        mine = [(mark.reader_id, done.my_pts) for mark, done in zip(batch, results, strict=True)]
        theirs = [(done.peer, done.peer_pts) for done in results]
        told = [(user_id, pts) for user_id, pts in mine + theirs if pts is not None]
        transaction.on_commit(lambda: hints.tell(told))
        touch_on_commit(mark.reader_id for mark in batch if mark.read)
    return results


def mark_read(*, user_id: int, chat: str, number: int) -> MarkAnswer:
    """I have read up to `number` (and so received it). Also ends "marked as unread"."""
    return _mark(Mark(user_id, parse_id(chat), number, read=True))


def mark_delivered(*, user_id: int, chat: str, number: int) -> MarkAnswer:
    """A device of mine has received up to `number`."""
    return _mark(Mark(user_id, parse_id(chat), number, read=False))


def _mark(mark: Mark) -> MarkAnswer:
    (done,) = move_marks([mark])
    if refusal := done.refusal():
        raise refusal
    chat = chat_of(mark.reader_id, mark.chat_id)
    return MarkAnswer(unread_count=chat.unread_count, marks=chat.marks)
