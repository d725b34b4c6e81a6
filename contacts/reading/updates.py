"""How contacts' updates look when they are read."""

from __future__ import annotations

from collections.abc import Sequence

from contacts.doors.wire import Contact as ContactOutput
from contacts.doors.wire import ContactRemoved, Import
from contacts.models import Contact
from contacts.models import Import as Job
from contacts.reading.shapes import contact_outputs, import_output
from project.sync.kinds import NOT_FOUND, Rendered, kind
from project.sync.log import Row


@kind("contact.updated", ContactOutput)
def render_contacts(user_id: int, rows: Sequence[Row]) -> list[Rendered]:
    """The contact as it is now. One that is gone leaves no trace but its own removal, which is in
    the log behind this."""
    found = list(Contact.objects.filter(owner_id=user_id, pk__in=[row.subject for row in rows]))
    outputs = {int(output.id): output for output in contact_outputs(user_id, found)}
    return [
        Rendered("contact.updated", output)
        if (output := outputs.get(row.subject or 0)) is not None
        else _removal(row)
        for row in rows
    ]


@kind("contact.removed", ContactRemoved)
def render_removals(user_id: int, rows: Sequence[Row]) -> list[Rendered]:
    return [_removal(row) for row in rows]


def _removal(row: Row) -> Rendered:
    return Rendered("contact.removed", ContactRemoved(id=str(row.subject)))


@kind("import.updated", Import)
def render_imports(user_id: int, rows: Sequence[Row]) -> list[Rendered]:
    jobs = Job.objects.filter(owner_id=user_id, pk__in=[row.subject for row in rows])
    found = {job.pk: import_output(job) for job in jobs.select_related("book")}
    return [
        Rendered("import.updated", found[row.subject]) if row.subject in found else NOT_FOUND
        for row in rows
    ]
