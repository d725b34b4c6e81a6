"""Working on a book's imports, the oldest first, a chunk a transaction.

What is done is in the database before anything is told of it. Whoever dies in between is followed
by somebody who goes on with the first chunk that has no outcomes; two at once wait for each other.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from accounts.public import identities_of
from contacts import metrics
from contacts.importing import applying, undoing
from contacts.importing.applying import Result, Task
from contacts.importing.entries import Entry, Outcome, opened, ref_of
from contacts.importing.preparing import Regions
from contacts.importing.telling import end_on_commit, entries_of, show_progress
from contacts.matching import errands, keys, writers
from contacts.matching.finding import Owner
from contacts.models import Book, Chunk, Contact, Import, State
from contacts.models.imports import OPEN
from contacts.models.matches import Errand
from project.database.sqlstates import is_passing
from project.sync.log import append_and_tell_on_commit

logger = logging.getLogger(__name__)

ATTEMPTS = 5
"""So often work is begun on one import without getting any further."""


@dataclass
class Memory:
    """What a worker remembers from chunk to chunk: true as long as nobody else did one."""

    task: Task | None = None
    next_chunk: int = -1


def work(book_id: int) -> None:
    """Do what is to be done for a book."""
    _begin(book_id)
    memory = Memory()
    while (job := _step(book_id, memory)) is not None:
        show_progress(job)


def _begin(book_id: int) -> None:
    """Count the beginning, so that what kills its workers ends some day."""
    with transaction.atomic():
        book = Book.objects.select_for_update().filter(pk=book_id).first()
        job = None if book is None else _oldest(book_id)
        if job is None:
            return
        if job.attempts >= ATTEMPTS:
            end(job, State.FAILED, "gave_up")
        else:
            Import.objects.filter(pk=job.pk).update(attempts=F("attempts") + 1, beat_at=Now())


def _oldest(book_id: int) -> Import | None:
    jobs = Import.objects.filter(book_id=book_id, state__in=OPEN).order_by("pk")
    return jobs.select_related("book").first()


@transaction.atomic
def _step(book_id: int, memory: Memory) -> Import | None:
    """One chunk, or the end of one import; None when nothing is left."""
    writers.enter()
    Book.objects.select_for_update().filter(pk=book_id).first()
    job = _oldest(book_id)
    if job is None:
        return None
    task = _task(job, memory)
    if task is None:
        end(job, State.FAILED, "left")
        return job
    waiting = Chunk.objects.filter(job=job, outcomes=None).order_by("number").defer("entries")
    chunk = waiting.first()
    if chunk is None:
        _finish(task)
    else:
        entries = task.following or opened(list[Entry], chunk.entries)
        task.following = _following(task, chunk)
        result = undoing.put_back(task, entries) if job.undoes_id else _bisected(task, entries)
        _store(task, chunk, result, processed=len(entries))
        memory.next_chunk = chunk.number + 1
    return job


def _following(task: Task, chunk: Chunk) -> Sequence[Entry]:
    """The next chunk's entries, where they are made ready ahead."""
    if not task.mostly_new:
        return ()
    following = Chunk.objects.filter(job=task.job, number=chunk.number + 1).first()
    return opened(list[Entry], following.entries) if following else ()


def _task(job: Import, memory: Memory) -> Task | None:
    """What is known of this import: remembered, or read again."""
    done = Chunk.objects.filter(job=job).exclude(outcomes=None)
    task, number = memory.task, done.count()
    if task is None or task.job.pk != job.pk or memory.next_chunk != number:
        owner = identities_of([job.owner_id]).get(job.owner_id)
        if owner is None:
            return None
        regions = Regions(owner.phone, job.region or None)
        person = Owner(owner.id, owner.phone, owner.email)
        is_first = not Contact.objects.filter(book_id=job.book_id).exists()
        task = Task(
            job,
            person,
            regions,
            owner.created_at,
            made={} if is_first else None,
            mostly_new=is_first,
        )
        for chunk in done.order_by("number"):
            _remember(task, opened(list[Outcome], chunk.outcomes or b""))
    task.job = job
    memory.task, memory.next_chunk = task, number
    return task


def _remember(task: Task, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.contact is not None and outcome.outcome != "removed":
            task.taken[outcome.contact] = outcome.ref


def _bisected(task: Task, entries: Sequence[Entry]) -> Result:
    """The entries applied; one that cannot be is invalid and costs itself only."""
    taken, made = dict(task.taken), None if task.made is None else dict(task.made)
    try:
        with transaction.atomic():
            return applying.apply(task, entries)
    except (DatabaseError, ValueError, TypeError, LookupError) as error:
        if is_passing(error):
            raise  # the database is away, busy, or has ended the session
        task.taken, task.made = taken, made
        if len(entries) == 1:
            logger.exception("an entry of import %s cannot be taken in", task.job.pk)
            return Result([Outcome(entries[0].ref, "invalid", entries[0].line, "unreadable")])
    middle = len(entries) // 2
    first, second = _bisected(task, entries[:middle]), _bisected(task, entries[middle:])
    return Result(
        first.outcomes + second.outcomes,
        first.before + second.before,
        first.changed + second.changed,
        first.removed + second.removed,
    )


def _store(task: Task, chunk: Chunk, result: Result, *, processed: int) -> None:
    """The chunk is done: its outcomes, the counts, and what devices must learn."""
    job = task.job
    chunk.outcomes = keys.seal_object(result.outcomes)
    chunk.before = keys.seal_object(result.before)
    chunk.save(update_fields=["outcomes", "before"])
    counts = Counter(outcome.outcome for outcome in result.outcomes if outcome is not None)
    for kind, number in counts.items():
        column = "mine" if kind == "self" else kind
        setattr(job, column, getattr(job, column) + number)
    job.processed += processed
    job.state, job.attempts, job.beat_at = State.RUNNING, 0, timezone.now()
    told = entries_of(job, result.changed, result.removed)
    job.save()
    transaction.on_commit(lambda: metrics.chunk_done(counts))
    if told:
        append_and_tell_on_commit(told)


def _finish(task: Task) -> None:
    """All entries are done. What a full import did not name is no longer in the book."""
    job = task.job
    number = Chunk.objects.filter(job=job).count()
    if job.mode == "full" and not job.undoes_id and not job.removed:
        gone = _unnamed(task)
        if gone:
            result = Result([Outcome(ref, "removed", contact=i) for i, ref in gone])
            applying.discard([i for i, _ in gone], result)
            chunk = Chunk(job=job, number=number, size=0, entries=keys.seal_object([]))
            chunk.save(force_insert=True)
            _store(task, chunk, result, processed=0)
    if job.changed and not job.undoes_id:
        errands.add(Errand.Kind.MUTUAL, user_id=job.owner_id)
    end(job, State.DONE)


def _unnamed(task: Task) -> list[tuple[int, str | int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, ref from contacts_contact where book_id = %s and id <> all(%s) order by id",
            [task.job.book_id, list(task.taken)],
        )
        return [(contact_id, ref_of(ref)) for contact_id, ref in cursor.fetchall()]


def end(job: Import, state: str, error: str = "") -> None:
    """The import is over. Its book is whole only if it is done; what older ones kept for undoing
    goes."""
    job.state, job.error, job.finished_at = state, error, timezone.now()
    job.save()
    Book.objects.filter(pk=job.book_id).update(needs_full=state != State.DONE)
    older = Chunk.objects.filter(job__book=job.book_id, job__lt=job.pk)
    older.exclude(before=None).update(before=None)
    transaction.on_commit(lambda: metrics.import_over(state, job.matched, job.invitable))
    end_on_commit(job)
