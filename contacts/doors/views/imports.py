"""Imports of address books."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from rest_framework.request import Request

from contacts.doors import inputs, wire
from contacts.doors.limits import IMPORTING
from contacts.reading import listing
from contacts.reading.selectors import get_import
from contacts.reading.shapes import import_output
from contacts.services import imports
from project.rest import Answer, Operations, Text, Upload, caller

operations = Operations("contacts")

CSV = "text/csv; charset=utf-8"


@operations.add(
    "POST",
    "/contacts/imports",
    body=inputs.ImportGiven,
    form=inputs.ImportForm,
    limit=settings.IMPORT_LIMIT,
    answers={202: wire.Import},
    errors=("need_full",),
    rate=IMPORTING,
)
def start_import(request: Request, *, body: inputs.ImportGiven | Upload) -> Answer:
    """Import an address book, or what changed in it; the same batch of a device again is the same
    import"""
    if isinstance(body, Upload):
        job = imports.ask_for_file(
            user_id=caller(request), given=body.fields, name=body.name, data=body.data
        )
    else:
        job = imports.ask_for(user_id=caller(request), given=body)
    return Answer(job, 202)


@operations.add("GET", "/contacts/imports/{id}", answers={200: wire.Import}, errors=("not_found",))
def show_import(request: Request, *, id: str) -> wire.Import:
    """How far an import is"""
    return import_output(get_import(caller(request), id))


@operations.add(
    "GET",
    "/contacts/imports/{id}/entries",
    query=inputs.OutcomeQuery,
    answers={200: wire.OutcomePage},
    errors=("not_found",),
)
def list_outcomes(request: Request, *, id: str, query: inputs.OutcomeQuery) -> wire.OutcomePage:
    """What became of each entry"""
    return listing.list_outcomes(get_import(caller(request), id), query)


@operations.add(
    "GET",
    "/contacts/imports/{id}/problems",
    answers={200: Text("text/csv")},
    errors=("not_found",),
)
def show_problems(request: Request, *, id: str) -> HttpResponse:
    """The entries that were invalid, as a CSV that can be imported once it is corrected"""
    lines = listing.problems(get_import(caller(request), id))
    response = HttpResponse("".join(lines), content_type=CSV)
    response["Content-Disposition"] = 'attachment; filename="problems.csv"'
    return response


@operations.add(
    "DELETE", "/contacts/imports/{id}", answers={200: wire.Import}, errors=("not_found",)
)
def cancel_import(request: Request, *, id: str) -> wire.Import:
    """Cancel an import; what was done stays"""
    return imports.cancel(user_id=caller(request), number=id)


@operations.add(
    "POST",
    "/contacts/imports/{id}/undo",
    answers={202: wire.Import},
    errors=("not_found", "version_conflict"),
    rate=IMPORTING,
)
def undo_import(request: Request, *, id: str) -> Answer:
    """Put the device's book back as it was before its last import"""
    return Answer(imports.undo(user_id=caller(request), number=id), 202)
