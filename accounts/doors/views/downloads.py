"""The file behind a link. It opens by the link alone, which lives a few minutes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from accounts.services import export_copies
from project.errors import Problem
from project.problems import answer

CHUNK = 256 * 1024


@require_GET
def export_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """One's own data, as a ZIP."""
    try:
        file = export_copies.open_link(token)
    except Problem as problem:
        return answer(problem, request)
    if not isinstance(request, ASGIRequest):
        return FileResponse(file.open("rb"), as_attachment=True, filename=export_copies.NAME)
    # Under ASGI Django would read the whole of a FileResponse before it sends any of it.
    headers = {
        "Content-Length": str(file.stat().st_size),
        "Content-Disposition": f'attachment; filename="{export_copies.NAME}"',
    }
    return StreamingHttpResponse(_chunks(file), content_type="application/zip", headers=headers)


async def _chunks(file: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(file.open, "rb") as opened:
        while chunk := await asyncio.to_thread(opened.read, CHUNK):
            yield chunk
