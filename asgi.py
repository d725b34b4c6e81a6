"""The one ASGI application, REST, pages and sockets: `asgi:application` for any ASGI server."""

from __future__ import annotations

import gc
import os
import sys

import django
from channels.routing import ProtocolTypeRouter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

django.setup(set_prefix=False)  # loads the apps, which the socket's commands come from

from project.database import durability  # noqa: E402

durability.insist_at_start()

from project import preloading  # noqa: E402
from project.body_limit import BodyLimit  # noqa: E402
from project.draining import Draining  # noqa: E402
from project.files.transfer.addresses import Transfer  # noqa: E402
from project.handling import Handler  # noqa: E402
from project.rest import BODY_LIMIT  # noqa: E402
from project.sync.socket import sockets  # noqa: E402
from project.urls import OPERATIONS  # noqa: E402

if "daphne.server" in sys.modules:  # it is what serves
    from project.spooling import hold_back

    hold_back()
larger = {"/api/v1" + op.path: op.limit for op in OPERATIONS if op.limit > BODY_LIMIT}
application = Draining(
    ProtocolTypeRouter(
        {"http": Transfer(BodyLimit(Handler(), BODY_LIMIT, larger)), "websocket": sockets}
    )
)

preloading.load()
gc.collect()
gc.freeze()  # what is loaded now stays, and looking through it would stop everything for 0.1 s
