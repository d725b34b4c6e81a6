"""The Celery app: `celery -A project worker`, `celery -A project beat`."""

from __future__ import annotations

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

app = Celery("confab")
app.conf.update(settings.CELERY)
app.autodiscover_tasks()
