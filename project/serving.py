"""Serving the page and the admin's static files.

In production the page is one script and one style sheet, made once of its modules (`bundling`),
named by their content, compressed, and kept by browsers for ever. Everything else, and in
development the page too, comes straight from where it lies in the source.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import mimetypes
import re
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import URLPattern, path, re_path
from django.utils._os import safe_join
from whitenoise import WhiteNoise

from project import bundling
from project.files.transfer.ranges import is_held
from project.problems import safe_only

logger = logging.getLogger(__name__)
PAGE = Path(__file__).resolve().parent / "page"
TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".webmanifest": "application/json"}
ALWAYS_ASKED_FOR = ("service-worker.js",)
"""What may not be kept: its address is for ever, and browsers hold on to what it was."""
HASHED = re.compile(r"page\.[0-9a-f]{16}\.(?:css|js)")


def _stores() -> str:
    """Where files are brought to and shown from: this server as links name it, or the bucket."""
    parts = urlsplit(settings.S3_PUBLIC_ENDPOINT_URL if settings.S3_BUCKET else settings.PUBLIC_URL)
    if parts.netloc:
        return f"{parts.scheme}://{parts.netloc}"
    region = settings.AWS_REGION or "us-east-1"
    host = "s3" if region == "us-east-1" else f"s3.{region}"
    return f"https://{settings.S3_BUCKET}.{host}.amazonaws.com"


def policy(sockets: str) -> str:
    """What the page may load, and from where. `sockets` is the origin of this server's, which older
    browsers do not take 'self' for: wss://chat.example."""
    stores = _stores()
    return (
        f"default-src 'self'; connect-src 'self' {sockets} {stores}; "
        f"img-src 'self' data: blob: {stores}; media-src 'self' blob: {stores}; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


@functools.cache
def made() -> WhiteNoise | None:
    """The page as it was made; None in development, and where it cannot be made."""
    if settings.DEBUG:
        return None
    try:
        folder = bundling.build(PAGE, settings.STATIC_ROOT)
    except (OSError, bundling.NotUnderstood):
        logger.exception("The page is served from its source")
        return None
    return WhiteNoise(
        None,
        root=str(folder),
        max_age=0,
        allow_all_origins=False,
        immutable_file_test=lambda file, url: HASHED.search(url) is not None,
    )


@safe_only
def index(request: HttpRequest) -> HttpResponse:
    """The page itself, which names what it is made of: asked for at each visit."""
    return _made(request, "/index.html") if made() else _source(request, "index.html")


@safe_only
def hashed(request: HttpRequest) -> HttpResponse:
    """What the page is made of."""
    if made() is None:
        raise Http404
    return _made(request, request.path_info)


@safe_only
def page(request: HttpRequest, name: str) -> HttpResponse:
    """A file of the page as it was written."""
    return _source(request, name)


@safe_only
def static(request: HttpRequest, name: str) -> HttpResponse:
    """A static file of an installed app."""
    found = finders.find(name)
    if not isinstance(found, str):
        raise Http404
    return _file(request, Path(found))


def _made(request: HttpRequest, url: str) -> HttpResponse:
    files = made()
    found = files and files.files.get(url)
    if not found:
        raise Http404
    answer = found.get_response(request.method, request.META)
    content = b""
    if answer.file is not None:
        with answer.file:
            content = answer.file.read()
    response = HttpResponse(content, status=answer.status, headers=dict(answer.headers))
    response["Content-Security-Policy"] = _policy_for(request)
    return response


def _source(request: HttpRequest, name: str) -> HttpResponse:
    try:
        return _file(request, Path(safe_join(PAGE, name)))
    except SuspiciousFileOperation:
        raise Http404 from None


def _file(request: HttpRequest, file: Path) -> HttpResponse:
    if not file.is_file() or file.suffix in (".py", ".pyc"):
        raise Http404
    content = file.read_bytes()
    tag = f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    response: HttpResponse
    if is_held(request.headers.get("If-None-Match", ""), tag):
        response = HttpResponseNotModified()
    else:
        kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
        response = HttpResponse(content, content_type=kind or "application/octet-stream")
    response["ETag"] = tag
    fleeting = settings.DEBUG or file.name in ALWAYS_ASKED_FOR
    response["Cache-Control"] = "no-cache" if fleeting else "public, max-age=300"
    response["Content-Security-Policy"] = _policy_for(request)
    return response


def _policy_for(request: HttpRequest) -> str:
    scheme = "wss" if request.is_secure() else "ws"
    return policy(f"{scheme}://{request.get_host()}")


urls: list[URLPattern] = [
    path("", index),
    path("index.html", index),
    re_path(rf"^{HASHED.pattern}$", hashed),
    re_path(
        r"^(?P<name>(?:client|app)/[\w./-]+|[\w-]+\.(?:css|svg|ico|js|html|webmanifest))$", page
    ),
    path("static/<path:name>", static),
]
