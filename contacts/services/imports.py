"""Asking for imports, cancelling and undoing them. The work itself is done in the background."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.db import transaction
from django.db.models.functions import Now
from msgspec import UNSET

from contacts import files, queueing
from contacts.doors import wire
from contacts.doors.inputs import MOST_ENTRIES, EntryGiven, ImportForm, ImportGiven
from contacts.importing import work
from contacts.importing.entries import Before, Entry, Value, opened
from contacts.importing.undoing import entries_before
from contacts.matching import keys
from contacts.models import Book, Chunk, Import, State
from contacts.models.imports import OPEN
from contacts.reading.selectors import get_import
from contacts.reading.shapes import import_output
from project.errors import Problem, invalid
from project.ids import new_id

MOST_VALUES = 100_000
"""Numbers and addresses of one import, all entries together."""
FIRST, CHUNK = 250, 2000
"""Entries of a chunk; the first one is small, so that something is to be seen at once."""


def ask_for(*, user_id: int, given: ImportGiven) -> wire.Import:
    """An import of entries; the one that is there for a batch that came before.

    Raises `validation`, and `need_full` for a delta that does not build on the book's version.
    """
    if given.mode == "full":
        for place, entry in enumerate(given.entries):
            if entry.op == "remove":
                raise invalid(f"/entries/{place}/op", "A full import removes what it leaves out.")
    return _ask(user_id, given, _from_json(given.entries), from_file=False)


def ask_for_file(*, user_id: int, given: ImportForm, name: str, data: bytes) -> wire.Import:
    """The same with a file. It is read now, so that one which is too long is refused at once.

    Raises `too_large` for too many rows or cards.
    """
    region = None if given.region is UNSET else given.region.upper()
    return _ask(user_id, given, _from_file(data, name, region), from_file=True)


def _from_json(entries: Iterable[EntryGiven]) -> Iterator[Entry]:
    for entry in entries:
        phones: list[Value] = [
            phone if isinstance(phone, str) else (phone.value, phone.region.upper())
            for phone in entry.phones
        ]
        region = entry.region.upper() if isinstance(entry.region, str) else ""
        remove = entry.op == "remove"
        yield Entry(entry.ref, 0, entry.name.strip(), phones, entry.emails, region, remove)


def _from_file(data: bytes, name: str, region: str | None) -> Iterator[Entry]:
    for count, read in enumerate(files.read(data, name, region)):
        if count == MOST_ENTRIES:
            raise Problem("too_large", f"A file may have at most {MOST_ENTRIES} entries.")
        if isinstance(read, files.Broken):
            yield Entry(read.ref, read.line, broken=read.reason)
        else:
            phones: list[Value] = [_storable(phone) for phone in read.phones]
            emails = [_storable(email) for email in read.emails]
            yield Entry(read.ref, read.line, _storable(read.name), phones, emails)


def _storable(text: str) -> str:
    """Without what PostgreSQL and UTF-8 know nothing of: U+0000 and halves of surrogate pairs."""
    return text.replace("\0", "").encode(errors="replace").decode()


def _ask(
    user_id: int, given: ImportForm, entries: Iterator[Entry], *, from_file: bool
) -> wire.Import:
    known = Import.objects.filter(
        book__owner_id=user_id, book__device=given.device, batch=given.batch
    )
    if (found := known.select_related("book").first()) is not None:
        return import_output(found)
    sealed = list(_chunks(entries))
    with transaction.atomic():
        Book.objects.bulk_create(
            [Book(owner_id=user_id, device=given.device)], ignore_conflicts=True
        )
        book = Book.objects.select_for_update().get(owner_id=user_id, device=given.device)
        if (found := known.select_related("book").first()) is not None:
            return import_output(found)
        if given.mode == "delta":
            _require_base(book, given)
        job = Import(
            book=book,
            owner_id=user_id,
            batch=given.batch,
            mode=given.mode,
            from_file=from_file,
            region="" if given.region is UNSET else given.region.upper(),
            total=sum(size for size, _ in sealed),
            version=book.version + 1,
        )
        _begin(job, sealed)
    return import_output(job)


def _require_base(book: Book, given: ImportForm) -> None:
    if given.base_version is UNSET:
        raise invalid("/base_version", "A delta needs the version that it builds on.", "required")
    pending = Import.objects.filter(book=book, state__in=OPEN).exists()
    if given.base_version != book.version or (book.needs_full and not pending):
        raise Problem("need_full", "The book is another one; send it as a whole.")


def _chunks(entries: Iterator[Entry]) -> Iterator[tuple[int, bytes]]:
    """Sealed, with the number of entries in each. Where entries hold many values there are fewer in
    a chunk, so that none takes long."""
    waiting: list[Entry] = []
    size, held, total = FIRST, 0, 0
    for entry in entries:
        waiting.append(entry)
        values = len(entry.phones) + len(entry.emails)
        held, total = held + values, total + values
        if total > MOST_VALUES:
            raise Problem("too_large", f"At most {MOST_VALUES} numbers and addresses at once.")
        if len(waiting) == size or held >= 2 * size:
            yield len(waiting), keys.seal_object(waiting)
            waiting, size, held = [], CHUNK, 0
    if waiting:
        yield len(waiting), keys.seal_object(waiting)


def _begin(job: Import, sealed: Sequence[tuple[int, bytes]]) -> None:
    """Write the job, in a transaction that holds its book, and have it done after the commit."""
    job.save(force_insert=True)
    Book.objects.filter(pk=job.book_id).update(version=job.version, brought_at=Now())
    Chunk.objects.bulk_create(
        [
            Chunk(job=job, number=number, size=size, entries=entries)
            for number, (size, entries) in enumerate(sealed)
        ]
    )
    job.refresh_from_db(fields=["created_at"])
    queueing.work_on_commit(job.book_id)


@transaction.atomic
def cancel(*, user_id: int, number: str) -> wire.Import:
    """Stop an import. What was done stays, and nothing is removed; the next delta needs a whole
    book. One that has ended is unchanged."""
    job = get_import(user_id, number, lock=True)
    if job.is_open:
        work.end(job, State.CANCELLED)
    return import_output(job)


@transaction.atomic
def undo(*, user_id: int, number: str) -> wire.Import:
    """Put the device's book back as it was before its last import, by an import of its own. Asking
    twice is asking once. Raises `version_conflict` for any but the last, and while it runs."""
    job = get_import(user_id, number, lock=True)
    known = Import.objects.filter(undoes=job).select_related("book").first()
    if known is not None:
        return import_output(known)
    last = Import.objects.filter(book=job.book).order_by("-pk").values_list("pk", flat=True).first()
    forgotten = job.total > 0 and not Chunk.objects.filter(job=job).exists()
    if job.is_open or last != job.pk or forgotten:
        raise Problem("version_conflict", "Only the last import of a device can be undone.")
    kept = Chunk.objects.filter(job=job).exclude(before=None).order_by("number")
    images = [one for chunk in kept for one in opened(list[Before], chunk.before or b"")]
    entries = entries_before(images)
    undoing = Import(
        book=job.book,
        owner_id=user_id,
        batch=f"undo {job.pk}",
        mode="delta",
        undoes=job,
        total=len(entries),
        version=job.book.version + 1,
        id=new_id(),
    )
    _begin(undoing, [(len(entries), keys.seal_object(entries))] if entries else [])
    return import_output(undoing)
