"""The file behind a link. It opens by the link alone, which lives a few minutes."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from accounts.services import exporting
from project.errors import Problem
from project.problems import answer


@require_GET
def export_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """One's own data, as a ZIP."""
    try:
        file = exporting.open_link(token)
    except Problem as problem:
        return answer(problem, request)
    return FileResponse(file.open("rb"), as_attachment=True, filename="confab-export.zip")
