"""The ASGI application of the tutorial's project."""

from __future__ import annotations

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.baseline.settings")

http = get_asgi_application()  # loads the apps, which the consumer's models need

from benchmarks.baseline.consumers import ChatConsumer  # noqa: E402
from benchmarks.baseline.photos import PhotoUpload  # noqa: E402

urlpatterns = [path("photos/", PhotoUpload.as_view())]
application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": URLRouter([path("ws/chat/<int:chat>/<token>/", ChatConsumer.as_asgi())]),
    }
)
