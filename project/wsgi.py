"""REST and pages for a threaded WSGI server: `gunicorn project.wsgi:application`.

Synchronous views are served faster so than under ASGI. The sockets need `asgi:application`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

django = get_wsgi_application()  # loads the apps, which the operations come from

from project.database import durability  # noqa: E402

durability.insist_at_start()

from project import preloading  # noqa: E402
from project.rest import BODY_LIMIT  # noqa: E402
from project.urls import OPERATIONS  # noqa: E402

LIMIT = max([BODY_LIMIT, *(operation.limit for operation in OPERATIONS)])
PIECE = 64 * 1024

preloading.load()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django reads no body that does not announce its length (RFC 9112, 7.1), and would do nothing
    and say 200. So what comes in chunks is measured first; what is too large is cut one byte above
    the limit, which is refused where others are."""
    if "chunked" not in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
        return django(environ, start_response)
    with tempfile.SpooledTemporaryFile(max_size=BODY_LIMIT) as body:
        size = 0
        while size <= LIMIT and (piece := environ["wsgi.input"].read(PIECE)):
            size += body.write(piece)
        body.seek(0)
        environ |= {"wsgi.input": body, "CONTENT_LENGTH": str(size)}
        return django(environ, start_response)
