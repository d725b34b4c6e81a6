"""Serving the page and the admin's static files, straight from where they lie in the source.

They are few and small; a proxy in front may serve them instead.
"""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import URLPattern, path, re_path
from django.utils._os import safe_join

from project.problems import safe_only

PAGE = Path(__file__).resolve().parent / "page"
TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".webmanifest": "application/json"}


def _stores() -> str:
    """Where files are brought to and shown from: this server as links name it, or the bucket."""
    parts = urlsplit(settings.S3_PUBLIC_ENDPOINT_URL if settings.S3_BUCKET else settings.PUBLIC_URL)
    if parts.netloc:
        return f"{parts.scheme}://{parts.netloc}"
    region = settings.AWS_REGION or "us-east-1"
    host = "s3" if region == "us-east-1" else f"s3.{region}"
    return f"https://{settings.S3_BUCKET}.{host}.amazonaws.com"


def policy() -> str:
    """What the page may load, and from where."""
    stores = _stores()
    return (
        f"default-src 'self'; connect-src 'self' ws: wss: {stores}; "
        f"img-src 'self' data: blob: {stores}; media-src 'self' blob: {stores}; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


@safe_only
def page(request: HttpRequest, name: str = "index.html") -> HttpResponse:
    """A file of the page."""
    try:
        return _file(request, Path(safe_join(PAGE, name)))
    except SuspiciousFileOperation:
        raise Http404 from None


@safe_only
def static(request: HttpRequest, name: str) -> HttpResponse:
    """A static file of an installed app."""
    found = finders.find(name)
    if not isinstance(found, str):
        raise Http404
    return _file(request, Path(found))


def _file(request: HttpRequest, file: Path) -> HttpResponse:
    if not file.is_file() or file.suffix in (".py", ".pyc"):
        raise Http404
    content = file.read_bytes()
    tag = f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    response: HttpResponse
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponseNotModified()
    else:
        kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
        response = HttpResponse(content, content_type=kind or "application/octet-stream")
    response["ETag"] = tag
    response["Cache-Control"] = "no-cache" if settings.DEBUG else "public, max-age=300"
    response["Content-Security-Policy"] = policy()
    return response


urls: list[URLPattern] = [
    path("", page),
    re_path(
        r"^(?P<name>(?:client|app)/[\w./-]+|[\w-]+\.(?:css|svg|ico|js|html|webmanifest))$", page
    ),
    path("static/<path:name>", static),
]
