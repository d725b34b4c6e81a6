"""What devices learn of an import: its contacts, its progress, its end."""

from __future__ import annotations

from collections.abc import Sequence

from contacts.models import Import
from contacts.reading.shapes import import_output
from contacts.services import news
from project.sync import hints
from project.sync.log import Entry, append_and_tell_on_commit

TOLD = 500
"""So many contacts of one import are told one by one. A log is not to be filled by a book: of more
it says `reload`."""


def entries_of(job: Import, changed: Sequence[int], removed: Sequence[int]) -> list[Entry]:
    """The log's entries for these contacts, as far as they are told singly; counts them."""
    kinds = [("contact.updated", i) for i in changed] + [("contact.removed", i) for i in removed]
    told = kinds[: max(0, TOLD - job.told)]
    job.changed += len(kinds)
    job.told += len(told)
    return [Entry(job.owner_id, kind, contact_id) for kind, contact_id in told]


def show_progress(job: Import) -> None:
    """To live devices; kept nowhere. Call it after the commit."""
    hints.signal([job.owner_id], "import.progress", import_output(job))


def end_on_commit(job: Import) -> None:
    """The end, once. Of a book that came again unchanged there is nothing to tell."""
    if job.changed or job.state != "done" or job.version == 1:
        append_and_tell_on_commit([Entry(job.owner_id, "import.updated", job.pk)])
        if job.state != "cancelled":
            news.finished(job).tell()
