"""REST and pages for a threaded WSGI server: `gunicorn project.wsgi:application`.

Synchronous views are served faster so than under ASGI. The sockets need `asgi:application`.
"""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

application = get_wsgi_application()
